"""How many seeds a comparison takes, and how surely so many seeds find a difference.

Differences and spreads are those of the population: put a pilot's figures in, and the answer is
as uncertain as they are. Numbers of seeds are not rounded; round up, to at least 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.sizing.effect import (
    check_confidence,
    check_probability,
    squared_ratio,
    standardised,
)
from sweeps.analysis.sizing.noncentral import noncentral_tail
from sweeps.analysis.sizing.order import bechhofer_h
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

POWER = 0.8
"""Probability of finding a difference, where nothing else is said."""

_FEWEST = 2.0
"""Seeds below which there is no spread and so no t."""

_MOST = 1e6
"""Seeds above which the normal distribution stands in for the t distribution."""


def power_of_difference(
    n: ArrayLike, difference: float, sd: float, *, paired: bool, level: float = LEVEL
) -> Floats:
    """Give the probability that a two-sided t test finds a difference, and on the right side.

    Assumes normal scores; without pairs, two configurations of equal spread and n seeds each.
    Significance on the wrong side is no success.

    Args:
        n: Numbers of seeds of each configuration, of any shape; they need not be whole.
        difference: True difference of the two means, in the unit of the scores, of either sign.
        sd: Standard deviation: of the differences of pairs where `paired`, else of the scores of
            one configuration over its seeds.
        paired: Whether the two configurations share their seeds.
        level: Confidence level of the test, between 0.5 and 1: 0.95 for 5 % false alarms.

    Returns:
        Probabilities, in the shape of `n`; NaN for fewer than 2 seeds and for unknown figures.

    Raises:
        ResultsError: `level` is out of its range, or `sd` is negative.

    Example:
        >>> power_of_difference([5, 20], 1.0, 1.0, paired=False).round(4).tolist()
        [0.2859, 0.869]

    References:
        Cohen, "Statistical power analysis for the behavioral sciences", 2nd ed. (1988), ch. 2.
    """
    check_confidence(level)
    effect = standardised(difference, sd)
    seeds = np.asarray(n, dtype=np.float64)
    enough = np.where((seeds >= _FEWEST) & ~np.isnan(effect), seeds, np.nan)
    freedom = enough - 1 if paired else 2 * enough - 2
    with np.errstate(over="ignore"):
        shift = effect * np.sqrt(enough if paired else enough / 2)
    return noncentral_tail(stdtrit(freedom, (1 + level) / 2), shift, freedom)


def seeds_for_difference(
    difference: float, sd: float, *, paired: bool, power: float = POWER, level: float = LEVEL
) -> float:
    """Give the number of seeds of each configuration that finds a difference with a power.

    Args:
        difference: True difference of the two means, in the unit of the scores, of either sign.
        sd: Standard deviation: of the differences of pairs where `paired`, else of the scores of
            one configuration over its seeds.
        paired: Whether the two configurations share their seeds.
        power: Probability of finding it, between 0 and 1.
        level: Confidence level of the test, between 0.5 and 1: 0.95 for 5 % false alarms.

    Returns:
        Seeds, not rounded, at least 2; infinity for a difference of 0, NaN for unknown figures.

    Raises:
        ResultsError: `power` or `level` is out of its range, or `sd` is negative.

    Example:
        >>> round(seeds_for_difference(0.5, 1.0, paired=False), 2)
        63.77
    """
    check_confidence(level)
    check_probability("power", power)
    effect = standardised(difference, sd)
    if math.isnan(effect):
        return math.nan
    quantile = float(ndtri((1 + level) / 2))
    n_samples = 1 if paired else 2
    reach = max(quantile + float(ndtri(power)), 0.0)
    # The last term is what Student's t adds to the normal distribution, to first order.
    rough = n_samples * squared_ratio(reach, effect) + quantile**2 / (2 * n_samples)
    return _smallest(
        lambda n: float(power_of_difference(n, effect, 1.0, paired=paired, level=level)) - power,
        rough,
    )


def seeds_for_width(sd: float, width: float, *, level: float = LEVEL) -> float:
    """Give the number of seeds at which the t interval of a mean is as narrow as asked.

    Args:
        sd: Standard deviation of the scores over seeds, in the unit of the scores.
        width: Width of the whole interval, upper minus lower bound, in the unit of the scores.
        level: Confidence level of the interval, between 0.5 and 1.

    Returns:
        Seeds, not rounded, at least 2; infinity for a width of 0, NaN for unknown figures.

    Raises:
        ResultsError: `level` is out of its range, or `sd` or `width` is negative.

    Example:
        >>> round(seeds_for_width(sd=1.0, width=1.0), 2)
        17.83
    """
    check_confidence(level)
    if width < 0:
        message = f"`width` must not be negative, got {width}. Pass upper minus lower bound."
        raise ResultsError(message)
    ratio, tail = standardised(width, sd), (1 + level) / 2
    if math.isnan(ratio):
        return math.nan
    rough = squared_ratio(2 * float(ndtri(tail)), ratio) + float(ndtri(tail)) ** 2 / 2
    return _smallest(lambda n: ratio - 2 * float(stdtrit(n - 1, tail)) / math.sqrt(n), rough)


def seeds_for_reliability(icc: float, target: float) -> float:
    """Give the number of seeds whose mean ranks configurations with a reliability.

    Reliability is the share of the variance of their means that is not luck.

    Args:
        icc: Intraclass correlation: that share for one seed. Below 0 it is read as 0.
        target: Reliability asked for, between 0 and 1.

    Returns:
        Seeds, not rounded up; below 1 where one seed does better than asked. Infinity where
        `icc` is 0, NaN where it is unknown.

    Raises:
        ResultsError: `target` is not between 0 and 1.

    Example:
        >>> seeds_for_reliability(icc=0.5, target=0.9)
        9.0

    References:
        Spearman and Brown, British Journal of Psychology 3 (1910), 271-295 and 296-322, solved for
        the number of seeds.
    """
    check_probability("target", target)
    if math.isnan(icc) or icc <= 0:
        return math.nan if math.isnan(icc) else math.inf
    n = target * max(1 - icc, 0.0) / (icc * (1 - target))
    return float(f"{n:.12g}")  # 0.9 / (1 - 0.9) is not quite 9, and would be rounded up to 10


def seeds_to_pick_best(
    n_configs: int, difference: float, sd: float, probability: float = 0.95
) -> float:
    """Give the number of seeds with which the best mean belongs to the best configuration.

    Assumes normal scores of one known spread; with shared seeds, what is left within a seed.

    Args:
        n_configs: How many configurations there are, at least 1.
        difference: How far the best one's true mean lies ahead of all others, in the unit of the
            scores, of either sign.
        sd: Standard deviation of the scores of one configuration over its seeds.
        probability: Probability of picking the best, between 0 and 1.

    Returns:
        Seeds of each configuration, not rounded up; below 1 where one is more than enough,
        infinity for a difference of 0, NaN for unknown figures.

    Raises:
        ResultsError: `n_configs` or `probability` is out of its range, or `sd` is negative.

    Example:
        >>> round(seeds_to_pick_best(10, difference=0.5, sd=1.0, probability=0.95), 2)
        46.74

    References:
        Bechhofer (1954), as for `bechhofer_h`.
    """
    return squared_ratio(bechhofer_h(n_configs, probability), standardised(difference, sd))


def seeds_for_improvement(gamma: float = 0.75, *, alpha: float = 0.05, beta: float = 0.05) -> float:
    """Give the number of seeds that shows a probability of improvement to be above one half.

    Args:
        gamma: True probability that one configuration beats the other under a fresh seed.
        alpha: Probability of a false alarm, one-sided, between 0 and 1.
        beta: Probability of missing it, between 0 and 1.

    Returns:
        Pairs of runs, not rounded; infinity where `gamma` is 0.5, NaN where it is unknown.

    Raises:
        ResultsError: `alpha`, `beta` or `gamma` is no probability.

    Example:
        >>> round(seeds_for_improvement(0.75), 2)
        28.86

    References:
        Noether, "Sample size determination for some common nonparametric tests", JASA 82 (1987),
        645-647; recommended for comparing learners by Bouthillier et al., MLSys 2021.
    """
    check_probability("alpha", alpha)
    check_probability("beta", beta)
    if gamma < 0 or gamma > 1:
        message = f"`gamma` must lie between 0 and 1, got {gamma}. It is a probability."
        raise ResultsError(message)
    quantiles = max(float(ndtri(1 - alpha) + ndtri(1 - beta)), 0.0)
    return squared_ratio(quantiles, math.sqrt(6) * abs(gamma - 0.5))


def _smallest(missing: Callable[[float], float], rough: float) -> float:
    """Give the n from 2 at which an increasing function reaches 0; `rough` is near it."""
    if rough > _MOST:
        return rough
    if missing(_FEWEST) >= 0:
        return _FEWEST
    from scipy.optimize import brentq  # noqa: PLC0415 - takes 0.1 s

    high = 2 * max(rough, _FEWEST)
    while missing(high) < 0:
        high *= 2
    return float(brentq(missing, _FEWEST, high, xtol=1e-9))
