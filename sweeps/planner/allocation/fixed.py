"""Fixed allocation: every configuration under every seed, one configuration after the other."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from sweeps.planner.table import Cell

if TYPE_CHECKING:
    from sweeps.planner.event import Decision
    from sweeps.planner.progress import BestSoFar
    from sweeps.planner.proposing import Proposer
    from sweeps.planner.table import Table


class FixedAllocation:
    """Gives a configuration's seeds in a row, so that its mean comes early.

    Args:
        table: The runs so far.
        proposer: Where new configurations come from.
        is_model: Whether proposals depend on results: then configurations come one at a time.
        is_gated: Whether runs may be stopped early: then a configuration's other seeds start
            once its first one has finished.
    """

    def __init__(
        self, table: Table, proposer: Proposer, *, is_model: bool = False, is_gated: bool = False
    ) -> None:
        self.is_adaptive = is_model or is_gated
        self.new_decisions: list[Decision] = []
        self._table = table
        self._proposer = proposer
        self._is_model = is_model
        self._is_gated = is_gated
        self._row = 0
        self._survivors = deque[int]()
        self._unpaid = deque[Cell]()
        if is_gated:
            for row in range(len(table.configs)):
                self.note_over(Cell(row, 0))

    @property
    def is_quiet(self) -> bool:
        """Say no: the design is run as it stands."""
        return False

    @property
    def judged_rungs(self) -> tuple[int, ...]:
        """Give one seed, and all seeds."""
        return (1, self._table.n_race)

    def note_over(self, cell: Cell) -> None:
        """Let the other seeds of a configuration start when its first one has finished."""
        if self._is_gated and cell.column == 0 and self._table.is_finished(cell):
            self._survivors.append(cell.row)

    def draw(self, n: int, left: float) -> list[Cell]:
        """Give the next configurations' runs: survivors first, then new ones."""
        cells = list(self._unpaid)
        while len(cells) < n:
            if self._survivors:
                cells += self._free(self._survivors.popleft(), range(1, self._table.n_race))
            elif (self._is_model and cells) or (row := self._next_row(left - len(cells))) is None:
                break
            else:
                cells += self.first(row)
        n_paid = len(cells) if left >= len(cells) else max(0, math.floor(left))
        self._unpaid = deque(cells[n_paid:])
        return cells[:n_paid]

    def expected_runs(self, budget: float) -> int | None:
        """Count all runs of the design, less those that a stopped first seed has saved."""
        wanted, table = self._proposer.n_wanted, self._table
        design = math.inf if wanted is None else float(wanted * table.n_race)
        if self._is_gated:
            design -= table.n_first_lost * (table.n_race - 1)
        runs = min(design, budget)
        return None if math.isinf(runs) else int(runs)

    def leader(self) -> BestSoFar | None:
        """Give the best mean among the configurations with the most finished seeds."""
        return self._table.leader()

    def first(self, row: int) -> list[Cell]:
        """Give the first seed where runs may be stopped, else all seeds."""
        return self._free(row, range(1 if self._is_gated else self._table.n_race))

    def _free(self, row: int, columns: range) -> list[Cell]:
        cells = (Cell(row, column) for column in columns)
        return [cell for cell in cells if self._table.is_free(cell)]

    def _next_row(self, left: float) -> int | None:
        if self._row == len(self._table.configs):
            row = self._proposer.propose() if left >= 1 else None
            if not isinstance(row, int):
                return None
        self._row += 1
        return self._row - 1
