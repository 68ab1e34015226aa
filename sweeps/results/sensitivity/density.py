"""How much each drawn configuration counts, where some are likelier to be among them than others.

A configuration that is drawn twice is run once. So in a space of few configurations, and in a
regime of few, the likely ones stand for more than the rare ones: each for its probability over
the chance that it was drawn at all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Regime
    from sweeps.results.sensitivity.landscape import Landscape

MOST_CELLS = 2**16
"""Configurations of a regime beyond which hardly any is drawn twice."""


def density_of(landscape: Landscape, counts: Booleans | None = None) -> Floats:
    """Give the weight under which drawn configurations stand for the space.

    Regimes count by their masses: a grid, for one, has more configurations where more
    hyperparameters are active.

    Args:
        landscape: Where the configurations lie.
        counts: Which configurations stand for the space, such as those with a score: what failed
            in a regime must not make the regime lighter. All where left out.

    Returns:
        For each configuration its weight, shape `(n_configs,)`; 1 for those that were not drawn.
        The weights of the drawn ones that count average to 1. A regime without any is left out.

    References:
        Horvitz and Thompson, "A generalization of sampling without replacement from a finite
        universe", JASA 47 (1952), 663-685.
    """
    masses = np.array([regime.mass for regime in landscape.measure.regimes])
    regimes = landscape.measure.regime_of(landscape.cells)
    is_in = landscape.is_drawn & (regimes >= 0)
    weights = np.where(is_in, _once_each(landscape, regimes), 0.0)
    counted = is_in if counts is None else is_in & counts
    sums = np.bincount(regimes[counted], weights[counted], minlength=len(masses))
    is_there = sums > 0
    scale = np.divide(masses, sums, out=np.zeros(len(masses)), where=is_there)
    scale /= masses[is_there].sum() or 1.0
    return np.where(is_in, weights * scale[regimes] * max(counted.sum(), 1), 1.0)


def _once_each(landscape: Landscape, regimes: Integers) -> Floats:
    """Give each configuration's probability over the chance that it was drawn once or more."""
    n, measure = len(landscape.cells), landscape.measure
    finite = [is_finite(landscape, regime) for regime in measure.regimes]
    probability = np.zeros(n)
    for number in np.flatnonzero(finite):
        rows = np.flatnonzero((regimes == number) & landscape.is_drawn)
        regime, cells = measure.regimes[number], landscape.cells[rows]
        if len(np.unique(cells, axis=0)) < len(cells):
            return np.ones(n)  # draws that were met again have rows of their own
        parts = [each.masses[cells[:, j]] for j, each in enumerate(regime.dimensions)]
        probability[rows] = regime.mass * np.prod(parts, axis=0)
    if not probability.any():
        return np.ones(n)
    n_draws = _n_draws(landscape, finite, int((landscape.is_drawn & (regimes >= 0)).sum()))
    is_known = probability > 0
    chance = -np.expm1(n_draws * np.log1p(-np.minimum(probability, 1 - 1e-12)))
    return np.asarray(np.divide(probability, chance, out=np.full(n, 1 / n_draws), where=is_known))


def is_finite(landscape: Landscape, regime: Regime) -> bool:
    """Say whether a regime has so few configurations that a draw can well be met again."""
    is_discrete = all(
        known or not regime.is_active(j) for j, known in enumerate(landscape.is_discrete)
    )
    return is_discrete and regime.n_points <= MOST_CELLS


def _n_draws(landscape: Landscape, finite: list[bool], n_distinct: int) -> float:
    """Give the number of draws that is expected to meet so many different configurations."""
    cells, continuous = [], 0.0
    for regime, is_known in zip(landscape.measure.regimes, finite, strict=True):
        if not is_known:
            continuous += regime.mass
            continue
        products = np.array([regime.mass])
        for dimension in regime.dimensions:
            products = np.outer(products, dimension.masses[dimension.masses > 0]).ravel()
        cells.append(products)
    every = np.log1p(-np.minimum(np.concatenate(cells), 1 - 1e-12))

    def expected(n_draws: float) -> float:
        return continuous * n_draws - float(np.expm1(n_draws * every).sum())

    low, high = float(n_distinct), 1e9 * n_distinct
    if expected(high) < n_distinct - 0.5:
        return high
    for _ in range(100):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if expected(middle) < n_distinct else (low, middle)
    return low
