"""Student's t intervals: for a mean, and for the difference of two means.

All functions are vectorised over configurations and never raise on data: where a design
gives no interval (one seed, no seed), the bounds are NaN.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit  # scipy.stats would take another 0.6 s to import

from sweeps.analysis.array import Booleans, Floats, frozen_floats
from sweeps.analysis.moments import Moments, group_moments
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LEVEL = 0.95
"""Confidence level of every interval that is shown without naming one."""


@dataclass(frozen=True, slots=True, eq=False)
class Interval:
    """Estimates with the bounds of their confidence intervals.

    Attributes:
        estimate: Estimates, of any shape, in the unit of the data.
        low: Lower bounds, of the same shape; NaN where the data give no interval.
        high: Upper bounds, of the same shape; NaN where the data give no interval.
        level: Confidence level, between 0 and 1.
    """

    estimate: Floats
    low: Floats
    high: Floats
    level: float

    def __post_init__(self) -> None:
        for name in ("estimate", "low", "high"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))

    def contains(self, value: float) -> Booleans:
        """Say where the interval holds `value`, bounds included; False where it is NaN."""
        return np.asarray((self.low <= value) & (value <= self.high))

    @property
    def is_known(self) -> Booleans:
        """Where the data give an interval."""
        return np.asarray(~np.isnan(self.low))


def mean_interval(values: ArrayLike, *, level: float = LEVEL) -> Interval:
    """Give the mean over the last axis with its t interval.

    Assumes independent values from one normal distribution; with 5 or more values that
    are not strongly skewed the coverage stays near `level`.

    Args:
        values: Scores, shape `(..., n)`, in any unit. A NaN makes its mean NaN.
        level: Confidence level, between 0 and 1.

    Returns:
        Means and bounds, shape `(...)`. Bounds are NaN for n < 2, and equal the mean where
        all values are equal.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> interval = mean_interval([1.0, 2.0, 3.0])
        >>> float(interval.estimate), round(float(interval.low), 3), round(float(interval.high), 3)
        (2.0, -0.484, 4.484)

    References:
        Student, "The probable error of a mean", Biometrika 6 (1908), 1-25.
    """
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    shape, n_rows = array.shape[:-1], math.prod(array.shape[:-1])
    rows = np.repeat(np.arange(n_rows), array.shape[-1])
    return interval_of_mean(group_moments(array, rows, n_rows).reshaped(shape), level=level)


def interval_of_mean(moments: Moments, *, level: float = LEVEL) -> Interval:
    """Give the t interval of means whose sufficient statistics are known.

    Args:
        moments: Numbers, means and standard deviations of the samples.
        level: Confidence level, between 0 and 1.

    Returns:
        Means and bounds in the shape of the moments. Bounds are NaN where there are fewer
        than 2 values, and equal the mean where the standard deviation is 0.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> moments = Moments(np.array([1, 4]), np.array([5.0, 5.0]), np.array([np.nan, 0.0]))
        >>> interval_of_mean(moments).high.tolist()
        [nan, 5.0]
    """
    error = moments.sd / np.sqrt(np.maximum(moments.n, 1))
    return _student(moments.mean, error, moments.n - 1, level)


def welch_interval(a: Moments, b: Moments, *, level: float = LEVEL) -> Interval:
    """Give the interval of `a.mean - b.mean` for independent samples of unequal variance.

    Args:
        a: Moments of the first samples.
        b: Moments of the second samples, of a shape that broadcasts with the first.
        level: Confidence level, between 0 and 1.

    Returns:
        Differences and bounds. Bounds are NaN where either sample has fewer than 2 values,
        and equal the difference where neither sample varies.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> ones, threes = group_moments([1, 1], [0, 0], 1), group_moments([3, 3], [0, 0], 1)
        >>> welch_interval(ones, threes).high.tolist()
        [-2.0]

    References:
        Welch, "The generalization of 'Student's' problem when several different population
        variances are involved", Biometrika 34 (1947), 28-35; degrees of freedom by
        Satterthwaite (1946).
    """
    has_spread = (a.n >= 2) & (b.n >= 2)
    with np.errstate(all="ignore"):  # a NaN or an infinity in one cell is an answer here
        error_a, error_b = a.sd / np.sqrt(a.n), b.sd / np.sqrt(b.n)
        error = np.hypot(error_a, error_b)
        share_a = np.where(error > 0, error_a / error, 0.5) ** 2
        share_b = np.where(error > 0, error_b / error, 0.5) ** 2
        freedom = 1 / (share_a**2 / (a.n - 1) + share_b**2 / (b.n - 1))
        difference = a.mean - b.mean
    return _student(difference, error, np.where(has_spread, freedom, 0.0), level)


def _student(estimate: Floats, error: Floats, freedom: Floats, level: float) -> Interval:
    """Give `estimate` ± the t quantile times its standard error; NaN for `freedom` < 1."""
    if not 0 < level < 1:
        message = f"`level` must lie between 0 and 1, got {level}. Pass 0.95 for 95 %."
        raise ResultsError(message)
    known = freedom > 0
    quantile = stdtrit(np.where(known, freedom, 1.0), (1 + level) / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        half = np.where(known, quantile * error, np.nan)
        return Interval(estimate, estimate - half, estimate + half, level)
