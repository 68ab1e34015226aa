"""Rates: how often runs succeed or fail, with an interval that holds at 0 and 1 too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sweeps.analysis.interval import LEVEL, Interval
from sweeps.analysis.level import check_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def wilson(successes: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> Interval:
    """Give rates with their score intervals.

    Assumes independent runs of one probability. Unlike rate ± error it never leaves 0 to 1, and
    has a width where all runs succeed or all fail.

    Args:
        successes: Numbers of successes, from 0 to `n`, of any shape; they need not be whole.
        n: Numbers of runs, of a shape that broadcasts with it.
        level: Confidence level, between 0 and 1.

    Returns:
        Rates and bounds; all NaN where there is no run.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> rate = wilson([0, 5], [5, 10])
        >>> rate.low.round(3).tolist(), rate.high.round(3).tolist()
        ([0.0, 0.237], [0.434, 0.763])

    References:
        Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
        the American Statistical Association 22 (1927), 209-212.
    """
    check_level(level)
    hits, total = np.broadcast_arrays(np.asarray(successes, float), np.asarray(n, float))
    square = float(ndtri((1 + level) / 2)) ** 2
    has_runs = total > 0
    size = np.where(has_runs, total, 1.0)
    rate = np.where(has_runs, hits / size, np.nan)
    middle = (hits + square / 2) / (size + square)
    half = np.sqrt(square * (rate * (1 - rate) * size + square / 4)) / (size + square)
    # Exact at the ends, where rounding would leave a rest.
    low = np.where(rate <= 0, rate, np.clip(middle - half, 0, rate))
    high = np.where(rate >= 1, rate, np.clip(middle + half, rate, 1))
    return Interval(rate, low, high, level)


def group_rates(
    is_success: ArrayLike, groups: ArrayLike, n_groups: int, *, level: float = LEVEL
) -> Interval:
    """Give the success rate of each group with its score interval.

    Args:
        is_success: Whether each run succeeded, shape `(n_runs,)`. Leave no failed run out: it is
            what the rate is about.
        groups: Number of each run's group, from 0 to `n_groups` - 1, shape `(n_runs,)`.
        n_groups: How many groups there are, empty ones included.
        level: Confidence level, between 0 and 1.

    Returns:
        Rates and bounds, shape `(n_groups,)`; NaN for an empty group.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> group_rates([True, False, True], [0, 0, 1], 3).estimate.tolist()
        [0.5, 1.0, nan]
    """
    labels = np.asarray(groups, dtype=np.int64)
    hits = np.bincount(labels, np.asarray(is_success, dtype=np.float64), n_groups)
    return wilson(hits, np.bincount(labels, minlength=n_groups), level=level)
