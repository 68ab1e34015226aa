import numpy as np
import pytest

from sweeps.analysis.importance.density import densities
from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure

MEASURE = Measure.product([Dimension.continuous(), Dimension.unordered([3, 1])])


def crowded(n, random_seed=0):
    """Configurations that crowd at the upper end of the first and in the rare choice."""
    rng = np.random.default_rng(random_seed)
    first = MEASURE.dimensions[0].cells_of(rng.beta(3, 1, n))
    return np.stack([first, rng.integers(0, 2, n)], axis=1)


def test_weights_make_each_hyperparameter_lie_as_in_the_space():
    cells = crowded(2000)
    weights = densities(cells, MEASURE, np.ones(2000, dtype=bool))
    assert weights.mean() == pytest.approx(1)
    assert weights @ (cells[:, 1] == 0) / 2000 == pytest.approx(0.75)
    assert weights @ (cells[:, 0] < 64) / 2000 == pytest.approx(0.5, abs=0.01)


def test_a_mean_over_crowded_configurations_is_that_of_the_space():
    cells = crowded(4000)
    weights = densities(cells, MEASURE, np.ones(4000, dtype=bool))
    position = (cells[:, 0] + 0.5) / 128
    assert position.mean() > 0.7
    assert weights @ position / 4000 == pytest.approx(0.5, abs=0.01)


def test_those_that_do_not_count_have_no_weight():
    counted = np.arange(100) < 60
    weights = densities(crowded(100), MEASURE, counted)
    assert (weights[60:] == 0).all()
    assert weights[:60].mean() == pytest.approx(1)


def test_even_draws_keep_about_even_weights():
    cells = MEASURE.points(500)
    weights = densities(cells, MEASURE, np.ones(500, dtype=bool))
    assert weights.std() < 0.1
