"""Which cells scores say something about: of a value that nobody scored nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Integers
    from sweeps.analysis.importance.measure import Measure


def scored_cells(cells: Integers, measure: Measure) -> tuple[Booleans, ...]:
    """Say which cells of each hyperparameter scores say something about.

    Positions on a scale say something about those beside them. Values without order say nothing
    about each other, and where a hyperparameter is active nothing about where it is not.

    Args:
        cells: Cells of the configurations with a score, shape `(n_configs, n_dimensions)`.
        measure: What the cells are.

    Returns:
        For each hyperparameter a flag a cell.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> from sweeps.analysis.importance.measure import Measure
        >>> measure = Measure.product([Dimension.unordered([1, 1]), Dimension.ordered([1, 1])])
        >>> [each.tolist() for each in scored_cells(np.array([[0, 0]]), measure)]
        [[True, False], [True, True]]
    """
    found = []
    for j, dimension in enumerate(measure.dimensions):
        is_scored = np.bincount(cells[:, j], minlength=dimension.n_cells) > 0
        if dimension.is_ordered:
            n_active = dimension.n_cells - measure.is_conditional[j]
            is_scored[:n_active] = is_scored[:n_active].any()
        found.append(is_scored)
    return tuple(found)


def is_covered(cells: Integers, scored: Sequence[Booleans]) -> Booleans:
    """Say which configurations, shape `(n, n_dimensions)`, have only cells that scores cover."""
    flags = [is_scored[cells[:, j]] for j, is_scored in enumerate(scored)]
    return np.asarray(np.all(flags, axis=0))


def without_choice(scored: Sequence[Booleans], measure: Measure) -> frozenset[int]:
    """Give the hyperparameters that have several values, of which scores cover at most one."""
    found = []
    for j, (dimension, flags) in enumerate(zip(measure.dimensions, scored, strict=True)):
        n_active = dimension.n_cells - measure.is_conditional[j]
        is_possible = dimension.masses[:n_active] > 0
        if is_possible.sum() > 1 and (is_possible & flags[:n_active]).sum() < 2:
            found.append(j)
    return frozenset(found)
