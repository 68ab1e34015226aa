"""The leaves of a forest as boxes of cells, with the value that the forest gives there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.dimension import Dimension


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Leaves of all trees. In each tree they tile the space.

    Attributes:
        low: First cell of each leaf, shape `(n_leaves, n_dimensions)`.
        high: The cell after the last one, same shape.
        value: Value of each leaf in its tree, shape `(n_leaves,)`.
        tree: Number of each leaf's tree.
        n_trees: Number of trees; the function is their mean.
        dimensions: What the cells weigh.
    """

    low: Integers
    high: Integers
    value: Floats
    tree: Integers
    n_trees: int
    dimensions: tuple[Dimension, ...]

    def under(self, dimensions: Sequence[Dimension]) -> Boxes:
        """Give the same boxes under other masses of the cells."""
        return replace(self, dimensions=tuple(dimensions))

    @property
    def widths(self) -> Floats:
        """Mass of each leaf in each dimension, shape `(n_leaves, n_dimensions)`."""
        columns = [
            dimension.edges[self.high[:, j]] - dimension.edges[self.low[:, j]]
            for j, dimension in enumerate(self.dimensions)
        ]
        return np.stack(columns, axis=1)


def forest_boxes(forest: Any, dimensions: Sequence[Dimension]) -> Boxes:
    """Read the leaves of a fitted forest whose inputs are numbers of cells.

    Args:
        forest: A forest of scikit-learn. A leaf holds inputs `x <= threshold` on its left.
        dimensions: The inputs, in the order of the columns that it was fitted to.

    Returns:
        The boxes. All trees are walked at once, one level of depth a step.
    """
    trees = [estimator.tree_ for estimator in forest.estimators_]
    first = np.cumsum([0, *(tree.node_count for tree in trees)])
    feature = np.concatenate([tree.feature for tree in trees])
    threshold = np.concatenate([tree.threshold for tree in trees])
    value = np.concatenate([tree.value[:, 0, 0] for tree in trees])
    shift = np.repeat(first[:-1], np.diff(first))
    left, right = (
        np.concatenate([getattr(tree, side) for tree in trees]) + shift
        for side in ("children_left", "children_right")
    )
    n_cells = [dimension.n_cells for dimension in dimensions]
    low = np.zeros((first[-1], len(dimensions)), dtype=np.int64)
    high = np.tile(np.array(n_cells, dtype=np.int64), (first[-1], 1))
    parents = first[:-1]
    while (parents := parents[feature[parents] >= 0]).size:
        on_left, on_right, split = left[parents], right[parents], feature[parents]
        cut = np.floor(threshold[parents]).astype(np.int64) + 1
        low[on_left] = low[on_right] = low[parents]
        high[on_left] = high[on_right] = high[parents]
        high[on_left, split] = cut
        low[on_right, split] = cut
        parents = np.concatenate([on_left, on_right])
    leaf = feature < 0
    tree_of = np.repeat(np.arange(len(trees)), np.diff(first))
    return Boxes(low[leaf], high[leaf], value[leaf], tree_of[leaf], len(trees), tuple(dimensions))
