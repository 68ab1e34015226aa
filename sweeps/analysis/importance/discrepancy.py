"""Points of low discrepancy: evenly spread over the unit cube."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats


def low_discrepancy(n_points: int, n_dimensions: int) -> Floats:
    """Give evenly spread points of the unit cube: multiples of an irrational step, wrapped.

    Returns:
        Points, shape `(n_points, n_dimensions)`; always the same ones.

    Example:
        >>> low_discrepancy(2, 1).round(3).tolist()
        [[0.118], [0.736]]
    """
    ratio = 2.0
    for _ in range(64):  # the root of x**(d + 1) = x + 1, the golden ratio for one dimension
        ratio = (1 + ratio) ** (1 / (n_dimensions + 1))
    step = ratio ** -np.arange(1.0, n_dimensions + 1)
    return np.asarray((0.5 + np.arange(1, n_points + 1)[:, None] * step) % 1)
