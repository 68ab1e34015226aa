"""Student's t intervals of means.

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
from sweeps.analysis.level import check_level
from sweeps.analysis.moments import Moments, group_moments

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
    check_level(level)
    freedom = moments.n - 1
    known = freedom > 0
    quantile = stdtrit(np.where(known, freedom, 1.0), (1 + level) / 2)
    with np.errstate(over="ignore", invalid="ignore"):
        error = moments.sd / np.sqrt(np.maximum(moments.n, 1))
        half = np.where(known, quantile * error, np.nan)
        return Interval(moments.mean, moments.mean - half, moments.mean + half, level)
