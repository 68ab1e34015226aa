"""Pairs of surfaces fitted to halves, and what they say at some configurations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.near.surface import best_kind

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.near.halves import Half, Halves
    from sweeps.analysis.near.surface import Kind, Surface

N_SPLITS = 12
FREEDOM = 8.0
"""Degrees of freedom of an error that `N_SPLITS` overlapping splits show: coverage chose it."""
N_POINTS = 512
"""Points at which surfaces are compared over the whole space."""
MOST_STRETCH = 2.0
"""Surfaces flatter than that are too poor to be stretched further."""
_LEAST_COMMON = 0.1
_N_TRIED = 2
"""Splits on which kinds of surfaces are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Twins:
    """What pairs of surfaces say at some configurations.

    Attributes:
        first: What the first of each pair says, shape `(n_splits, n_points)`.
        second: What the second says.
    """

    first: Floats
    second: Floats

    @property
    def mean(self) -> Floats:
        """What all say on average, shape `(n_points,)`."""
        return np.asarray((self.first + self.second).mean(axis=0) / 2)

    @property
    def errors(self) -> Floats:
        """Half the difference within each pair: a draw of the error of the mean of that pair.

        References:
            McCarthy, "Pseudo-replication: half samples", Review of the International Statistical
            Institute 37 (1969), 239-264.
        """
        return np.asarray((self.first - self.second) / 2)

    def mapped(self, weights: Floats) -> Twins:
        """Give what they say of weighted sums of the points.

        Args:
            weights: Weights, shape `(n_points, n_sums)`.
        """
        return Twins(self.first @ weights, self.second @ weights)

    @property
    def standard_error(self) -> Floats:
        """Standard error of the mean, shape `(n_points,)`."""
        return np.asarray(np.sqrt(np.square(self.errors).mean(axis=0)))


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Fitted pairs of surfaces.

    Attributes:
        pairs: The surfaces.
        kind: What they are made of.
        fit: Share of the variance of one half's means that surfaces of the other half predict.
        middle: Mean score that each of them predicts over the space, shape `(n_splits, 2)`.
        stretch: By how much all of them are too flat, 1 or more.
        misfit: How far the surface that all would agree on is from the truth, as a root mean
            square over configurations; 0 where too few seeds say what is noise.
        wobble: Variance of what one of them says about a configuration, by chance alone.
    """

    pairs: tuple[tuple[Surface, Surface], ...]
    kind: Kind
    fit: float
    middle: Floats
    stretch: float
    misfit: float
    wobble: float

    def at(self, cells: Integers) -> Twins:
        """Ask all of them about some configurations, shape `(n_points, n_dimensions)`.

        What they say is stretched away from their mean, by as much as they are too flat.
        """
        first, second = (
            np.stack([pair[side].predict(cells) for pair in self.pairs]) for side in (0, 1)
        )
        one, other = (self.middle[:, [side]] for side in (0, 1))
        return Twins(one + self.stretch * (first - one), other + self.stretch * (second - other))


def fit_pairs(
    cells: Integers,
    halves: Halves,
    rows: Integers,
    measure: Measure,
    *,
    rng: np.random.Generator,
    n_splits: int = N_SPLITS,
) -> Pairs:
    """Deal configurations into halves, many times, and fit a surface to each half.

    What surfaces are made of is decided once, by how well halves predict each other.

    Args:
        cells: Cells of all configurations, shape `(n_configs, n_dimensions)`.
        halves: Their scores.
        rows: Numbers of those to use.
        measure: What the cells are.
        rng: Where the randomness of splits and trees comes from.
        n_splits: How often to deal.
    """
    dealt = [halves.deal(rows, rng) for _ in range(n_splits)]
    states = rng.integers(2**31, size=(n_splits, 2)).tolist()
    kind, fit, loss = best_kind(cells, dealt[:_N_TRIED], measure, states[:_N_TRIED])
    pairs = []
    for both, pair in zip(dealt, states, strict=True):
        one, other = (
            kind.fit(cells, half, measure, random_state=state)
            for half, state in zip(both, pair, strict=True)
        )
        pairs.append((one, other))
    points = measure.points(N_POINTS)
    said = np.array([[surface.predict(points) for surface in pair] for pair in pairs])
    # Where configurations lie, as slopes and losses are: after a search that is not the space.
    here = np.array([[surface.predict(cells[rows]) for surface in pair] for pair in pairs])
    stretch = _stretch(here, [_slope(cells, *each) for each in zip(pairs, dealt, strict=True)])
    # Losses are weighted by numbers of seeds, so noise is in them by the inverse of their mean.
    judged = [half for both in dealt[:_N_TRIED] for half in both]
    noise = halves.noise * float(np.mean([1 / half.weights.mean() for half in judged]))
    wobble = float(np.square(here[:, 0] - here[:, 1]).mean()) / 2
    misfit = math.sqrt(max(loss - noise - wobble, 0.0))
    return Pairs(tuple(pairs), kind, fit, said.mean(axis=2), stretch, misfit, wobble)


def _slope(
    cells: Integers, pair: tuple[Surface, Surface], halves: tuple[Half, Half]
) -> tuple[float, float]:
    """Give how scores of each half and what the other half's surface says of them vary together.

    Returns:
        Their covariance, and the variance of what surfaces say, summed over both halves.
    """
    together = alone = 0.0
    for surface, half in zip(pair, reversed(halves), strict=True):
        share = half.weights / half.weights.sum()
        said = surface.predict(cells[half.rows])
        away = said - share @ said
        together += float(share @ (away * half.figures))
        alone += float(share @ away**2)
    return together, alone


def _stretch(said: Floats, slopes: list[tuple[float, float]]) -> float:
    """Say by how much surfaces are too flat.

    Scores vary with what a surface says that has not seen them as the truth does. The surfaces of
    two halves vary together as what they have in common does. The ratio is the slope of the truth
    over the surface that all would agree on.

    Args:
        said: What surfaces say over the space, shape `(n_splits, 2, n_points)`.
        slopes: What `_slope` gives for each split.
    """
    away = said - said.mean(axis=2, keepdims=True)
    alone = float((away**2).mean())
    common = float((away[:, 0] * away[:, 1]).mean())
    covariance, variance = np.sum(slopes, axis=0).tolist()
    if not (common > _LEAST_COMMON * alone and variance > 0):
        return 1.0
    return float(np.clip(covariance / variance * alone / common, 1.0, MOST_STRETCH))


def t_quantile(level: float, freedom: float = FREEDOM) -> float:
    """Give how many standard errors an interval reaches to each side."""
    return float(stdtrit(freedom, (1 + level) / 2))
