"""Forests fitted to the means of configurations, each judged on those that it has not seen.

Configurations are dealt to folds. The forest of a fold is grown on all others, so what it misses
on its own fold is noise and misfit that it could not learn by heart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.boxes import Boxes, forest_boxes
from sweeps.analysis.importance.decomposition import effect, variance_of
from sweeps.analysis.importance.dimension import Dimension

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers

N_FOLDS = 5
N_TREES = 32
MIN_LEAF = 2
LARGEST_GRID = 2**20
"""Cells of a space, times corners of a box, up to which the total variance is added up exactly."""
N_POINTS = 2**13


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One forest and the configurations that it was not grown on.

    Attributes:
        boxes: Leaves; the cells of choices stand in the order of `places`.
        places: For each dimension the place of each of its cells in the boxes.
        rows: Numbers of the configurations left out.
        cells: Their places, shape `(n_rows, n_dimensions)`.
        fitted: What the forest says of them.
        residual: Their mean score less that.
        mean: Mean of the forest over the space.
        variance: Variance of the forest over the space.
    """

    boxes: Boxes
    places: tuple[Integers, ...]
    rows: Integers
    cells: Integers
    fitted: Floats
    residual: Floats
    mean: float
    variance: float

    def table(self, dimension: int) -> Floats:
        """Give the main effect of a dimension by its own cells: the average less the mean."""
        return effect(self.boxes, [dimension])[self.places[dimension]] - self.mean


def fit_surrogate(
    cells: Integers,
    means: Floats,
    n_seeds: Floats,
    dimensions: Sequence[Dimension],
    *,
    rng: np.random.Generator,
    n_repeats: int = 1,
    n_folds: int = N_FOLDS,
    n_trees: int = N_TREES,
) -> tuple[Fold, ...]:
    """Fit a forest of extremely randomised trees for each fold of the configurations.

    Args:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        means: Mean score of each configuration.
        n_seeds: Number of seeds behind each mean, its weight.
        dimensions: What the cells are.
        rng: Where the randomness of folds and trees comes from.
        n_repeats: How often all configurations are dealt anew.
        n_folds: Folds of a deal; fewer where there are fewer configurations.
        n_trees: Trees of one forest.

    Returns:
        The folds of all deals; every configuration is left out once a deal.

    References:
        Geurts, Ernst, Wehenkel, "Extremely randomized trees", Machine Learning 63 (2006), 3-42.
    """
    folds = []
    for _ in range(n_repeats):
        fold_of = rng.permutation(len(means)) % n_folds
        for number in range(min(n_folds, len(means))):
            state = int(rng.integers(2**31))
            left_out = fold_of == number
            folds.append(_fit(cells, means, n_seeds, dimensions, left_out, state, n_trees))
    return tuple(folds)


def _fit(  # noqa: PLR0917 - the one place where all of it meets
    cells: Integers,
    means: Floats,
    n_seeds: Floats,
    dimensions: Sequence[Dimension],
    left_out: np.ndarray,
    state: int,
    n_trees: int,
) -> Fold:
    from sklearn.ensemble import ExtraTreesRegressor  # noqa: PLC0415 - takes 0.6 s

    seen = ~left_out
    places = tuple(
        _places(cells[seen, j], means[seen], n_seeds[seen], dimension)
        for j, dimension in enumerate(dimensions)
    )
    placed = np.stack([place[cells[:, j]] for j, place in enumerate(places)], axis=1)
    forest = ExtraTreesRegressor(n_trees, min_samples_leaf=MIN_LEAF, random_state=state)
    forest.fit(placed[seen].astype(np.float32), means[seen], sample_weight=n_seeds[seen])
    turned = [
        Dimension(dimension.masses[np.argsort(place)], dimension.is_ordered)
        for dimension, place in zip(dimensions, places, strict=True)
    ]
    boxes = forest_boxes(forest, turned)
    rows = np.flatnonzero(left_out)
    fitted = forest.predict(placed[rows].astype(np.float32))
    mean = float(effect(boxes, []))
    return Fold(
        boxes,
        places,
        rows,
        placed[rows],
        fitted,
        means[rows] - fitted,
        mean,
        _variance(boxes, mean, forest),
    )


def _places(cells: Integers, means: Floats, weights: Floats, dimension: Dimension) -> Integers:
    """Give each cell its place: its own, and for a choice that in the order of mean scores."""
    if dimension.is_ordered:
        return np.arange(dimension.n_cells)
    total = np.bincount(cells, weights, dimension.n_cells)
    overall = weights @ means / weights.sum()
    sums = np.bincount(cells, weights * (means - overall), dimension.n_cells)
    average = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    places = np.empty(dimension.n_cells, dtype=np.int64)
    places[np.argsort(average, kind="stable")] = np.arange(dimension.n_cells)
    return places


def _variance(boxes: Boxes, mean: float, forest: object) -> float:
    """Give the variance of the forest: exact on small spaces, else exact for main effects.

    What main effects leave is averaged over points of low discrepancy there.
    """
    dimensions = boxes.dimensions
    if math.prod(2 * dimension.n_cells for dimension in dimensions) <= LARGEST_GRID:
        everything = range(len(dimensions))
        return variance_of(effect(boxes, everything), boxes, everything)
    points = low_discrepancy(N_POINTS, len(dimensions))
    cells = np.stack([d.cells_of(points[:, j]) for j, d in enumerate(dimensions)], axis=1)
    rest = forest.predict(cells.astype(np.float32)) - mean  # type: ignore[attr-defined]
    exact = 0.0
    for j in range(len(dimensions)):
        table = effect(boxes, [j])
        exact += variance_of(table, boxes, [j])
        rest -= table[cells[:, j]] - mean
    return exact + float(rest @ rest) / N_POINTS


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
