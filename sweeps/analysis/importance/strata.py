"""Sampling errors of means over configurations, regime by regime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers


def squared_error(parts: Floats, strata: Integers) -> Floats:
    """Give the squared standard error of the mean of each column.

    How many configurations fall into a regime is no chance here, since regimes count by their
    masses; only how configurations differ within one is.

    Args:
        parts: What each configuration says, shape `(n, n_columns)`.
        strata: The regime of each, from 0.

    Returns:
        Shape `(n_columns,)`. A configuration that is alone in its regime adds nothing.

    Example:
        >>> squared_error(np.array([[1.0], [3.0], [7.0]]), np.array([0, 0, 1])).round(3).tolist()
        [0.444]
    """
    n = np.bincount(strata).astype(np.float64)
    sums = np.zeros((len(n), parts.shape[1]))
    np.add.at(sums, strata, parts)
    away = parts - (sums / np.maximum(n, 1)[:, None])[strata]
    squares = np.zeros_like(sums)
    np.add.at(squares, strata, away**2)
    return np.asarray((n / np.maximum(n - 1, 1)) @ squares / len(parts) ** 2)
