"""The exact functional analysis of variance of a forest, on cells.

The function is the mean of the trees. On the cells of a few dimensions its average over all
others is a table, which differences at the corners of the leaves and running sums give at once.
"""

from __future__ import annotations

import math
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats
    from sweeps.analysis.importance.boxes import Boxes

LARGEST_TABLE = 2**22
"""Cells of the largest table of averages that is made: 32 MiB."""


def effect(boxes: Boxes, subset: Sequence[int]) -> Floats:
    """Average the forest over all dimensions but some.

    Args:
        boxes: Leaves of the forest.
        subset: The dimensions that stay, all different; none gives the mean.

    Returns:
        E[f | the cells of `subset`], one axis a dimension, in the order given.

    Raises:
        ResultsError: The table would have more than `LARGEST_TABLE` cells.

    Example:
        >>> from sweeps.analysis.importance.boxes import Boxes
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> half = Boxes(
        ...     np.array([[0], [1]]),
        ...     np.array([[1], [2]]),
        ...     np.array([3.0, 5.0]),
        ...     np.array([0, 0]),
        ...     1,
        ...     (Dimension.ordered([1, 3]),),
        ... )
        >>> effect(half, [0]).tolist(), float(effect(half, []))
        ([3.0, 5.0], 4.5)

    References:
        Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing hyperparameter
        importance", ICML 2014, section 4: the averages of one tree; here of the mean of trees.
    """
    kept = list(subset)
    shape = [boxes.dimensions[j].n_cells for j in kept]
    if math.prod(shape) > LARGEST_TABLE:
        message = (
            f"The averages over {math.prod(shape)} cells do not fit: at most {LARGEST_TABLE} "
            "do. Ask for fewer hyperparameters at once."
        )
        raise ResultsError(message)
    return _running_sums(boxes, kept, shape, _outside(boxes, kept) / boxes.n_trees)


def closed_variance(boxes: Boxes, subset: Sequence[int]) -> float:
    """Give the variance of the forest that some dimensions explain together.

    Args:
        boxes: Leaves of the forest.
        subset: The dimensions; all of them give the total variance.

    Returns:
        Var E[f | subset], in squared units of the score.
    """
    return variance_of(effect(boxes, subset), boxes, subset)


def variance_of(table: Floats, boxes: Boxes, subset: Sequence[int]) -> float:
    """Give the variance of a table of averages under the masses of its cells."""
    mean = _weighted_mean(table, boxes, subset)
    return _weighted_mean((table - mean) ** 2, boxes, subset)


def interaction_variance(boxes: Boxes, subset: Sequence[int]) -> float:
    """Give the variance that dimensions explain together and no fewer of them do.

    Args:
        boxes: Leaves of the forest.
        subset: The dimensions, one for a main effect.

    Returns:
        The variance by inclusion and exclusion; below 0 by rounding only.
    """
    terms = [
        (-1) ** (len(subset) - size) * closed_variance(boxes, part)
        for size in range(1, len(subset) + 1)
        for part in combinations(subset, size)
    ]
    return math.fsum(terms)


def total_variance(boxes: Boxes, dimension: int) -> float:
    """Give the variance of the forest in which a dimension takes any part.

    Args:
        boxes: Leaves of the forest.
        dimension: The dimension.

    Returns:
        E Var(f | all others), in squared units of the score.
    """
    everything = range(len(boxes.dimensions))
    others = [j for j in everything if j != dimension]
    return closed_variance(boxes, everything) - closed_variance(boxes, others)


def mean_tree_share(boxes: Boxes, dimension: int) -> float:
    """Give a main effect as Hutter and others do: the mean over trees of each tree's share.

    What trees do differently counts in each tree's total, so the shares are smaller than those
    of the forest.

    Returns:
        The share, from 0 to 1; trees without variance are left out, NaN where all are.
    """
    n_cells, mass = boxes.dimensions[dimension].n_cells, boxes.dimensions[dimension].masses
    weight = _outside(boxes, [dimension])
    tables = np.zeros((boxes.n_trees, n_cells + 1))
    np.add.at(tables, (boxes.tree, boxes.low[:, dimension]), weight)
    np.add.at(tables, (boxes.tree, boxes.high[:, dimension]), -weight)
    table = tables.cumsum(axis=1)[:, :n_cells]
    mean = table @ mass
    share = boxes.widths.prod(axis=1)
    square = np.bincount(boxes.tree, share * (boxes.value - mean[boxes.tree]) ** 2, boxes.n_trees)
    varies = square > 0
    part = (table - mean[:, None]) ** 2 @ mass
    return float((part[varies] / square[varies]).mean()) if varies.any() else math.nan


def _outside(boxes: Boxes, kept: Sequence[int]) -> Floats:
    """Give the value of each leaf times its mass in the dimensions that are averaged out."""
    rest = [j for j in range(len(boxes.dimensions)) if j not in kept]
    return np.asarray(boxes.value * boxes.widths[:, rest].prod(axis=1))


def _running_sums(boxes: Boxes, kept: list[int], shape: list[int], weight: Floats) -> Floats:
    """Add each leaf's weight to all cells that it covers."""
    wide = [n + 1 for n in shape]
    table = np.zeros(math.prod(wide))
    for corner in product((0, 1), repeat=len(kept)):
        place = np.zeros(len(weight), dtype=np.int64)
        for j, is_high, n in zip(kept, corner, wide, strict=True):
            place = place * n + (boxes.high if is_high else boxes.low)[:, j]
        table += (-1) ** sum(corner) * np.bincount(place, weight, len(table))
    table = table.reshape(wide)
    for axis in range(len(kept)):
        table = np.cumsum(table, axis=axis)
    return np.asarray(table[tuple(slice(n) for n in shape)])


def _weighted_mean(table: Floats, boxes: Boxes, subset: Sequence[int]) -> float:
    for j in reversed(list(subset)):
        table = table @ boxes.dimensions[j].masses
    return float(table)
