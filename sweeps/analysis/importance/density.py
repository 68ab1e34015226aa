"""How crowded the parts of a space are where configurations lie unevenly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure

N_BINS = 8
"""Bins of equal mass that the cells of a hyperparameter are put into."""


def densities(cells: Integers, measure: Measure, counted: Booleans) -> Floats:
    """Weigh configurations so that each hyperparameter alone is spread as in the space.

    Args:
        cells: Cells, shape `(n_configs, n_dimensions)`.
        measure: The space.
        counted: Which configurations count.

    Returns:
        Weights with mean 1 over those that count and 0 for the others. Raking: only the
        spread of single hyperparameters is set right, not that of combinations.

    References:
        Deming and Stephan, "On a least squares adjustment of a sampled frequency table when the
        expected marginal totals are known", Annals of Mathematical Statistics 11 (1940), 427-444.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> from sweeps.analysis.importance.measure import Measure
        >>> measure = Measure.product([Dimension.ordered([1, 1])])
        >>> densities(np.array([[0], [0], [0], [1]]), measure, np.ones(4, bool)).round(2).tolist()
        [0.67, 0.67, 0.67, 2.0]
    """
    weights = counted.astype(np.float64)
    rows = np.flatnonzero(counted)
    if not len(rows):
        return weights
    bins = []
    for j, dimension in enumerate(measure.dimensions):
        middle = dimension.edges[:-1] + dimension.masses / 2
        few = dimension.n_cells <= N_BINS
        of_cell = np.arange(dimension.n_cells) if few else (middle * N_BINS).astype(np.int64)
        wanted = np.bincount(of_cell, dimension.masses)
        bins.append((of_cell[cells[rows, j]], wanted))
    own = np.ones(len(rows))
    for _ in range(_ROUNDS):
        for label, wanted in bins:
            have = np.bincount(label, own, len(wanted)) / own.sum()
            is_there = have > 0
            share = wanted / wanted[is_there].sum()
            own = own * np.divide(share, have, out=np.zeros_like(have), where=is_there)[label]
    weights[rows] = own * len(rows) / own.sum()
    return weights


_ROUNDS = 30
