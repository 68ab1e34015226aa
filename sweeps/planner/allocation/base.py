"""What every allocation offers to the planner: the runs that come next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sweeps.planner.event import Decision
    from sweeps.planner.progress import BestSoFar
    from sweeps.planner.table import Cell


class Allocation(Protocol):
    """How many seeds each configuration earns."""

    @property
    def is_adaptive(self) -> bool:
        """Whether what comes next depends on results: then few runs are decided at a time."""

    @property
    def new_decisions(self) -> list[Decision]:
        """Decisions since the planner last took them; emptied by whoever takes them."""

    @property
    def is_quiet(self) -> bool:
        """Whether the seed changes no comparison, so that one seed says everything."""

    @property
    def judged_rungs(self) -> tuple[int, ...]:
        """Numbers of seeds at which configurations are compared, increasing from 1."""

    def draw(self, n: int, left: float) -> list[Cell]:
        """Decide which runs come next.

        A function of the table alone, so that it does not matter when or how often it is asked.

        Args:
            n: About how many are wanted, at least 1.
            left: Runs that the budget still pays for, infinite without one.

        Returns:
            Runs that are neither taken nor over; none where results have to come first, or
            where nothing is left.
        """

    def expected_runs(self, budget: float) -> int | None:
        """Estimate the number of runs in all, None where nobody can say.

        Args:
            budget: Runs that the budget pays for in all, infinite without one.
        """

    def note_over(self, cell: Cell) -> None:
        """Take note that a run is over and in the table."""

    def leader(self) -> BestSoFar | None:
        """Give who leads now, None before a run finished."""

    def first(self, row: int) -> list[Cell]:
        """Give the runs that a configuration starts with, those taken or over left out."""
