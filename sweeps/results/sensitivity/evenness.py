"""How evenly configurations cover the space: where there are few, and whether that is chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from sweeps.analysis.importance.dimension import Dimension
from sweeps.results.sensitivity.density import density_of, is_finite
from sweeps.results.sensitivity.wording import in_percent, listed

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.results.sensitivity.landscape import Landscape

N_RUNS = 10
"""Parts of about equal probability into which a range is cut: deciles."""
LEAST_EXPECTED = 8
"""Configurations that each part should hold, else there are fewer parts."""
FEW = 0.2
"""Share of the configurations that the prior would give, below which there are few."""
MUCH = 0.1
"""Share of a range with few configurations from which on it is told."""
SIGNIFICANCE = 0.001
"""Level at which configurations count as unevenly drawn, over all hyperparameters together."""


def thin_of(landscape: Landscape, is_known: Booleans | None = None) -> dict[str, float]:
    """Say in how much of each hyperparameter's range there are few configurations.

    Args:
        landscape: Where the configurations lie.
        is_known: Which configurations count, such as those with a score; all where left out.

    Returns:
        For each hyperparameter the probability, given that it is active, of those deciles of its
        range (values, of a choice) that hold fewer than a fifth of the configurations that the
        prior would give them. 1 where it is never active. Drawn configurations count by their
        density, so that a complete grid is nowhere thin.
    """
    chosen = np.ones(len(landscape.cells), dtype=bool) if is_known is None else is_known
    cells, weights = landscape.cells[chosen], density_of(landscape, chosen)[chosen]
    return {
        name: _thin(cells[:, j], weights, dimension, _n_active(landscape, j))
        for j, (name, dimension) in enumerate(
            zip(landscape.names, landscape.measure.dimensions, strict=True)
        )
    }


def thin_reasons(landscape: Landscape, is_known: Booleans | None = None) -> tuple[str, ...]:
    """Say for which hyperparameters there are few configurations in much of their range."""
    thin = thin_of(landscape, is_known)
    found = sorted((name for name in thin if thin[name] > MUCH), key=lambda name: -thin[name])
    if not found:
        return ()
    shares = [in_percent(thin[name]) for name in found]
    if len(found) == 1:
        return (
            f"There are few configurations in {shares[0]} of the range of `{found[0]}`, where "
            "effects are little more than a guess.",
        )
    return (
        f"There are few configurations in much of the range of {listed(found)} (up to "
        f"{shares[0]}), where effects are little more than a guess.",
    )


def uneven(landscape: Landscape, reference: Integers | None = None) -> tuple[str, ...]:
    """Find the hyperparameters in whose range the drawn configurations lie unevenly.

    Args:
        landscape: Where the configurations lie; those that are not drawn are left out.
        reference: Cells of even draws, where forbidden combinations make these differ from the
            prior, shape `(n, n_dimensions)`.

    Returns:
        Names of those that a chi-square test over deciles finds, given that they are active, at
        level 0.001 over all of them (Holm).
    """
    p_values = np.array([_unevenness(landscape, j, reference) for j in range(len(landscape.names))])
    order = np.argsort(p_values)
    left = np.arange(len(order), 0, -1)
    rejected = np.minimum.accumulate(p_values[order] * left <= SIGNIFICANCE)
    return tuple(landscape.names[j] for j in sorted(order[rejected].tolist()))


def _unevenness(landscape: Landscape, j: int, reference: Integers | None) -> float:
    """Test one hyperparameter where draws are hardly ever met again.

    Where a regime has few configurations, each of them is there once, however likely it is.
    """
    regimes = landscape.measure.regimes
    kept = [i for i, regime in enumerate(regimes) if not is_finite(landscape, regime)]
    if not kept:
        return 1.0
    dimension = landscape.measure.dimensions[j]
    masses = sum(regimes[i].mass * regimes[i].dimensions[j].masses for i in kept)

    def within(cells: Integers) -> Integers:
        return np.asarray(cells[np.isin(landscape.measure.regime_of(cells), kept), j])

    return _p_value(
        within(landscape.cells[landscape.is_drawn]),
        Dimension(np.asarray(masses), dimension.is_ordered),
        _n_active(landscape, j),
        None if reference is None else within(reference),
    )


def _n_active(landscape: Landscape, j: int) -> int:
    """Count the cells of a hyperparameter, the inactive one aside."""
    return landscape.measure.dimensions[j].n_cells - int(landscape.measure.is_conditional[j])


def _thin(cells: Integers, weights: Floats, dimension: Dimension, n_cells: int) -> float:
    masses, counts = _given_active(cells, dimension, n_cells, weights)
    if not counts.sum():
        return 1.0
    if dimension.is_ordered:
        part = _parts(masses, int(counts.sum()))
        masses, counts = (np.bincount(part, each).astype(float) for each in (masses, counts))
    return float(masses[counts < FEW * counts.sum() * masses].sum())


def _p_value(
    cells: Integers, dimension: Dimension, n_cells: int, reference: Integers | None
) -> float:
    """Test the deciles of a hyperparameter; 1 where there are too few configurations."""
    masses, counts = _given_active(cells, dimension, n_cells)
    n, luck = float(counts.sum()), 1.0
    if reference is not None:
        drawn = _given_active(reference, dimension, n_cells)[1]
        if not drawn.sum():
            return 1.0
        masses = drawn / drawn.sum()
        luck += n / float(drawn.sum())
    part = _parts(masses, int(n))
    expected = n * np.bincount(part, masses)
    seen = np.bincount(part, counts)
    if (expected == 0).any() or len(expected) < 2:
        return 1.0
    return float(chdtrc(len(expected) - 1, ((seen - expected) ** 2 / expected).sum() / luck))


def _given_active(
    cells: Integers, dimension: Dimension, n_cells: int, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Give the masses of cells and the configurations in them, where it is active."""
    masses = dimension.masses[:n_cells]
    masses = masses / (masses.sum() or 1.0)
    counts = np.bincount(cells, weights, minlength=dimension.n_cells)[:n_cells]
    return masses, counts.astype(np.float64)


def _parts(masses: Floats, n: int) -> Integers:
    """Cut cells into runs of about equal mass, each large enough for some configurations."""
    n_parts = min(N_RUNS, max(n // LEAST_EXPECTED, 1))
    middles = np.cumsum(masses) - masses / 2
    place = np.minimum((middles * n_parts).astype(np.int64), n_parts - 1)
    return np.unique(place, return_inverse=True)[1]
