"""What tuning reaches where hyperparameters switch others on and off."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure, Regime
from sweeps.analysis.tunability.candidates import candidates_of
from sweeps.analysis.tunability.reach import reach_of


@pytest.fixture(name="measure")
def _measure():
    """Kernels a and b; degree 0, 1 or 2 for b alone; a cost for both."""
    kernel, cost = Dimension.unordered([1, 1]), Dimension.ordered([1, 1])
    degree = Dimension.ordered([1, 1, 1, 3])
    of_a = (Dimension.unordered([1, 0]), Dimension.ordered([0, 0, 0, 1]), cost)
    of_b = (Dimension.unordered([0, 1]), Dimension.ordered([1, 1, 1, 0]), cost)
    regimes = (Regime(0.5, of_a, (0, -1, 0)), Regime(0.5, of_b, (1, 0, 0)))
    return Measure((kernel, degree, cost), regimes)


def reached(measure, defaults, *term):
    found = reach_of(measure, np.array(defaults), term, n_values=9)
    return {tuple(row) for row in found.cells.tolist()}


def test_others_stay_at_their_defaults(measure):
    assert reached(measure, [1, 2, 0], 1) == {(1, 0, 0), (1, 1, 0), (1, 2, 0)}
    assert reached(measure, [1, 2, 0], 2) == {(1, 2, 0), (1, 2, 1)}


def test_the_parents_of_an_inactive_one_are_set_so_that_it_is_active(measure):
    assert reached(measure, [0, 3, 1], 1) == {(1, 0, 1), (1, 1, 1), (1, 2, 1)}


def test_what_becomes_inactive_leaves_its_value(measure):
    assert (0, 3, 0) in reached(measure, [1, 2, 0], 0)


def test_what_becomes_active_without_a_default_is_averaged(measure):
    found = reach_of(measure, np.array([0, 3, 0]), (0,), n_values=9)
    assert found.n == 2
    averaged = found.cells[found.groups == 1]
    assert set(averaged[:, 1].tolist()) == {0, 1, 2}
    assert (averaged[:, [0, 2]] == [1, 0]).all()


def test_a_pair_can_do_what_either_can_alone(measure):
    nowhere = np.zeros((0, 3), dtype=np.int64)
    found = candidates_of(measure, np.array([1, 2, 0]), nowhere, pairs=True)
    pair = found.members[found.terms.index((0, 1))]
    single = found.members[found.terms.index((0,))]
    assert set(single.tolist()) < set(pair.tolist())


def test_an_ordered_parent_moves_to_the_nearest_value_that_will_do():
    size, extra = Dimension.ordered([1, 1, 1, 1]), Dimension.ordered([1, 1, 2])
    small = (Dimension.ordered([1, 1, 0, 0]), Dimension.ordered([0, 0, 1]))
    large = (Dimension.ordered([0, 0, 1, 1]), Dimension.ordered([1, 1, 0]))
    regimes = (Regime(0.5, small, (0, -1)), Regime(0.5, large, (1, 0)))
    measure = Measure((size, extra), regimes)
    assert reached(measure, [0, 2], 1) == {(2, 0), (2, 1)}


def test_many_values_are_thinned_and_the_default_stays():
    measure = Measure.product([Dimension.continuous()])
    found = reach_of(measure, np.array([17]), (0,), n_values=5)
    assert found.cells.ravel().tolist() == [0, 17, 32, 64, 95, 127]
