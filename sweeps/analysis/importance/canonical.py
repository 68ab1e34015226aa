"""An order of configurations and hyperparameters that follows from the data alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers


def canonical_order(cells: Integers, means: Floats) -> tuple[Integers, Integers]:
    """Order configurations by their score and hyperparameters by their values in that order.

    So neither the order of rows nor that of columns changes what a generator draws.

    Args:
        cells: Cells, shape `(n_configs, n_dimensions)`.
        means: Mean score of each configuration.

    Returns:
        The numbers of the rows and of the columns, in order. Only configurations with equal
        scores and the same set of cells can be swapped by it.

    Example:
        >>> rows, columns = canonical_order(np.array([[1, 0], [2, 3]]), np.array([0.9, 0.1]))
        >>> rows.tolist(), columns.tolist()
        ([1, 0], [0, 1])
    """
    keys = np.sort(cells, axis=1)
    rows = np.lexsort((*keys.T, means))
    columns = np.lexsort(cells[rows][::-1])
    return rows, columns
