"""The table of runs as the planner holds it: about a hundred bytes a run, and nothing else.

A row is a configuration. The first columns are the seeds of role `race`, the others those of role
`validation`. A cell is a run: absent, taken (decided, and not over), or over with its status.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from sweeps.planner.budget import Spending
from sweeps.planner.event import Role, Run, Status
from sweeps.planner.progress import BestSoFar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sweeps.planner.event import Config, RunEnded

T = TypeVar("T", bound=np.generic)

ABSENT = 0
CODES = {status: code for code, status in enumerate(Status, start=1)}
FINISHED = CODES[Status.FINISHED]
STOPPED = CODES[Status.STOPPED]
TAKEN = 255
FIRST_ROWS = 64


class Cell(NamedTuple):
    """A run by its place in the table."""

    row: int
    column: int


class Table:
    """Configurations by rows, seeds by columns.

    Args:
        seeds: The seeds of role `race`, in their order.
        n_validation: Number of seeds of role `validation`.
        metric: Target metric.
        mode: `max` or `min`.
    """

    def __init__(
        self, seeds: Sequence[int], n_validation: int = 0, metric: str = "", mode: str = "max"
    ) -> None:
        self.configs: list[Config] = []
        self.seeds = tuple(seeds)
        self.n_race = len(self.seeds)
        self.n_validation = n_validation
        self.metric = metric
        self.mode = mode
        self.n_done = 0
        self.n_failures = 0
        self.n_stopped = 0
        self.n_taken = 0
        self.n_first_lost = 0
        """Configurations whose first race run is over and did not finish."""
        self.steps = Spending()
        self.seconds = Spending()
        self._row = dict[str, int]()
        self._column = {seed: column for column, seed in enumerate(self.seeds)}
        n_columns = self.n_race + n_validation
        self._status = np.zeros((FIRST_ROWS, n_columns), np.uint8)
        self._score = np.full((FIRST_ROWS, n_columns), np.nan)
        # per row, over race seeds: what samplers and displays ask for again and again
        self._sum = np.zeros(FIRST_ROWS)
        self._counts = np.zeros((FIRST_ROWS, 4), np.int32)  # finished, failed, stopped, taken
        self._stopped_at = np.zeros(FIRST_ROWS, np.int64)
        self._stopped_score = np.full(FIRST_ROWS, np.nan)
        self._prefix = np.zeros(FIRST_ROWS, np.int32)

    @property
    def n_begun(self) -> int:
        """Runs that were decided, those that are over included."""
        return self.n_done + self.n_taken

    @property
    def is_maximised(self) -> bool:
        """Whether higher scores are better."""
        return self.mode == "max"

    @property
    def n_race_done(self) -> int:
        """Race runs that are over."""
        return int(self._counts[: len(self.configs), :3].sum())

    # ------------------------------------------------------------------ rows, columns, runs

    def register(self, config: Config) -> int:
        """Add a configuration and give its row."""
        row = len(self.configs)
        if row == len(self._sum):
            self._grow()
        self.configs.append(config)
        self._row[config.config_id] = row
        return row

    def row_of(self, config_id: str) -> int | None:
        """Give the row of a configuration, None where it is not in the table."""
        return self._row.get(config_id)

    def cell_of(self, run: Run) -> Cell | None:
        """Give the place of a run, None where the plan has none for it."""
        row = self._row.get(run.config_id)
        if run.role == Role.RACE:
            column = self._column.get(run.seed)
        else:
            column = self.n_race + run.seed if 0 <= run.seed < self.n_validation else None
        return None if row is None or column is None else Cell(row, column)

    def run_of(self, cell: Cell) -> Run:
        """Give the run at a place."""
        return Run(self.configs[cell.row].config_id, self.role_of(cell), self.seed_of(cell))

    def role_of(self, cell: Cell) -> Role:
        """Give the role of a run's seed."""
        return Role.RACE if cell.column < self.n_race else Role.VALIDATION

    def seed_of(self, cell: Cell) -> int:
        """Give a run's seed within its role."""
        return self.seeds[cell.column] if cell.column < self.n_race else cell.column - self.n_race

    # ------------------------------------------------------------------ what happens to cells

    def is_free(self, cell: Cell) -> bool:
        """Tell whether a run was neither decided nor is over."""
        return bool(self._status[cell] == ABSENT)

    def is_over(self, cell: Cell) -> bool:
        """Tell whether a run has ended, however it did."""
        return bool(0 < self._status[cell] < TAKEN)

    def is_finished(self, cell: Cell) -> bool:
        """Tell whether a run finished with a finite score."""
        return bool(self._status[cell] == FINISHED)

    def take(self, cell: Cell) -> None:
        """Mark a run as decided."""
        if self._status[cell] == ABSENT:
            self._status[cell] = TAKEN
            self.n_taken += 1
            if cell.column < self.n_race:
                self._counts[cell.row, 3] += 1

    def release(self, cell: Cell) -> None:
        """Take back a decision: the run will not be started."""
        if self._status[cell] == TAKEN:
            self._status[cell] = ABSENT
            self.n_taken -= 1
            if cell.column < self.n_race:
                self._counts[cell.row, 3] -= 1

    def record(self, cell: Cell, ended: RunEnded) -> bool:
        """Write a run that is over; False where it was over already, which changes nothing."""
        code = int(self._status[cell])
        if ABSENT < code < TAKEN:
            return False
        was_taken = code == TAKEN
        score = ended.metrics.get(self.metric)
        status = ended.status
        is_full = status is Status.FINISHED
        if is_full and (score is None or not math.isfinite(score)):
            status, is_full = Status.DIVERGED, False
        self._status[cell] = CODES[status]
        self.n_done += 1
        self.n_taken -= was_taken
        self.steps.add(ended.steps, is_full=is_full)
        self.seconds.add(ended.duration_s, is_full=is_full)
        if is_full:
            self._score[cell] = score
        else:
            is_stopped = status is Status.STOPPED
            self.n_stopped += is_stopped
            self.n_failures += not is_stopped
        if cell.column < self.n_race:
            self._count(cell, status, score, ended.steps, was_taken=was_taken)
        return True

    # ------------------------------------------------------------------ what samplers ask

    def means(self) -> NDArray[np.float64]:
        """Mean score over finished race seeds, by row; NaN where none has finished."""
        n = self.n_finished()
        sums = self._sum[: len(n)]
        means: NDArray[np.float64] = np.divide(sums, n, out=np.full(len(n), np.nan), where=n > 0)
        return means

    def n_finished(self) -> NDArray[np.int64]:
        """Race seeds that finished with a finite score, by row."""
        return self._counts[: len(self.configs), 0].astype(np.int64)

    def n_failed(self) -> NDArray[np.int64]:
        """Race seeds that failed, diverged, timed out or were lost, by row."""
        return self._counts[: len(self.configs), 1].astype(np.int64)

    def n_pending(self) -> NDArray[np.int64]:
        """Race seeds that are taken, by row."""
        return self._counts[: len(self.configs), 3].astype(np.int64)

    def stopped_at(self) -> NDArray[np.int64]:
        """Last step where the first seed was stopped early, by row; 0 where it was not."""
        return self._stopped_at[: len(self.configs)]

    def stopped_scores(self) -> NDArray[np.float64]:
        """Score at that step, by row; NaN where it was not stopped or not finite."""
        return self._stopped_score[: len(self.configs)]

    # ------------------------------------------------------------------ what decisions ask

    def rung(self, n_seeds: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the configurations whose first race runs are over, and their means.

        Args:
            n_seeds: How many of the first race seeds, at least 1.

        Returns:
            Rows, and the mean over exactly these seeds with higher being better; minus infinity
            where a run did not finish, be it one of a later rung: such a one goes nowhere, and
            must not stand in the way of the next best.
        """
        rows = np.flatnonzero(self._prefix[: len(self.configs)] >= n_seeds)
        means = self._goodness(rows, slice(0, n_seeds)).mean(axis=1)
        means[self._counts[rows, 1] + self._counts[rows, 2] > 0] = -np.inf
        return rows, means

    def best_of_rung(self, n_seeds: int, most: int) -> NDArray[np.float64]:
        """Give the scores of a rung's best, higher being better, shape (at most `most`, seeds)."""
        rows, means = self.rung(n_seeds)
        best = rows[np.argsort(-means, kind="stable")[:most]]
        return _finite_rows(self._goodness(best, slice(0, n_seeds)))

    def has_free(self, rows: NDArray[np.int64], n_seeds: int) -> NDArray[np.bool_]:
        """Tell for each of the rows whether one of its first race runs was never decided."""
        return np.asarray((self._status[rows, :n_seeds] == ABSENT).any(axis=1))

    def goodness(self) -> NDArray[np.float64]:
        """Give all scores of the race, higher being better, shape (rows, race seeds).

        NaN where a run is not over, minus infinity where it is over and did not finish.
        """
        return self._goodness(slice(0, len(self.configs)), slice(0, self.n_race))

    def leader(self) -> BestSoFar | None:
        """Give the best mean among the configurations with the most finished seeds."""
        n_finished = self.n_finished()
        most = int(n_finished.max(initial=0))
        if most == 0:
            return None
        rows = np.flatnonzero(n_finished == most)
        sums = self._sum[rows]
        row = int(rows[sums.argmax() if self.is_maximised else sums.argmin()])
        config = self.configs[row]
        return BestSoFar(config.config_id, config.values, float(self._sum[row]) / most, most)

    def _goodness(self, rows: Any, columns: Any) -> NDArray[np.float64]:
        status = self._status[rows][:, columns]
        score = self._score[rows][:, columns]
        lost = (status != ABSENT) & (status != FINISHED) & (status != TAKEN)
        return np.where(lost, -np.inf, score if self.is_maximised else -score)

    def _count(
        self, cell: Cell, status: Status, score: float | None, steps: int, *, was_taken: bool
    ) -> None:
        counts = self._counts[cell.row]
        counts[3] -= was_taken
        self.n_first_lost += cell.column == 0 and status is not Status.FINISHED
        self._extend_prefix(cell.row)
        if status is Status.FINISHED:
            counts[0] += 1
            self._sum[cell.row] += score or 0.0
        elif status is not Status.STOPPED:
            counts[1] += 1
        else:
            counts[2] += 1
            if cell.column == 0:
                self._stopped_at[cell.row] = steps
                is_finite = score is not None and math.isfinite(score)
                self._stopped_score[cell.row] = score if is_finite else math.nan

    def _extend_prefix(self, row: int) -> None:
        """Keep count of the first race runs that are over without a gap."""
        prefix = first = int(self._prefix[row])
        while prefix < self.n_race and ABSENT < self._status[row, prefix] < TAKEN:
            prefix += 1
        if prefix > first:
            self._prefix[row] = prefix

    def _grow(self) -> None:
        self._status = _doubled(self._status, ABSENT)
        self._score = _doubled(self._score, math.nan)
        self._sum = _doubled(self._sum, 0.0)
        self._counts = _doubled(self._counts, 0)
        self._stopped_at = _doubled(self._stopped_at, 0)
        self._stopped_score = _doubled(self._stopped_score, math.nan)
        self._prefix = _doubled(self._prefix, 0)


def _doubled(array: NDArray[T], fill: float) -> NDArray[T]:
    return np.concatenate([array, np.full_like(array, fill)])


def _finite_rows(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return scores[np.isfinite(scores).all(axis=1)]
