import math

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from sweeps.analysis.importance.boxes import forest_boxes
from sweeps.analysis.importance.decomposition import (
    closed_variance,
    effect,
    interaction_variance,
    mean_tree_share,
    total_variance,
)
from sweeps.analysis.importance.dimension import Dimension
from sweeps.errors import ResultsError

DIMENSIONS = (
    Dimension.ordered([1, 2, 3, 4]),
    Dimension.continuous(5),
    Dimension.unordered([0.5, 0.25, 0.25]),
)
SHAPE = (4, 5, 3)


@pytest.fixture
def forest():
    rng = np.random.default_rng(0)
    cells = np.stack([rng.integers(0, n, 200) for n in SHAPE], axis=1)
    scores = cells[:, 0] + cells[:, 1] * cells[:, 2] + rng.normal(size=200)
    return ExtraTreesRegressor(8, random_state=0).fit(cells.astype(np.float32), scores)


@pytest.fixture
def boxes(forest):
    return forest_boxes(forest, DIMENSIONS)


@pytest.fixture
def grid(forest):
    places = np.stack(np.unravel_index(np.arange(math.prod(SHAPE)), SHAPE), axis=1)
    return forest.predict(places.astype(np.float32)).reshape(SHAPE)


def weighted(grid, kept):
    """Average a grid of values over all axes but some, by brute force."""
    for axis in reversed(range(3)):
        if axis not in kept:
            grid = np.moveaxis(grid, axis, -1) @ DIMENSIONS[axis].masses
    return grid


def spread(grid, kept):
    """Give the variance of the averages, by brute force."""
    masses = np.ones(())
    for axis in kept:
        masses = np.multiply.outer(masses, DIMENSIONS[axis].masses)
    averages = weighted(grid, kept)
    mean = (averages * masses).sum()
    return ((averages - mean) ** 2 * masses).sum()


def test_leaves_of_each_tree_tile_the_space(boxes):
    volume = np.bincount(boxes.tree, boxes.widths.prod(axis=1))
    np.testing.assert_allclose(volume, 1)


def test_the_boxes_give_what_the_forest_predicts_everywhere(boxes, grid):
    np.testing.assert_allclose(effect(boxes, [0, 1, 2]), grid)


@pytest.mark.parametrize("kept", [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]])
def test_averages_equal_those_of_the_full_grid(boxes, grid, kept):
    np.testing.assert_allclose(effect(boxes, kept), weighted(grid, kept))


@pytest.mark.parametrize("kept", [[0], [2], [0, 1], [1, 2], [0, 1, 2]])
def test_closed_variances_equal_those_of_the_full_grid(boxes, grid, kept):
    assert closed_variance(boxes, kept) == pytest.approx(spread(grid, kept))


def test_axes_stand_in_the_order_that_was_asked_for(boxes):
    np.testing.assert_allclose(effect(boxes, [2, 0]), effect(boxes, [0, 2]).T)


def test_main_effects_and_interactions_add_up_to_the_total_variance(boxes):
    subsets = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]]
    parts = [interaction_variance(boxes, subset) for subset in subsets]
    assert sum(parts) == pytest.approx(closed_variance(boxes, [0, 1, 2]))


def test_a_total_index_holds_every_term_with_the_dimension(boxes):
    with_first = sum(interaction_variance(boxes, subset) for subset in ([0], [0, 1], [0, 2]))
    with_first += interaction_variance(boxes, [0, 1, 2])
    assert total_variance(boxes, 0) == pytest.approx(with_first)


def test_the_mean_over_trees_equals_the_forest_where_there_is_one_tree():
    cells = np.array([[0, 0, 0], [3, 4, 2], [2, 1, 1], [1, 3, 0]])
    one = ExtraTreesRegressor(1, random_state=0).fit(cells.astype(np.float32), [1, 4, 2, 9])
    boxes = forest_boxes(one, DIMENSIONS)
    expected = closed_variance(boxes, [1]) / closed_variance(boxes, [0, 1, 2])
    assert mean_tree_share(boxes, 1) == pytest.approx(expected)


def test_a_table_that_does_not_fit_is_refused(boxes):
    wide = type(boxes)(
        boxes.low,
        boxes.high,
        boxes.value,
        boxes.tree,
        boxes.n_trees,
        (Dimension.continuous(3000),) * 3,
    )
    with pytest.raises(ResultsError, match="do not fit"):
        effect(wide, [0, 1])
