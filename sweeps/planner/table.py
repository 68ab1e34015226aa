"""The table of runs as the planner holds it: about a hundred bytes a run, and nothing else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sweeps.planner.event import Status
from sweeps.planner.progress import BestSoFar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.planner.event import Config

ABSENT = 0
CODES = {status: code for code, status in enumerate(Status, start=1)}
FINISHED = CODES[Status.FINISHED]


class Table:
    """Configurations by rows, seeds by columns; each cell a run that is over, or absent.

    Args:
        seeds: The seeds of the plan, in their order.
    """

    def __init__(self, seeds: Sequence[int]) -> None:
        self.configs: list[Config] = []
        self.seeds = tuple(seeds)
        self._row = dict[str, int]()
        self._column = {seed: column for column, seed in enumerate(self.seeds)}
        self._status = np.zeros((64, len(self.seeds)), np.uint8)
        self._score_sum = np.zeros(64)
        self.n_done = 0
        self.n_failed = 0

    def register(self, config: Config) -> int:
        """Add a configuration and give its row."""
        row = len(self.configs)
        if row == len(self._score_sum):
            self._status = np.concatenate([self._status, np.zeros_like(self._status)])
            self._score_sum = np.concatenate([self._score_sum, np.zeros_like(self._score_sum)])
        self.configs.append(config)
        self._row[config.config_id] = row
        return row

    def row_of(self, config_id: str) -> int | None:
        """Give the row of a configuration, None where it is not in the table."""
        return self._row.get(config_id)

    def column_of(self, seed: int) -> int | None:
        """Give the column of a seed, None where it is not in the plan."""
        return self._column.get(seed)

    def is_over(self, row: int, column: int) -> bool:
        """Tell whether that run has ended, however it did."""
        return bool(self._status[row, column] != ABSENT)

    def record(self, row: int, column: int, status: Status, score: float | None) -> None:
        """Write a run that is over; a second record of the same run is ignored."""
        if self._status[row, column] != ABSENT:
            return
        self._status[row, column] = CODES[status]
        self.n_done += 1
        if status is Status.FINISHED and score is not None and math.isfinite(score):
            self._score_sum[row] += score
        elif status is not Status.STOPPED:
            self.n_failed += 1

    def leader(self, mode: str) -> BestSoFar | None:
        """Give the best mean among the configurations with the most finished seeds."""
        n = len(self.configs)
        if n == 0:
            return None
        n_finished = np.count_nonzero(self._status[:n] == FINISHED, axis=1)
        most = int(n_finished.max())
        if most == 0:
            return None
        rows = np.flatnonzero(n_finished == most)
        sums = self._score_sum[rows]
        row = int(rows[sums.argmax() if mode == "max" else sums.argmin()])
        config = self.configs[row]
        mean = float(self._score_sum[row]) / most
        return BestSoFar(config.config_id, config.values, mean, most)
