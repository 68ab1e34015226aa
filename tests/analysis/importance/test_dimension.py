import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension, check_cells
from sweeps.errors import ResultsError


def test_positions_fall_into_cells_by_their_mass():
    dimension = Dimension.ordered([2, 1, 1])
    assert dimension.cells_of([0.0, 0.49, 0.5, 0.74, 0.75, 1.0]).tolist() == [0, 0, 1, 1, 2, 2]


def test_the_top_level_of_a_grid_has_its_full_share():
    cells = Dimension.ordered(np.ones(10)).cells_of((np.arange(10) + 0.5) / 10)
    assert cells.tolist() == list(range(10))


def test_masses_are_made_to_add_up_to_1():
    assert Dimension.unordered([3, 1]).masses.tolist() == [0.75, 0.25]


@pytest.mark.parametrize("masses", [[], [-1, 2], [0, 0], [[1.0]], [np.nan, 1]])
def test_impossible_masses_are_refused(masses):
    with pytest.raises(ResultsError, match="masses"):
        Dimension.ordered(masses)


@pytest.mark.parametrize("cells", [[[2]], [[-1]], [[0.5]], [[0, 0]], [0]])
def test_cells_outside_the_dimensions_are_refused(cells):
    with pytest.raises(ResultsError, match="cells"):
        check_cells(cells, [Dimension.ordered([1, 1])])
