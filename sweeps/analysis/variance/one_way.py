"""Variance between configurations and between the seeds of one configuration.

For seeds that are not shared: every run is under randomness of its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.unit import UnitScores, without_rounding
from sweeps.analysis.variance.mean_squares import MeanSquares, components_of
from sweeps.analysis.variance.ratios import Bounds

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.variance.components import Components


def one_way(scores: Scores, *, rng: np.random.Generator, level: float = LEVEL) -> Components:
    """Split the variance of one run into that of configurations and that of their seeds.

    Assumes normal configurations and seeds, the same variance of seeds in all configurations,
    and numbers of seeds that do not depend on the scores: after a race they do.

    Args:
        scores: Finite scores; which seed is which does not matter.
        rng: Where the randomness of the intervals of the variances comes from.
        level: Confidence level, between 0 and 1.

    Returns:
        The sources `configuration` and `seed`. The intervals of shares and reliability are exact
        under the assumptions, also with unequal numbers of seeds; those of the variances are
        generalised. An interval of shares ends at 0 where configurations differ by less than
        seeds alone would make them, and shrinks to 0 where they do so strikingly.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> groups, seeds = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
        >>> scores = Scores(np.array([1.0, 3.0, 4.0, 6.0, 10.0, 12.0]), groups, seeds, 3)
        >>> split = one_way(scores, rng=np.random.default_rng(0))
        >>> round(split.of("seed").variance, 6), round(split.of("configuration").variance, 6)
        (2.0, 20.0)

    References:
        Searle, Casella, McCulloch, "Variance components" (1992), section 3.6, for the estimates;
        Wald, "A note on the analysis of variance with unequal class frequencies", Annals of
        Mathematical Statistics 11 (1940), 96-100, for the exact interval.
    """
    check_level(level)
    unit = UnitScores.of(scores.score)
    moments = group_moments(unit.values, scores.groups, scores.n_groups)
    squares = _mean_squares(moments, unit)
    return components_of(squares, level=level, rng=rng, by_f=_share_interval(moments, level))


def between_and_within(moments: Moments) -> tuple[Floats, Floats, Floats]:
    """Give the two mean squares, their degrees of freedom and the effective number of seeds.

    Args:
        moments: Moments of the configurations on the unit scale, at least one with a score.

    Returns:
        `(between, within)`; their degrees of freedom; the seeds n0 in the expectation
        `within + n0 between` of the first, as an array without axes.
    """
    used = moments.n > 0
    n, mean = moments.n[used], moments.mean[used]
    total, n_configs = n.sum(), len(n)
    freedom = np.array([n_configs - 1.0, total - n_configs])
    grand = n @ mean / total
    sums = np.array(
        [
            n @ (mean - grand) ** 2,
            np.nansum((moments.n - 1) * moments.sd**2),
        ]
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        square = np.where(freedom > 0, sums / freedom, np.nan)
        n_seeds = (total - n @ n / total) / freedom[0]
    return without_rounding(square), freedom, np.asarray(n_seeds)


def _mean_squares(moments: Moments, unit: UnitScores) -> MeanSquares:
    """Lay the mean squares out."""
    n = moments.n[moments.n > 0]
    total = n.sum()
    if len(n):
        square, freedom, n0 = between_and_within(moments)
        mean = unit.score(float(n @ moments.mean[moments.n > 0] / total))
    else:
        square, freedom, n0, mean = np.full(2, np.nan), np.zeros(2), np.array(np.nan), math.nan
    n_seeds = float(n0) if len(n) > 1 else float(total)
    factor = max(n_seeds, 1.0)  # one configuration: any factor, since its mean square is unknown
    return MeanSquares(
        sources=("configuration", "seed"),
        df=freedom,
        mean_square=square,
        expected=np.array([[factor, 1.0], [0.0, 1.0]]),
        mean_weights=np.array([n @ n / max(total, 1.0) ** 2, 1 / max(total, 1.0)]),
        error_weights=np.array([0.0, 1 / factor]),
        design="one-way",
        estimator="mean squares of a one-way layout",
        mean=mean,
        unit=unit,
        n_configs=len(n),
        n_seeds=n_seeds,
        n_scores=int(total),
        n_left_out=len(moments.n) - len(n),
        is_balanced=bool(len(n)) and bool((n == n[0]).all()),
    )


def _share_interval(moments: Moments, level: float) -> Bounds:
    """Give the exact interval of the configurations' share; NaN where there is none.

    The weighted F ratio at the true share has an F distribution, and it falls as the share that
    is put in grows, so each bound is where it meets a quantile.
    """
    n = moments.n[moments.n > 0]
    freedom = len(n) - 1.0, n.sum() - len(n)
    within = 0.0
    if min(freedom) > 0:
        within = float(between_and_within(moments)[0][1])
        between = float(between_and_within(moments)[0][0])
        if within == 0:
            value = np.asarray(1.0 if between > 0 else np.nan)
            return Bounds(value, value)
        bounds = [
            _meets(moments, within * fdtri(*freedom, tail))
            for tail in ((1 + level) / 2, (1 - level) / 2)
        ]
        return Bounds(np.asarray(bounds[0]), np.asarray(bounds[1]))
    return Bounds(np.asarray(np.nan), np.asarray(np.nan))


def _meets(moments: Moments, target: float) -> float:
    """Find the share at which the weighted mean square between configurations is `target`."""
    used = moments.n > 0
    n, mean = moments.n[used], moments.mean[used]

    def square(share: float) -> float:
        weights = n * (1 - share) / (1 - share + n * share)
        centre = weights @ mean / weights.sum()
        return float(weights @ (mean - centre) ** 2) / (len(n) - 1)

    low, high = 0.0, 1.0
    for _ in range(60):  # halves the interval each time, to the last digit
        middle = (low + high) / 2
        low, high = (middle, high) if square(middle) > target else (low, middle)
    return low
