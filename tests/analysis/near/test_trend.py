import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.near.legal import FREE, completed
from sweeps.analysis.near.trend import MOST_COLUMNS, RICH, Basis, fit_trend
from tests.analysis.near.making import FLOAT, N_CELLS, SLOPES, cube, draws, switched


def basis_of(measure):
    """Give the columns of a trend that is small enough to be made."""
    basis = Basis.of(measure)
    assert basis is not None
    return basis


def test_a_straight_line_is_fitted_to_its_ends():
    cells, u = draws(100, 4)
    trend = fit_trend(cells, u @ SLOPES, np.ones(100), basis_of(cube(4)))
    ends = np.array([[0, 0, 0, 0], [N_CELLS - 1] * 4])
    truth = (ends + 0.5) / N_CELLS @ SLOPES
    assert trend.predict(ends) == pytest.approx(truth, abs=0.01)


def test_columns_have_mean_0_and_variance_1_on_any_scale():
    uneven = Dimension.ordered([0.5, 0.25, 0.125, 0.125])
    (table,) = basis_of(Measure.product([uneven])).tables
    assert uneven.masses @ table == pytest.approx(np.zeros(3), abs=1e-12)
    assert uneven.masses @ table**2 == pytest.approx(np.ones(3))


def test_an_inactive_hyperparameter_adds_nothing():
    assert not basis_of(switched()).tables[1][-1].any()


def test_a_rich_trend_of_many_hyperparameters_is_not_made():
    assert Basis.of(cube(30), RICH) is None
    assert len(basis_of(cube(30)).penalty) <= MOST_COLUMNS


def test_pure_noise_is_pulled_to_nothing():
    cells, _ = draws(200, 4)
    noise = np.random.default_rng(0).normal(size=200)
    trend = fit_trend(cells, noise, np.ones(200), basis_of(cube(4)))
    assert trend.predict(cells).var() < 0.1


def test_wishes_that_cannot_hold_together_give_nothing():
    zero = Dimension.ordered([*np.zeros(N_CELLS), 1])
    measure = switched()
    assert not len(completed(Measure(measure.dimensions[1:2], _one(zero)), np.array([5])).cells)


def _one(dimension):
    regime = switched().regimes[0]
    return (type(regime)(1.0, (dimension,), (0,)),)


def test_a_value_nobody_wished_for_is_averaged_over_its_prior():
    found = completed(switched(), np.array([0, FREE, 7]))
    assert found.row.tolist() == [0, FREE, 7]
    assert found.weights @ (found.cells[:, 1] + 0.5) / N_CELLS == pytest.approx(0.5, abs=0.05)
    assert len(FLOAT.masses) == N_CELLS
