"""A forest of extremely randomised trees on cells, whose leaves are boxes of cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.importance.boxes import Boxes, forest_boxes
from sweeps.analysis.importance.decomposition import effect
from sweeps.analysis.importance.dimension import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers

N_TREES = 32
MIN_LEAF = 2


@dataclass(frozen=True, eq=False)
class Forest:
    """A fitted forest. It stands on places: the cells of a choice in the order of their scores.

    Attributes:
        trees: The forest of scikit-learn.
        places: For each dimension the place of each of its cells.
        dimensions: The dimensions that it was fitted to.
    """

    trees: Any
    places: tuple[Integers, ...]
    dimensions: tuple[Dimension, ...]

    def predict(self, cells: Integers) -> Floats:
        """Give the mean of the trees at some configurations.

        Args:
            cells: Cells, shape `(n, n_dimensions)`.

        Returns:
            Scores, shape `(n,)`.
        """
        placed = np.stack([place[cells[:, j]] for j, place in enumerate(self.places)], axis=1)
        points = np.ascontiguousarray(placed, dtype=np.float32)
        # Tree by tree: the forest's own `predict` takes longer to start than to answer.
        values = [tree.tree_.predict(points).ravel() for tree in self.trees.estimators_]
        return np.asarray(np.mean(values, axis=0))

    def effect(self, dimensions: Sequence[Dimension], subset: Sequence[int]) -> Floats:
        """Average the forest over all dimensions but some, exactly.

        Args:
            dimensions: What the cells weigh, which may be other than in `self.dimensions`.
            subset: The dimensions that stay, all different; none gives the mean.

        Returns:
            E[f | the cells of `subset`], one axis a dimension, by its own cells.

        Raises:
            ResultsError: The table would be too large.
        """
        turned = [
            Dimension(dimension.masses[np.argsort(place)], dimension.is_ordered)
            for dimension, place in zip(dimensions, self.places, strict=True)
        ]
        table = effect(self._boxes.under(turned), subset)
        return np.asarray(table[np.ix_(*(self.places[j] for j in subset))] if subset else table)

    @cached_property
    def _boxes(self) -> Boxes:
        return forest_boxes(self.trees, self.dimensions)


def fit_forest(
    cells: Integers,
    figures: Floats,
    weights: Floats,
    dimensions: Sequence[Dimension],
    *,
    random_state: int,
    n_trees: int = N_TREES,
) -> Forest:
    """Fit a forest to a figure of each configuration.

    Args:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        figures: What to fit, such as mean scores; finite, shape `(n_configs,)`.
        weights: Weight of each, such as the number of seeds behind it.
        dimensions: What the cells are.
        random_state: Where the randomness of the trees starts.
        n_trees: Number of trees.

    References:
        Geurts, Ernst, Wehenkel, "Extremely randomized trees", Machine Learning 63 (2006), 3-42.
    """
    from sklearn.ensemble import ExtraTreesRegressor  # noqa: PLC0415 - takes 0.6 s

    places = tuple(
        places_of(cells[:, j], figures, weights, dimension)
        for j, dimension in enumerate(dimensions)
    )
    placed = np.stack([place[cells[:, j]] for j, place in enumerate(places)], axis=1)
    trees = ExtraTreesRegressor(n_trees, min_samples_leaf=MIN_LEAF, random_state=random_state)
    trees.fit(placed.astype(np.float32), figures, sample_weight=weights)
    return Forest(trees, places, tuple(dimensions))


def places_of(cells: Integers, figures: Floats, weights: Floats, dimension: Dimension) -> Integers:
    """Give each cell its place: its own, and for a choice that in the order of mean figures.

    Args:
        cells: Cell of each configuration, shape `(n_configs,)`.
        figures: Figure of each.
        weights: Weight of each.
        dimension: What the cells are.

    Returns:
        The place of each cell of the dimension; cells of a choice without a figure count as
        average.
    """
    if dimension.is_ordered:
        return np.arange(dimension.n_cells)
    total = np.bincount(cells, weights, dimension.n_cells)
    overall = weights @ figures / weights.sum()
    sums = np.bincount(cells, weights * (figures - overall), dimension.n_cells)
    average = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    places = np.empty(dimension.n_cells, dtype=np.int64)
    places[np.argsort(average, kind="stable")] = np.arange(dimension.n_cells)
    return places
