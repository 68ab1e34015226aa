"""Variance components by maximum likelihood, for comparison with other programs.

Mean squares need no normal scores and show a negative estimate. Likelihood never goes below 0
and weighs unequal numbers of seeds best; in complete tables REML gives what mean squares give
where these are not negative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.unit import UnitScores, without_rounding
from sweeps.analysis.variance.crossed import SOURCES, sums_of_squares
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.analysis.array import Floats
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.table import Table

METHODS = ("reml", "ml")


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Variances at which the data are most likely. Unknown figures are NaN, see `reason`.

    Attributes:
        sources: Their names, noise last.
        variances: Variances in squared units of the score, 0 or more.
        criterion: -2 log likelihood there; with REML the restricted one.
        method: `reml` or `ml`.
        reason: Why there is no answer, in one sentence; None where there is one.
    """

    sources: tuple[str, ...]
    variances: tuple[float, ...]
    criterion: float
    method: str
    reason: str | None = None


def one_way_likelihood(scores: Scores, *, method: str = "reml") -> Likelihood:
    """Fit variances of configurations and of seeds that are not shared.

    Args:
        scores: Finite scores; numbers of seeds may differ.
        method: `reml` (unbiased for the mean that is fitted too) or `ml`.

    Returns:
        The sources `configuration` and `seed`.

    Raises:
        ResultsError: `method` is neither.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> groups, seeds = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 1])
        >>> scores = Scores(np.array([1.0, 3.0, 4.0, 6.0, 10.0, 12.0]), groups, seeds, 3)
        >>> [round(variance, 4) for variance in one_way_likelihood(scores).variances]
        [20.0, 2.0]

    References:
        Searle, Casella, McCulloch, "Variance components" (1992), sections 3.7 to 3.8.
    """
    _check_method(method)
    sources = ("configuration", "seed")
    unit = UnitScores.of(scores.score)
    moments = group_moments(unit.values, scores.groups, scores.n_groups)
    used = moments.n > 0
    found = Moments(moments.n[used], moments.mean[used], moments.sd[used])
    within = float(without_rounding(np.nansum((found.n - 1) * found.sd**2, keepdims=True))[0])
    if len(found.n) < 2 or within == 0:
        return _unknown(
            sources,
            method,
            "A likelihood needs 2 configurations with scores, and one of them with seeds that "
            f"differ in their scores, got {len(found.n)} configurations: run more seeds.",
        )
    freedom = float(found.n.sum()) - (method == "reml")

    def profile(ratio: float) -> tuple[float, float, float]:
        """Give criterion, its slope, and noise, at a ratio of configurations to noise."""
        weights = found.n / (1 + found.n * ratio)
        residual = found.mean - weights @ found.mean / weights.sum()
        noise = (within + weights @ residual**2) / freedom
        criterion = freedom * (math.log(2 * math.pi * noise) + 1) + np.log1p(found.n * ratio).sum()
        slope = weights.sum() - weights**2 @ residual**2 / noise
        if method == "reml":
            criterion += math.log(weights.sum())
            slope -= weights @ weights / weights.sum()
        return float(criterion), float(slope), float(noise)

    ratio = _least(profile)
    criterion, _, noise = profile(ratio)
    variances = np.array([noise * ratio, noise])
    return _likelihood(sources, variances, criterion, unit=unit, freedom=freedom, method=method)


def crossed_likelihood(table: Table, *, method: str = "reml") -> Likelihood:
    """Fit variances of configurations, of shared seeds, and of both together.

    Args:
        table: Complete scores, at least 2 configurations and 2 seeds.
        method: `reml` (unbiased for the mean that is fitted too) or `ml`.

    Returns:
        The sources `configuration`, `seed` and `configuration:seed`.

    Raises:
        ResultsError: `method` is neither.

    Example:
        >>> from sweeps.analysis.table import Table
        >>> fit = crossed_likelihood(Table([[1.0, 2.0], [3.0, 5.0], [5.0, 6.0]]))
        >>> [round(variance, 4) for variance in fit.variances]
        [4.0, 0.8333, 0.1667]

    References:
        Searle, Casella, McCulloch, "Variance components" (1992), section 4.7: in a complete
        table the likelihood depends on the mean squares only.
    """
    _check_method(method)
    values = table.values
    if not table.is_complete or min(values.shape) < 2:
        return _unknown(
            SOURCES,
            method,
            "The likelihood of a crossed layout needs a complete table of at least 2 "
            f"configurations and 2 seeds, got shape {values.shape} with "
            f"{int(np.isnan(values).sum())} missing: use the mean squares instead.",
        )
    unit = UnitScores.of(values)
    parts = sums_of_squares(unit.values)
    square = without_rounding(parts.sums / parts.df)
    if square[2] == 0:
        return _unknown(
            SOURCES,
            method,
            "The likelihood has no maximum, since seeds shift all configurations exactly alike: "
            "use the mean squares instead.",
        )
    is_ml = method == "ml"
    n_configs, n_seeds = values.shape
    freedom = values.size - (not is_ml)
    constant = freedom * math.log(2 * math.pi) + (0.0 if is_ml else math.log(values.size))
    expected, criterion = _best_crossing(parts.sums, parts.df, constant, is_ml=is_ml)
    above = expected[:2] - expected[2]
    variances = np.array([above[0] / n_seeds, above[1] / n_configs, expected[2]])
    return _likelihood(SOURCES, variances, criterion, unit=unit, freedom=freedom, method=method)


