"""Configurations and seeds dealt into two halves that share neither.

Surfaces fitted to such halves err independently, so the product of what they say has no error in
the mean, and their difference shows how large the error is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.moments import group_moments
from sweeps.analysis.table import Table

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.scores import Scores

COMMON = 0.8
"""A seed is common where at least this share of the configurations has a score under it."""
_N_SWEEPS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Half:
    """What is known of some configurations under some seeds.

    Attributes:
        rows: Numbers of the configurations.
        figures: Their mean scores over these seeds.
        weights: How many seeds each mean rests on.
    """

    rows: Integers
    figures: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """Scores that can be dealt into halves.

    Attributes:
        table: Scores less what their seed does to all configurations, shape
            `(n_configs, n_seeds)`; NaN where there is none. A single column of means where seeds
            are independent.
        weights: Seeds behind each entry of that single column; None elsewhere.
        common: Columns of the seeds that nearly all configurations share.
        level_error: Standard error of the mean of what seeds do to all configurations alike; 0
            where seeds are independent or there is one.
        noise: Variance of one score by its seed, without what the seed does to all alike;
            infinite where no configuration has two.
    """

    table: Floats
    weights: Floats | None
    common: Integers
    level_error: float
    noise: float

    @classmethod
    def of(cls, scores: Scores, *, is_paired: bool) -> Self:
        """Lay out scores.

        Args:
            scores: Finite scores on a scale that has no extremes.
            is_paired: Whether the same seed is the same randomness in all configurations.
        """
        if not is_paired:
            moments = group_moments(scores.score, scores.groups, scores.n_groups)
            nothing = np.zeros(0, dtype=np.int64)
            free = np.maximum(moments.n - 1, 0)
            squares = float(free @ np.nan_to_num(moments.sd) ** 2)
            noise = squares / float(free.sum()) if free.any() else math.inf
            return cls(moments.mean[:, None], moments.n, nothing, 0.0, noise)
        table = Table.of(scores).values
        effects = _seed_effects(table)
        n_scored = np.isfinite(table).any(axis=1).sum()
        is_common = np.isfinite(table).sum(axis=0) >= COMMON * n_scored
        known = effects[is_common]
        error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else 0.0
        left = table - effects
        return cls(left, None, np.flatnonzero(is_common), error, _noise(left))

    @property
    def splits_seeds(self) -> bool:
        """Whether the halves have seeds of their own, not only configurations."""
        return len(self.common) > 1

    @property
    def scored(self) -> Integers:
        """Numbers of the configurations with a score."""
        return np.flatnonzero(np.isfinite(self.table).any(axis=1))

    def divided(self, rows: Integers, rng: np.random.Generator) -> tuple[Part, Part]:
        """Divide some configurations, and the seeds where they are shared, into two parts.

        Returns:
            For each part its scores and the numbers of its configurations.
        """
        dealt = rng.permutation(rows)
        first, second = np.sort(dealt[::2]), np.sort(dealt[1::2])
        if not self.splits_seeds:
            return (self, first), (self, second)
        others = np.setdiff1d(np.arange(self.table.shape[1]), self.common)
        columns = np.concatenate([rng.permutation(self.common), rng.permutation(others)])
        sides = [columns[::2], columns[1::2]]
        if rng.random() < 0.5:  # with an odd number of seeds one half has one more
            sides.reverse()
        return (self._under(sides[0]), first), (self._under(sides[1]), second)

    def deal(self, rows: Integers, rng: np.random.Generator) -> tuple[Half, Half]:
        """Divide like `divided`, and average over the seeds of each part."""
        (one, first), (other, second) = self.divided(rows, rng)
        return one.whole(first), other.whole(second)

    def whole(self, rows: Integers) -> Half:
        """Give some configurations under all seeds; those without a score are left out."""
        part = self.table[rows]
        known = np.isfinite(part)
        n = known.sum(axis=1)
        kept = n > 0
        means = np.where(known, part, 0.0).sum(axis=1)[kept] / n[kept]
        weights = n.astype(np.float64) if self.weights is None else self.weights[rows]
        return Half(rows[kept], means, weights[kept])

    def _under(self, columns: Integers) -> Halves:
        """Give the same under some of the seeds."""
        common = np.flatnonzero(np.isin(columns, self.common))
        return replace(self, table=self.table[:, columns], common=common)


Part = tuple[Halves, "Integers"]


def _noise(left: Floats) -> float:
    """Give the variance within rows, with the degrees of freedom of rows and columns."""
    known = np.isfinite(left)
    n = known.sum(axis=1)
    free = int(np.maximum(n - 1, 0).sum()) - int((known.sum(axis=0) > 0).sum()) + 1
    if free < 1:
        return math.inf
    filled = np.where(known, left, 0.0)
    away = np.where(known, filled - (filled.sum(axis=1) / np.maximum(n, 1))[:, None], 0.0)
    return float((away**2).sum()) / free


def _seed_effects(table: Floats) -> Floats:
    """Give what each seed adds to all configurations alike, 0 in the mean of the seeds.

    With gaps in the table configurations and seeds are fitted in turn.
    """
    known = np.isfinite(table)
    filled, effects = np.where(known, table, 0.0), np.zeros(table.shape[1])
    n_seeds, n_configs = known.sum(axis=1), known.sum(axis=0)
    for _ in range(1 if known.all() else _N_SWEEPS):
        means = (filled - np.where(known, effects, 0.0)).sum(axis=1) / np.maximum(n_seeds, 1)
        away = (filled - np.where(known, means[:, None], 0.0)).sum(axis=0)
        effects = away / np.maximum(n_configs, 1)
        effects -= effects.mean()
    return np.asarray(effects)
