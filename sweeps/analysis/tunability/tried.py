"""The configurations of a sweep with their scores, ready to be dealt to halves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.canonical import canonical_order
from sweeps.analysis.near.halves import COMMON
from sweeps.analysis.scaled import Scaled, rounded
from sweeps.analysis.table import Table
from sweeps.analysis.unit import UnitScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.scores import Scores

_ROUNDS = 30
SPLITTABLE = 0.9
"""Share of the configurations that must have two scores for seeds to be split."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """What was tried in one sweep. Higher is better.

    Attributes:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        table: Scores, shape `(n_configs, n_seeds)`; NaN where there is none.
        paired: Whether a column of the table is the same randomness in all configurations.
    """

    cells: Integers
    table: Floats
    paired: bool

    @classmethod
    def of(cls, cells: Integers, scores: Scores, *, paired: bool, sign: int) -> Tried:
        """Lay out the scores of a sweep; configurations without one are left out.

        Args:
            cells: Cells, a row for each configuration of `scores`.
            scores: Finite scores.
            paired: Whether the same seed is the same randomness in all configurations.
            sign: 1 where a higher score is better, else -1.
        """
        higher = replace(scores, score=sign * scores.score)
        table = Table.of(higher).values if paired else _by_place(higher)
        used = np.flatnonzero((~np.isnan(table)).any(axis=1))
        return cls(cells[used], table[used], paired)

    @property
    def n(self) -> int:
        """How many configurations there are."""
        return len(self.cells)

    @property
    def n_seeds(self) -> int:
        """How many scores a configuration has at most."""
        return int(self.table.shape[1])

    @property
    def has_repeats(self) -> bool:
        """Whether nearly all configurations have two scores or more."""
        n_scores = (~np.isnan(self.table)).sum(axis=1)
        return bool(self.n) and bool((n_scores > 1).mean() >= SPLITTABLE)

    @property
    def is_common(self) -> Booleans:
        """Which seeds nearly all configurations have a score under."""
        n_scores = (~np.isnan(self.table)).sum(axis=0)
        return np.asarray(n_scores >= COMMON * self.n)

    @property
    def splits_seeds(self) -> bool:
        """Whether seeds can be dealt to halves so that each has one that nearly all have."""
        return self.paired and self.has_repeats and int(self.is_common.sum()) > 1

    def in_order(self, columns: Integers) -> Tried:
        """Put configurations in an order that follows from the data, and dimensions in another."""
        rows, _ = canonical_order(self.cells, np.nanmean(self.table, axis=1))
        return replace(self, cells=self.cells[rows][:, columns], table=self.table[rows])

    def without_seeds(self) -> Tried:
        """Subtract what a seed does to all configurations, where it does the same to all.

        So means over different seeds can be compared. In a complete table it changes no
        difference.
        """
        if not self.paired or not np.isnan(self.table).any():
            return self
        shift = np.zeros(self.n_seeds)
        for _ in range(_ROUNDS):
            own = np.nanmean(self.table - shift, axis=1)
            shift = np.nanmean(self.table - own[:, None], axis=0)
        return replace(self, table=self.table - shift)


def on_one_scale(sweeps: Sequence[Tried]) -> tuple[list[Tried], int]:
    """Scale the scores of all sweeps alike, to a size of about 1.

    They are rounded to 36 bits, so that what a shift of all scores rounds off cannot turn a tie.

    Returns:
        The sweeps, and the power of two that they were divided by.
    """
    every = np.concatenate([tried.table.ravel() for tried in sweeps])
    unit = UnitScores.of(every)
    spread = Scaled.of(unit.values)
    values = rounded(spread.values)
    ends = np.cumsum([tried.table.size for tried in sweeps])[:-1]
    scaled = [
        replace(tried, table=part.reshape(tried.table.shape))
        for tried, part in zip(sweeps, np.split(values, ends), strict=True)
    ]
    return scaled, unit.exponent + spread.exponent


def _by_place(scores: Scores) -> Floats:
    """Lay out scores whose seeds mean nothing, each configuration's in ascending order."""
    order = np.lexsort((scores.score, scores.groups))
    groups = scores.groups[order]
    n = np.bincount(groups, minlength=scores.n_groups)
    place = np.arange(len(groups)) - (np.cumsum(n) - n)[groups]
    values = np.full((scores.n_groups, n.max(initial=0)), np.nan)
    values[groups, place] = scores.score[order]
    return values
