"""From mean squares to variance components: what all designs have in common.

A design gives one mean square for each source and says what it expects of it. Variances, shares,
reliability and their intervals follow in the same way for all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtrc

from sweeps.analysis.estimate import Estimate
from sweeps.analysis.level import check_level
from sweeps.analysis.variance.components import Component, Components
from sweeps.analysis.variance.icc import spearman_brown
from sweeps.analysis.variance.ratios import Bounds, Ratios
from sweeps.analysis.variance.refusal import overflows, refusals_of

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.unit import UnitScores

N_DRAWS = 10_000
"""Draws behind an interval of a variance or a share."""

DRAWN = "generalised interval, by draws of each mean square"
BY_F = "interval by the F distribution"


@dataclass(frozen=True, slots=True, eq=False)
class MeanSquares:
    """Mean squares of a design on a unit scale, configurations first and noise last.

    Attributes:
        sources: Names, in the order of all arrays here, `(n_sources,)`.
        df: Degrees of freedom; 0 where the design gives no mean square.
        mean_square: Mean squares; NaN where `df` is 0.
        expected: Row t says what mean square t expects: the factor of each variance.
        mean_weights: Factors of the variances in the squared error of the mean of all scores.
        error_weights: Factors in the squared error of one configuration's mean when
            configurations are compared; 0 for the configurations and for what they share.
        design: Name of the design.
        estimator: How variances follow from mean squares, in a few words.
        mean: Mean of all scores, in their unit.
        unit: The unit scale.
        n_configs: Number of configurations used.
        n_seeds: Effective number of seeds of a configuration.
        n_scores: Number of scores used.
        n_left_out: Number of configurations that could not be used.
        is_balanced: Whether all configurations have the same number of scores.
        refusals: Why the variance cannot be split, where it cannot.
        notes: What else is to be said.
    """

    sources: tuple[str, ...]
    df: Floats
    mean_square: Floats
    expected: Floats
    mean_weights: Floats
    error_weights: Floats
    design: str
    estimator: str
    mean: float
    unit: UnitScores
    n_configs: int
    n_seeds: float
    n_scores: int
    n_left_out: int
    is_balanced: bool
    refusals: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def variances(self, mean_square: Floats) -> Floats:
        """Solve for the variances; the last axis of both runs over the sources."""
        return mean_square_sums(mean_square, self.solution())

    def solution(self) -> Floats:
        """Give the matrix that turns mean squares into variances."""
        inverse = np.linalg.inv(self.expected)
        # What cancels must be exactly 0, or an unknown mean square would spoil a known variance.
        return np.where(
            np.abs(inverse) > 1e-9 * np.abs(inverse).max(axis=1, keepdims=True), inverse, 0.0
        )


def mean_square_sums(mean_square: Floats, weights: Floats) -> Floats:
    """Sum weighted mean squares where the weight is not 0, so that unknown ones may be skipped.

    Args:
        mean_square: Mean squares, shape `(..., n_sources)`.
        weights: Shape `(n_sums, n_sources)`.

    Returns:
        Shape `(..., n_sums)`.
    """
    used = np.where(weights != 0, mean_square[..., None, :], 0.0)
    return np.asarray((used * weights).sum(axis=-1), dtype=np.float64)


def components_of(
    squares: MeanSquares,
    *,
    level: float,
    rng: np.random.Generator,
    by_f: Bounds | None = None,
) -> Components:
    """Estimate variances, shares and reliability from mean squares.

    Args:
        squares: The mean squares.
        level: Confidence level, between 0 and 1.
        rng: Where the randomness of the generalised intervals comes from.
        by_f: Interval of `consistency` by the F distribution, where the design has one.

    Returns:
        The components, in the unit of the scores.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    References:
        Searle, Casella, McCulloch, "Variance components" (1992), chapter 4, for the estimates;
        Weerahandi, "Generalized confidence intervals", JASA 88 (1993), 899-905, for intervals.
    """
    check_level(level)
    variances = squares.variances(squares.mean_square)
    point = Ratios.of(variances, squares.error_weights)
    draws = _draws(squares, rng)
    drawn = Ratios.of(draws, squares.error_weights)
    shares = Bounds.of(drawn.shares, level)
    consistency, reliability = (
        Bounds.of(part, level) for part in (drawn.consistency, drawn.reliability)
    )
    if by_f is not None:
        consistency = by_f
        reliability = Bounds(*(spearman_brown(x, squares.n_seeds) for x in (by_f.low, by_f.high)))
    is_split_in_two = by_f is not None and len(squares.sources) == 2
    if is_split_in_two:
        low, high = consistency.low, consistency.high
        shares = Bounds(np.stack([low, 1 - high]), np.stack([high, 1 - low]))
    refusals = squares.refusals or refusals_of(squares, point)
    components = _components(squares, variances, point.shares, shares, Bounds.of(draws, level))
    f, p_value = _f_test(squares)

    def estimate(value: Floats, low: Floats, high: Floats, *, is_by_f: bool) -> Estimate:
        method = BY_F if is_by_f else DRAWN
        reason = " ".join(refusals) if np.isnan(value) else None
        return Estimate(float(value), float(low), float(high), squares.n_configs, method, reason)

    return Components(
        components=components,
        icc=estimate(point.shares[0], shares.low[0], shares.high[0], is_by_f=is_split_in_two),
        consistency=estimate(
            point.consistency, consistency.low, consistency.high, is_by_f=by_f is not None
        ),
        reliability=estimate(
            point.reliability, reliability.low, reliability.high, is_by_f=by_f is not None
        ),
        mean_error=_mean_error(squares, variances),
        f=f,
        p_value=p_value,
        level=level,
        reasons=refusals + squares.notes + overflows(squares, components),
        design=squares.design,
        estimator=squares.estimator,
        mean=squares.mean,
        n_configs=squares.n_configs,
        mean_seeds=squares.n_seeds,
        n_scores=squares.n_scores,
        n_left_out=squares.n_left_out,
        is_balanced=squares.is_balanced,
    )


def _components(
    squares: MeanSquares, variances: Floats, point: Floats, shares: Bounds, bounds: Bounds
) -> tuple[Component, ...]:
    """Put the figures of each source together, in the unit of the scores."""

    def of_square(scaled: Floats) -> Floats:
        squared = squares.unit.squared(scaled)
        return np.where(np.isinf(squared), np.nan, squared)

    columns = np.column_stack(
        [
            squares.df,
            of_square(squares.mean_square),
            of_square(variances),
            point,
            shares.low,
            shares.high,
            of_square(np.maximum(bounds.low, 0.0)),
            of_square(np.maximum(bounds.high, 0.0)),
        ]
    )
    rows = zip(squares.sources, columns.tolist(), strict=True)
    return tuple(Component(source, *figures) for source, figures in rows)


def _draws(squares: MeanSquares, rng: np.random.Generator) -> Floats:
    """Draw variances that the mean squares allow, shape `(N_DRAWS, n_sources)`."""
    freedom = np.maximum(squares.df, 1.0)
    chi_squared = rng.chisquare(freedom, size=(N_DRAWS, len(freedom)))
    return squares.variances(squares.df * squares.mean_square / chi_squared)


def _mean_error(squares: MeanSquares, variances: Floats) -> float:
    """Give the standard error of the mean of all scores, with negative variances as 0."""
    squared = float(np.maximum(variances, 0.0) @ squares.mean_weights)
    return squares.unit.difference(math.sqrt(squared))


def _f_test(squares: MeanSquares) -> tuple[float, float]:
    """Test whether all configurations are equal; the noise is pooled after Satterthwaite (1946)."""
    solution = squares.solution()
    parts = np.where(solution[0] != 0, -solution[0] * squares.mean_square, 0.0)
    parts[0] = 0.0
    noise = float(parts.sum()) / float(solution[0, 0])
    above = float(squares.mean_square[0])
    if math.isnan(noise) or math.isnan(above) or noise < 0 or above == noise == 0:
        return math.nan, math.nan
    if noise == 0:
        return math.inf, 0.0
    parts = parts / float(solution[0, 0])
    freedom = noise**2 / float((parts**2 / np.maximum(squares.df, 1.0)).sum())
    f = above / noise
    return f, float(fdtrc(float(squares.df[0]), freedom, f))
