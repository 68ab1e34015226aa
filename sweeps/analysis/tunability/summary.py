"""From what halves say to estimates with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import bdtr, stdtrit

from sweeps.analysis.interval import LEVEL, mean_interval
from sweeps.analysis.level import check_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

STEEPEST = 2.0
MOST_FREEDOM = 1e6
"""Degrees of freedom from which on Student's t is taken as normal."""


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Estimates with their bounds.

    Attributes:
        estimates: Value, low and high of each figure, shape `(n_terms, 2, 3)`.
        slope: What figures were multiplied by, see `Tunability`.
    """

    estimates: Floats
    slope: float

    @classmethod
    def of(
        cls,
        figures: Floats,
        agreement: Floats,
        *,
        n_seeds: int,
        level: float,
        widening: float = 1.0,
    ) -> Self:
        """Average what the halves say.

        How far two halves differ tells how much the mean of both varies, a quarter of the squared
        difference, averaged over splits. Configurations and seeds add up, less what both would
        count: noise of single runs. Seeds have `n_seeds - 1` degrees of freedom, joined by
        Satterthwaite's rule.

        Args:
            figures: Shape `(n_splits, n_halves, n_halves, n_terms, 2)`, halves of configurations
                and of seeds; NaN where unknown.
            agreement: Covariance and variance of each split, see `Halves`.
            n_seeds: Number of seeds that are split.
            level: Confidence level, between 0 and 1.
            widening: Factor of the intervals.
        """
        covariance, variance = agreement.sum(axis=0)
        slope = float(np.clip(covariance / variance, 0.0, STEEPEST)) if variance > 0 else 1.0
        wide = figures * max(slope, 1.0)  # noise alone would let the slope shrink its own interval
        by_configs = _mean_square(_mean(wide, 2))
        by_seeds = _mean_square(_mean(wide, 1))
        whole = by_configs + by_seeds - _mean_square(_crossed(wide))
        whole = np.maximum(whole, np.maximum(by_configs, by_seeds))
        share = np.divide(by_seeds, whole, out=np.zeros_like(whole), where=whole > 0)
        limit = np.full_like(whole, MOST_FREEDOM)
        freedom = np.divide(n_seeds - 1, share**2, out=limit, where=share > 1 / MOST_FREEDOM)
        half = (
            widening
            * stdtrit(np.clip(freedom, 1.0, MOST_FREEDOM), (1 + level) / 2)
            * np.sqrt(whole)
        )
        value = _mean(figures, (0, 1, 2)) * slope
        return cls(np.stack([value, value - half, value + half], axis=-1), slope)

    def reaching(self, naive: Floats) -> Floats:
        """Let the upper bound of each gain start from its naive value, where that is larger.

        Half of a sweep chooses worse than all of it, so its gain may be too small; the naive one
        is too large, since what is lucky is chosen.

        Args:
            naive: Figures chosen and valued by all scores, shape `(n_terms, 2)`.

        Returns:
            Estimates with these bounds, shape `(n_terms, 2, 3)`.
        """
        reached = self.estimates.copy()
        reached[:, 0, 2] += np.maximum(naive[:, 0] - reached[:, 0, 0], 0.0)
        return reached


def _mean_square(halves: Floats) -> Floats:
    """Give a quarter of the squared difference of halves, shape `(n_splits, 1 or 2, ...)`."""
    if halves.shape[1] == 1:
        return np.zeros(halves.shape[2:])
    return _mean((halves[:, 0] - halves[:, 1]) ** 2 / 4, 0)


def _crossed(figures: Floats) -> Floats:
    """Give the two diagonals of the halves of configurations and seeds."""
    if figures.shape[1:3] != (2, 2):
        return np.zeros((len(figures), 1, *figures.shape[3:]))
    one = (figures[:, 0, 0] + figures[:, 1, 1]) / 2
    other = (figures[:, 0, 1] + figures[:, 1, 0]) / 2
    return np.stack([one, other], axis=1)


def _mean(values: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Average what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    n = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.asarray(np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0))


def mean_over(gains: ArrayLike, *, level: float = LEVEL) -> tuple[float, float, float]:
    """Give the mean gain over sweeps with its t interval.

    Args:
        gains: Gain in each sweep, shape `(n_sweeps,)`; unknown ones are left out.
        level: Confidence level, between 0 and 1.

    Returns:
        Mean and bounds; the bounds are NaN for one sweep.
    """
    known = _known(gains)
    if not len(known):
        return np.nan, np.nan, np.nan
    found = mean_interval(known, level=level)
    return float(found.estimate), float(found.low), float(found.high)


def median_over(gains: ArrayLike, *, level: float = LEVEL) -> tuple[float, float, float]:
    """Give the median gain over sweeps with the exact interval between two of the gains.

    Args:
        gains: Gain in each sweep, shape `(n_sweeps,)`; unknown ones are left out.
        level: Least confidence level, between 0 and 1.

    Returns:
        Median and bounds; the bounds are NaN where there are too few sweeps, 5 or fewer for 95 %.

    Example:
        >>> median_over([1.0, 2.0, 3.0, 4.0, 5.0, 7.0])
        (3.5, 1.0, 7.0)
    """
    check_level(level)
    known = np.sort(_known(gains))
    n = len(known)
    if not n:
        return np.nan, np.nan, np.nan
    n_outside = sum(2 * bdtr(k, n, 0.5) <= 1 - level for k in range(n // 2))
    median = float(np.median(known))
    if not n_outside:
        return median, np.nan, np.nan
    return median, float(known[n_outside - 1]), float(known[n - n_outside])


def _known(gains: ArrayLike) -> Floats:
    values = np.asarray(gains, dtype=np.float64)
    return np.asarray(values[~np.isnan(values)])
