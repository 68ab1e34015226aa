"""Configurations that are legal in what is active, made from wishes for single hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.dimension import Dimension
    from sweeps.analysis.importance.measure import Measure, Regime

FREE = -1
"""A wish for no value in particular."""
N_POINTS = 16
"""Configurations that stand for one in which some hyperparameter has no value of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """Configurations that stand for one, with what each of them weighs.

    Attributes:
        cells: Their cells, shape `(n, n_dimensions)`; none where no legal one fits.
        weights: Their weights, adding up to 1.
        row: The cells that all of them have, `FREE` where they differ.
    """

    cells: Integers
    weights: Floats
    row: Integers

    def kept(self, is_kept: Booleans) -> Mixture:
        """Keep some of the configurations; all of them where that would leave none."""
        if is_kept.all() or not is_kept.any():
            return self
        cells, weights = self.cells[is_kept], self.weights[is_kept]
        row = np.where((cells == cells[0]).all(axis=0), cells[0], FREE)
        return Mixture(cells, weights / weights.sum(), row)


def active_masses(dimension: Dimension, *, is_conditional: bool) -> Floats:
    """Give what the cells weigh where a hyperparameter is active.

    Args:
        dimension: Its cells; the last one stands for inactive where it `is_conditional`.
        is_conditional: Whether it is inactive somewhere.

    Returns:
        Masses without the inactive cell, adding up to 1.
    """
    masses = dimension.masses[: dimension.n_cells - is_conditional]
    total = float(masses.sum())
    return masses / total if total > 0 else np.full(len(masses), 1 / max(len(masses), 1))


def is_active(measure: Measure, cells: Integers) -> Booleans:
    """Say which hyperparameters are active, in the shape of the cells, `(..., n_dimensions)`."""
    limits = [
        dimension.n_cells - conditional
        for dimension, conditional in zip(measure.dimensions, measure.is_conditional, strict=True)
    ]
    return np.asarray(cells < np.array(limits))


def completed(measure: Measure, wishes: Integers, n_points: int = N_POINTS) -> Mixture:
    """Make a legal configuration of wishes.

    What the wishes leave inactive is inactive. What they switch on without a wish of its own is
    averaged over its prior.

    Args:
        measure: What the cells are.
        wishes: A cell for each hyperparameter, `FREE` for none, shape `(n_dimensions,)`.
        n_points: Configurations that stand for one with a value of no wish.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> from sweeps.analysis.importance.measure import Measure
        >>> measure = Measure.product([Dimension.ordered([1, 1])] * 2)
        >>> completed(measure, np.array([1, FREE])).row.tolist()
        [1, -1]
    """
    fitting = [regime for regime in measure.regimes if _fits(regime, wishes)]
    parts, weights = [], []
    for regime in fitting:
        free = [j for j in range(len(wishes)) if regime.is_active(j) and wishes[j] == FREE]
        cells = regime.points(n_points if free else 1)
        for j, wish in enumerate(wishes):
            if regime.is_active(j) and wish != FREE:
                cells[:, j] = wish
        parts.append(cells)
        weights.append(np.full(len(cells), regime.mass / len(cells)))
    if not parts:
        nothing = np.zeros((0, len(wishes)), dtype=np.int64)
        return Mixture(nothing, np.zeros(0), np.full(len(wishes), FREE))
    found, shares = np.concatenate(parts), np.concatenate(weights)
    row = np.where((found == found[0]).all(axis=0), found[0], FREE)
    return Mixture(found, shares / shares.sum(), row)


def stacked(mixtures: Sequence[Mixture]) -> tuple[Integers, Floats]:
    """Put mixtures below each other.

    Returns:
        All cells, shape `(n, n_dimensions)`, and what each weighs in each mixture, shape
        `(n, n_mixtures)`.
    """
    cells = np.concatenate([mixture.cells for mixture in mixtures])
    owner = np.repeat(np.arange(len(mixtures)), [len(mixture.weights) for mixture in mixtures])
    weights = np.zeros((len(cells), len(mixtures)))
    weights[np.arange(len(cells)), owner] = np.concatenate([each.weights for each in mixtures])
    return cells, weights


def _fits(regime: Regime, wishes: Integers) -> bool:
    """Say whether a regime has every wished value that is active in it."""
    return all(
        wish == FREE or not regime.is_active(j) or regime.dimensions[j].masses[wish] > 0
        for j, wish in enumerate(wishes.tolist())
    )
