"""Tests and intervals that stay valid however often one looks while seeds come in.

A t interval is made for one look: looking at every number of seeds from 3 to 200 and stopping at
the first interval without 0 finds a difference where there is none 42 times in 100. The ones here
are wider, and keep their level at all looks together.

The figure behind them is a Bayes factor against "no difference". Among equal configurations it is
a martingale in the number of seeds: it ever exceeds 1 / alpha with a probability of at most alpha.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import LEVEL, Interval
from sweeps.analysis.level import check_level
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

SPREAD = 1.0
"""Variance of the effects, in standard deviations, that the test is tuned for. Any is valid."""


def bayes_factor(t: ArrayLike, n: ArrayLike, *, g: float = SPREAD) -> Floats:
    """Give the evidence for a difference over none.

    Assumes independent normal differences; effects in standard deviations are weighed by a normal
    distribution of mean 0 and variance `g`, standard deviations evenly on their logarithm.

    Args:
        t: Student's t of the differences so far, of any shape; infinite where they do not vary.
        n: Numbers of differences, at least 1, of a shape that broadcasts with `t`.
        g: Variance of the effects, above 0.

    Returns:
        Bayes factors: above 1 for a difference, below 1 against it, 1 for a single one. Infinite
        where they are too large to write.

    Raises:
        ResultsError: `g` is not above 0.

    Example:
        >>> bayes_factor([0.0, 3.0], 10).round(3).tolist()
        [0.302, 6.245]

    References:
        Pérez-Ortiz, Lardy, de Heide and Grünwald, "E-statistics, group invariance and
        anytime-valid testing", Annals of Statistics 52 (2024), for why it may be watched.
        Wang and Ramdas, "Anytime-valid t-tests and confidence sequences for Gaussian means with
        unknown variance", arXiv 2310.03722, for this form.
    """
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(_log_bayes_factor(t, n, g)))


def p_value(t: ArrayLike, n: ArrayLike, *, g: float = SPREAD) -> Floats:
    """Give the p-value that may be read at any number of differences, and acted on.

    Args:
        t: Student's t of the differences so far, of any shape; infinite where they do not vary.
        n: Numbers of differences, at least 1, of a shape that broadcasts with `t`.
        g: Variance of the effects that the test is tuned for, above 0.

    Returns:
        The inverse of the Bayes factor, at most 1.

    Raises:
        ResultsError: `g` is not above 0.

    Example:
        >>> p_value([0.0, 3.0], 10).round(4).tolist()
        [1.0, 0.1601]
    """
    return np.asarray(np.exp(np.minimum(-_log_bayes_factor(t, n, g), 0.0)))


def running_p(differences: ArrayLike, *, g: float = SPREAD) -> Floats:
    """Give the p-values of somebody who looks after every difference.

    Args:
        differences: Differences in the order in which they came, shape `(..., n)`.
        g: Variance of the effects that the test is tuned for, above 0.

    Returns:
        The smallest p-value so far, shape `(..., n)`; it never rises.

    Raises:
        ResultsError: `g` is not above 0.

    Example:
        >>> running_p([1.0, 1.2, 0.9, 1.1, 1.0]).round(4).tolist()
        [1.0, 0.5868, 0.2663, 0.0976, 0.0312]
    """
    values = np.asarray(differences, dtype=np.float64)
    n = np.arange(1, values.shape[-1] + 1)
    scale = np.abs(values).max(axis=-1, initial=0.0, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = np.where(scale > 0, values / scale, 0.0)
        mean = np.cumsum(scaled, axis=-1) / n
        before = np.concatenate([np.zeros_like(mean[..., :1]), mean[..., :-1]], axis=-1)
        # Welford's update: no difference of large squares.
        squares = np.cumsum((scaled - before) * (scaled - mean), axis=-1)
        error = np.sqrt(np.maximum(squares, 0.0) / np.maximum(n - 1, 1) / n)
        t = np.where(mean == 0, 0.0, mean / error)
    p = p_value(np.where(n == 1, 0.0, t), n, g=g)
    return np.asarray(np.minimum.accumulate(p, axis=-1))


def critical_t(n: ArrayLike, *, g: float = SPREAD, level: float = LEVEL) -> Floats:
    """Give how large |t| must be at any look to speak of a difference.

    Args:
        n: Numbers of differences, at least 1, of any shape.
        g: Variance of the effects that the test is tuned for, above 0.
        level: Confidence level of all looks together, between 0 and 1.

    Returns:
        Critical values; infinite where so few differences can never suffice.

    Raises:
        ResultsError: `level` or `g` is out of its range.

    Example:
        >>> critical_t([4, 5, 10]).round(4).tolist()
        [inf, 8.4532, 3.8698]
    """
    check_level(level)
    _check_spread(g)
    numbers = np.asarray(n, dtype=np.float64)
    grown = np.log1p(numbers * g)
    log_ratio = (grown - 2 * np.log1p(-level)) / numbers
    can_reach = (log_ratio < grown) & (numbers > 1)
    gap = np.where(can_reach, log_ratio - grown, -1.0)
    squares = (numbers - 1) * np.expm1(log_ratio) / -np.expm1(gap)
    return np.asarray(np.where(can_reach, np.sqrt(np.maximum(squares, 0.0)), np.inf))


def confidence_sequence(
    mean: ArrayLike, sd: ArrayLike, n: ArrayLike, *, g: float = SPREAD, level: float = LEVEL
) -> Interval:
    """Give intervals of a mean that hold at all numbers of values together.

    Assumes independent normal values.

    Args:
        mean: Means, of any shape.
        sd: Standard deviations, n - 1 in the denominator.
        n: Numbers of values, at least 1.
        g: Variance of the effects that the interval is tuned for, above 0.
        level: Probability that none of the intervals, at whatever number of values, misses the
            true mean; between 0 and 1.

    Returns:
        Means and bounds; NaN where so few values give no bound.

    Raises:
        ResultsError: `level` or `g` is out of its range.

    Example:
        >>> confidence_sequence(1.0, 0.5, [4, 10]).low.round(3).tolist()
        [nan, 0.388]
    """
    centre, spread, numbers = np.broadcast_arrays(
        *(np.asarray(part, dtype=np.float64) for part in (mean, sd, n))
    )
    reach = critical_t(numbers, g=g, level=level)
    with np.errstate(over="ignore", invalid="ignore"):
        half = np.where(np.isfinite(reach), reach * (spread / np.sqrt(numbers)), np.nan)
        return Interval(centre, centre - half, centre + half, level)


def fewest(*, g: float = SPREAD, level: float = LEVEL) -> int:
    """Give the number of differences from which on there is an interval.

    Args:
        g: Variance of the effects that the interval is tuned for, above 0.
        level: Confidence level, between 0 and 1.

    Raises:
        ResultsError: `level` or `g` is out of its range.

    Example:
        >>> fewest()
        5
    """
    n = 2
    while not np.isfinite(critical_t(n, g=g, level=level)):
        n += 1
    return n


def _log_bayes_factor(t: ArrayLike, n: ArrayLike, g: float) -> Floats:
    _check_spread(g)
    numbers = np.asarray(n, dtype=np.float64)
    # Beyond 1e100 standard errors nothing changes, and the square does not overflow.
    size = np.minimum(np.abs(np.asarray(t, dtype=np.float64)), 1e100)
    effect = size**2 / np.maximum(numbers - 1, 1)
    grown = 1 + numbers * g
    found = numbers / 2 * (np.log1p(effect) - np.log1p(effect / grown)) - np.log(grown) / 2
    return np.asarray(np.where(numbers > 1, found, 0.0))


def _check_spread(g: float) -> None:
    if not g > 0:
        message = f"`g` must be above 0, got {g}. Pass 1 to look for effects near one sd."
        raise ResultsError(message)