def _best_crossing(
    sums: Floats, df: Floats, constant: float, *, is_ml: bool
) -> tuple[Floats, float]:
    """Find the expected mean squares at which a complete crossed table is most likely.

    Either source may be 0: then its sum of squares joins the noise.

    Args:
        sums: Sums of squares of configurations, seeds, and the rest, shape `(3,)`.
        df: Their degrees of freedom.
        constant: What the criterion holds beside them.
        is_ml: Whether the sum of squares of the mean, 0, counts too.

    Returns:
        Expected mean squares and the criterion.
    """
    best, least = np.full(3, np.nan), math.inf
    for is_free in product((True, False), repeat=2):
        pooled = ~np.array([*is_free, False])
        noise = sums[pooled].sum() / (df[pooled].sum() + (is_ml and not any(is_free)))
        expected = np.where(pooled, noise, sums / (df + is_ml))
        if all(is_free):
            expected = _both_free(sums, df) if is_ml else sums / df
        if not expected[:2].min() >= expected[2]:
            continue  # a variance would be negative
        criterion = constant + float((df * np.log(expected) + sums / expected).sum())
        criterion += is_ml * math.log(expected[0] + expected[1] - expected[2])
        if criterion < least:
            best, least = expected, criterion
    return best, least


def _both_free(sums: Floats, df: Floats) -> Floats:
    """Solve the equations of ML by repetition; the mean expects `rows + columns - noise`.

    From what REML expects, rows and columns only fall and the noise only rises. Once they have
    met, a source is 0 and the solution is another one.
    """
    expected = sums / df
    for _ in range(1_000):
        if expected[:2].min() <= expected[2]:
            break
        of_mean = expected[0] + expected[1] - expected[2]
        moved = sums / (df + expected * np.array([1.0, 1.0, -1.0]) / of_mean)
        if np.allclose(moved, expected, rtol=1e-14, atol=0.0):
            break
        expected = moved
    return expected


def _least(profile: Callable[[float], tuple[float, float, float]]) -> float:
    """Find the ratio of 0 or more with the least criterion: by a grid, then where it is flat."""
    grid = np.linspace(-20.0, 30.0, 101)
    values = [profile(math.exp(at))[0] for at in grid]
    place = int(np.argmin(values))
    low, high = float(grid[max(place - 1, 0)]), float(grid[min(place + 1, 100)])
    for _ in range(60):  # halves the interval each time, to the last digit
        middle = (low + high) / 2
        low, high = (middle, high) if profile(math.exp(middle))[1] < 0 else (low, middle)
    ratio = math.exp(low)
    return 0.0 if profile(0.0)[0] <= profile(ratio)[0] else ratio


def _likelihood(
    sources: tuple[str, ...],
    variances: Floats,
    criterion: float,
    *,
    unit: UnitScores,
    freedom: float,
    method: str,
) -> Likelihood:
    """Go back from the unit scale to that of the scores."""
    scaled = unit.squared(np.maximum(variances, 0.0))
    criterion += 2 * freedom * math.log(2) * unit.exponent
    return Likelihood(sources, tuple(scaled.tolist()), criterion, method)


def _unknown(sources: tuple[str, ...], method: str, reason: str) -> Likelihood:
    return Likelihood(sources, (math.nan,) * len(sources), math.nan, method, reason)


def _check_method(method: str) -> None:
    if method not in METHODS:
        message = f"`method` must be `reml` or `ml`, got {method!r}. Pass `reml` if in doubt."
        raise ResultsError(message)
