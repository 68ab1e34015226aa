"""Means of configurations with the variance that their seeds give them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.moments import group_moments
from sweeps.analysis.unit import UnitScores

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.scores import Scores

SHARED = (
    "Indices of a design need seeds that are not shared between configurations, since what a seed "
    "does to similar configurations alike looks like an effect, got shared ones; run the design "
    "with `paired: false`."
)
NO_REPLICATES = (
    "To take the seeds' part out of the variance some configurations need 2 seeds or more, got 1 "
    "each; run more seeds."
)


@dataclass(frozen=True, slots=True, eq=False)
class NoisyMeans:
    """Mean scores on the unit scale, and how noisy they are.

    Attributes:
        mean: Mean over the seeds, shape `(n_configs,)`; NaN without a score.
        error: Variance of that mean over draws of its seeds; NaN where nothing tells it.
        single: Variance of one run over draws of its seed; NaN where nothing tells it.
        freedom: Degrees of freedom of both variances, 0 where nothing tells them.
        unit: The scale.
    """

    mean: Floats
    error: Floats
    single: Floats
    freedom: Floats
    unit: UnitScores

    @classmethod
    def of(cls, scores: Scores) -> Self:
        """Average over seeds.

        The variance is that of the configuration's own seeds; where it has a single one, that of
        all others pooled, which assumes that nobody chose by the scores who gets more seeds.
        """
        unit = UnitScores.of(scores.score)
        moments = group_moments(unit.values, scores.groups, scores.n_groups)
        freedom = np.maximum(moments.n - 1, 0)
        known = freedom > 0
        variance = np.where(known, moments.sd, 0.0) ** 2
        pooled = freedom @ variance / freedom.sum() if known.any() else np.nan
        single = np.where(known, variance, np.where(moments.n == 1, pooled, np.nan))
        behind = np.where(known, freedom, np.where(moments.n == 1, freedom.sum(), 0))
        return cls(moments.mean, single / np.maximum(moments.n, 1), single, behind, unit)

    @property
    def has_error(self) -> bool:
        """Whether anything tells the noise."""
        return not np.isnan(self.error).all()

    def at(self, rows: Integers) -> tuple[Floats, Floats, Floats]:
        """Give mean, error and single variance at each row of a design; NaN where there is none."""
        is_there = rows >= 0
        at = np.where(is_there, rows, 0)
        if not len(self.mean):
            nothing = np.full(rows.shape, np.nan)
            return nothing, nothing, nothing
        mean, error, single = (
            np.where(is_there, part[at], np.nan) for part in (self.mean, self.error, self.single)
        )
        return mean, error, single


def complete(means: Floats) -> Booleans:
    """Say which blocks of a design have a score in every row; shape `(n_blocks,)`."""
    return np.asarray(np.isfinite(means).all(axis=1))
