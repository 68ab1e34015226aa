"""Ranks of configurations, averaged with those of their neighbours: what luck takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sweeps.planner.samplers.axis import Axis

N_NEIGHBOURS: Final = 8
"""The kernel is about as wide as the distance to this neighbour."""

KIND_DISTANCE: Final = 0.7
"""Distance between two values without order, in units of a whole range."""


def smoothed_ranks(
    points: NDArray[np.float64], n_seeds: NDArray[np.int64], axes: Sequence[Axis]
) -> NDArray[np.float64]:
    """Draw the rank of each configuration towards those of its neighbours.

    The rank under one seed is half luck, so it counts as much as what the neighbours say; the
    mean of `n` seeds counts `n` times as much. Ranks instead of scores make it the same for any
    scale, and keep failures and outliers from spreading further than their place at the end.
    Without noise the neighbours agree, so this costs little there.

    Args:
        points: Unit points, best first, NaN where inactive; shape (n, n_dimensions), n >= 2.
        n_seeds: Finished seeds of each; 0 counts as 1.
        axes: The axes of the points.

    Returns:
        Shape (n,); lower is better.

    References:
        The estimator of Nadaraya (1964) and Watson (1964), each point left out of its own mean.
    """
    from scipy.spatial.distance import cdist  # noqa: PLC0415 - what other samplers need not pay

    n = len(points)
    places = _places(points, axes)
    squared = cdist(places, places, "sqeuclidean")
    np.fill_diagonal(squared, np.inf)
    nth = min(N_NEIGHBOURS, n - 2)
    width = np.partition(squared, nth, axis=1)[:, nth, np.newaxis]
    nearness = np.exp(-2.0 * squared / np.maximum(width, 1e-12))
    ranks = np.arange(n, dtype=float)
    # Sums, no matrix products: those can differ in the last bit with the number of threads.
    around = (nearness * ranks).sum(axis=1) / nearness.sum(axis=1)
    trust = np.maximum(n_seeds, 1) / (1 + np.maximum(n_seeds, 1))
    result: NDArray[np.float64] = trust * ranks + (1 - trust) * around
    return result


def _places(points: NDArray[np.float64], axes: Sequence[Axis]) -> NDArray[np.float64]:
    """Give coordinates in which values without order lie equally far apart."""
    columns = []
    for i, axis in enumerate(axes):
        units = points[:, i]
        if axis.is_ordered or axis.n_levels is None:
            columns.append(np.where(np.isnan(units), 0.5, units)[:, np.newaxis])
        else:
            levels = axis.to_model(units)[:, np.newaxis] == np.arange(axis.n_levels)
            columns.append(levels * (KIND_DISTANCE / np.sqrt(2)))
    return np.concatenate(columns, axis=1)
