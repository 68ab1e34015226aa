"""Effect sizes: a difference in standard deviations, with its noncentral t interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

from sweeps.analysis.estimate import Estimate
from sweeps.analysis.level import check_level
from sweeps.analysis.sizing.noncentral import noncentral_tail

if TYPE_CHECKING:
    from sweeps.analysis.moments import Moments

_FARTHEST = 1e6
"""Effects beyond this many standard errors are rounding, not luck."""
_FEW_PAIRS = "An effect size takes at least 2 seeds that both finished. Run more shared seeds."
_FEW_RUNS = "An effect size takes at least 2 finished runs of both. Run more seeds."
_NO_SPREAD = (
    "An effect size takes a difference that varies over seeds, and this one does not. Quote the "
    "difference itself."
)


def effect_of_pairs(differences: Moments, *, level: float) -> Estimate:
    """Give the mean difference of pairs in standard deviations of the differences (d_z).

    Assumes normal differences.

    Args:
        differences: Moments of the differences of one set of pairs.
        level: Confidence level, between 0 and 1.

    Returns:
        The effect with the interval from the noncentral t distribution; unknown for fewer than 2
        pairs and for differences that do not vary.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.moments import group_moments
        >>> moments = group_moments([1.0, 2.0, 3.0], [0, 0, 0], 1)
        >>> effect_of_pairs(moments, level=0.95).value
        2.0

    References:
        Cohen, "Statistical power analysis for the behavioral sciences", 2nd ed. (1988), ch. 2.
        Steiger and Fouladi, "Noncentrality interval estimation and the evaluation of statistical
        models" (1997), for the interval.
    """
    check_level(level)
    n, mean, sd = (part.item() for part in (differences.n, differences.mean, differences.sd))
    if n < 2:
        return Estimate.unknown(_FEW_PAIRS, n=int(n))
    return _effect(_Standardised(mean, sd, n, n - 1), 1.0, int(n), "d_z, noncentral t", level)


def effect_of_samples(a: Moments, b: Moments, *, level: float) -> Estimate:
    """Give the difference of two means in standard deviations of one run (Hedges' g).

    Assumes independent normal scores of one spread.

    Args:
        a: Moments of the first sample.
        b: Moments of the second sample.
        level: Confidence level, between 0 and 1.

    Returns:
        The effect, `a` minus `b`, corrected for the bias of small samples, with the interval of the
        true effect from the noncentral t distribution; unknown for fewer than 2 runs of either and
        for scores that do not vary.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.moments import group_moments
        >>> a, b = (group_moments([x, x + 2.0], [0, 0], 1) for x in (1.0, 0.0))
        >>> round(effect_of_samples(a, b, level=0.95).value, 3)
        0.399

    References:
        Hedges, "Distribution theory for Glass's estimator of effect size and related estimators",
        Journal of Educational Statistics 6 (1981), 107-128.
    """
    check_level(level)
    n_a, n_b = a.n.item(), b.n.item()
    if min(n_a, n_b) < 2:
        return Estimate.unknown(_FEW_RUNS, n=int(n_a + n_b))
    difference = _Standardised(
        a.mean.item() - b.mean.item(), pooled_sd(a, b), n_a * n_b / (n_a + n_b), n_a + n_b - 2
    )
    shrink = _small_sample(difference.freedom)
    return _effect(difference, shrink, int(n_a + n_b), "Hedges g, noncentral t", level)


def pooled_sd(a: Moments, b: Moments) -> float:
    """Give the standard deviation that two samples have in common; each has 2 values or more.

    Example:
        >>> from sweeps.analysis.moments import group_moments
        >>> a, b = (group_moments(x, [0, 0], 1) for x in ([0.0, 2.0], [0.0, 4.0]))
        >>> round(pooled_sd(a, b) ** 2, 9)  # the mean of 2 and 8
        5.0
    """
    squares = ((a.n - 1) * a.sd**2 + (b.n - 1) * b.sd**2) / (a.n + b.n - 2)
    return math.sqrt(squares.item())


@dataclass(frozen=True, slots=True)
class _Standardised:
    """A difference, its standard deviation, and how many runs the error shrinks like."""

    difference: float
    sd: float
    size: float
    freedom: float


def _effect(x: _Standardised, shrink: float, n: int, method: str, level: float) -> Estimate:
    root = math.sqrt(x.size)
    if x.sd <= 0 or abs(x.difference) * root > _FARTHEST * x.sd:
        return Estimate.unknown(_NO_SPREAD, n=n)
    effect = x.difference / x.sd
    tails = (1 - level) / 2, (1 + level) / 2
    low, high = (_shift(effect * root, tail, x.freedom) / root for tail in tails)
    return Estimate(shrink * effect, low, high, n, method)


def _shift(t: float, tail: float, freedom: float) -> float:
    """Give the noncentrality with which a t above the observed one has the probability `tail`."""
    from scipy.optimize import brentq  # noqa: PLC0415 - takes 0.1 s

    def missing(shift: float) -> float:
        return float(noncentral_tail(t, shift, freedom)) - tail

    reach = 10 * abs(t) + 10  # ten spreads, ten normal standard deviations
    while missing(-reach) > 0 or missing(reach) < 0:
        reach *= 2
    return float(brentq(missing, -reach, reach, xtol=1e-12, rtol=1e-12))


def _small_sample(freedom: float) -> float:
    """Give the factor that makes a standardised difference unbiased; `freedom` is at least 2."""
    ratio = np.exp(gammaln(freedom / 2) - gammaln((freedom - 1) / 2))
    return float(ratio / np.sqrt(freedom / 2))
