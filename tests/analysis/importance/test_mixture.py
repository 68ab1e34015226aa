"""A forest taken apart on regimes, against adding up all configurations one by one."""

from itertools import combinations, product

import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.forest import fit_forest
from sweeps.analysis.importance.measure import Measure, Regime
from sweeps.analysis.importance.mixture import decompose
from sweeps.analysis.importance.total import changed, total_effects
from sweeps.errors import ResultsError

ON = Dimension.ordered([1, 2, 1, 0])
OFF = Dimension.ordered([0, 0, 0, 1])
FREE = Dimension.ordered([2, 1, 1])


def kernel(*masses):
    return Dimension.unordered(masses)


@pytest.fixture
def conditional():
    """`kernel` of a, b, c; `z` is active for a and b only; `x` always is."""
    whole = (kernel(2, 1, 1), Dimension.ordered([3, 6, 3, 4]), FREE)
    return Measure(
        whole,
        (
            Regime(0.75, (kernel(2, 1, 0), ON, FREE), (0, 0, 0)),
            Regime(0.25, (kernel(0, 0, 1), OFF, FREE), (1, -1, 0)),
        ),
    )


@pytest.fixture
def nested():
    """`z` is active for one value of `inner`, which is active for one of `outer`."""
    two, off = Dimension.unordered, Dimension.unordered([0, 0, 1])
    return Measure(
        (two([1, 1]), two([1, 1, 2]), Dimension.ordered([1, 2, 1, 12])),
        (
            Regime(0.5, (two([1, 0]), off, OFF), (0, -1, -1)),
            Regime(0.25, (two([0, 1]), two([1, 0, 0]), OFF), (1, 0, -1)),
            Regime(0.25, (two([0, 1]), two([0, 1, 0]), ON), (1, 1, 0)),
        ),
    )


def everything(measure):
    """All configurations with their probabilities and the number of their regime."""
    found = []
    for number, regime in enumerate(measure.regimes):
        for cells in product(*(np.flatnonzero(each.masses) for each in regime.dimensions)):
            mass = regime.mass * np.prod(
                [each.masses[c] for each, c in zip(regime.dimensions, cells, strict=True)]
            )
            found.append((*cells, mass, number))
    table = np.array(found)
    return table[:, :-2].astype(int), table[:, -2], table[:, -1].astype(int)


def grown(measure, random_seed=0):
    rng = np.random.default_rng(random_seed)
    cells = measure.points(60)
    scores = rng.normal(size=60)
    return fit_forest(cells, scores, np.ones(60), measure.dimensions, random_state=0, n_trees=8)


def average_given(values, masses, labels):
    codes = np.unique(labels, axis=0, return_inverse=True)[1]
    return (np.bincount(codes, masses * values) / np.bincount(codes, masses))[codes]


def variance(values, masses):
    return masses @ (values - masses @ values) ** 2


def test_the_variance_between_regimes_goes_to_the_parent_and_the_rest_to_what_is_active(
    conditional,
):
    forest = grown(conditional)
    cells, masses, regimes = everything(conditional)
    values = forest.predict(cells)
    found = decompose(forest, conditional, [(0,), (1,), (2,)])
    assert found.mean == pytest.approx(masses @ values)
    assert found.variance == pytest.approx(variance(values, masses))
    between = average_given(values, masses, regimes[:, None])
    for j in range(3):
        own = average_given(values, masses, np.stack([regimes, cells[:, j]], axis=1)) - between
        expected = masses @ own**2 + (variance(between, masses) if j == 0 else 0)
        assert found.effects[j,].variance == pytest.approx(expected)
        at_rows = found.effects[j,].at((j,), cells, regimes)
        assert masses @ at_rows**2 == pytest.approx(expected)


def test_without_interactions_of_three_main_effects_and_pairs_add_up(conditional):
    forest = grown(conditional)
    terms = [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)]
    found = decompose(forest, conditional, terms)
    together = sum(effect.variance for effect in found.effects.values())
    assert 0.8 * found.variance < together <= found.variance * (1 + 1e-9)


def test_interactions_of_all_orders_add_up(conditional):
    forest = grown(conditional)
    terms = [term for size in (1, 2, 3) for term in combinations(range(3), size)]
    found = decompose(forest, conditional, terms)
    cells, masses, regimes = everything(conditional)
    effects = [found.effects[term].at(term, cells, regimes) for term in terms]
    np.testing.assert_allclose(sum(effects), forest.predict(cells) - found.mean, atol=1e-12)
    together = sum(effect.variance for effect in found.effects.values())
    assert together == pytest.approx(found.variance)
    assert masses @ effects[-1] ** 2 == pytest.approx(found.effects[terms[-1]].variance)


def test_a_parent_that_is_conditional_itself_gets_what_its_own_regimes_differ_by(nested):
    forest = grown(nested)
    cells, masses, _ = everything(nested)
    values = forest.predict(cells)
    found = decompose(forest, nested, [(0,), (1,), (2,)])
    outer = average_given(values, masses, cells[:, :1])
    inner = average_given(values, masses, cells[:, :2])
    expected = [variance(outer, masses), masses @ (inner - outer) ** 2]
    assert [found.effects[j,].variance for j in (0, 1)] == pytest.approx(expected)
    assert found.effects[2,].variance == pytest.approx(masses @ (values - inner) ** 2)
    assert sum(e.variance for e in found.effects.values()) == pytest.approx(found.variance)


def test_a_total_effect_is_what_is_left_when_all_others_are_known():
    measure = Measure.product([FREE, kernel(1, 1), FREE])
    forest = grown(measure)
    cells, masses, _ = everything(measure)
    values = forest.predict(cells)
    found = total_effects(forest, measure, cells, values)
    for j in range(3):
        others = average_given(values, masses, np.delete(cells, j, axis=1))
        assert found[j].variance == pytest.approx(masses @ (values - others) ** 2, rel=0.05)


def test_another_value_of_a_parent_draws_anew_what_becomes_active_and_keeps_the_rest(conditional):
    cells = np.array([[2, 3, 1]] * 400)
    positions = np.random.default_rng(0).random((400, 4))
    found = changed(cells, 0, conditional, positions)
    assert (found[:, 2] == 1).all()
    is_on = found[:, 0] < 2
    assert (found[is_on, 1] < 3).all()
    assert (found[~is_on, 1] == 3).all()
    assert is_on.mean() == pytest.approx(0.75, abs=0.06)


def test_what_is_inactive_cannot_be_changed(conditional):
    cells = np.array([[2, 3, 1]] * 10)
    found = changed(cells, 1, conditional, np.random.default_rng(0).random((10, 4)))
    np.testing.assert_array_equal(found, cells)


def test_points_of_a_measure_fall_into_regimes_as_their_masses_say(conditional, nested):
    for measure in (conditional, nested):
        regimes = measure.regime_of(measure.points(2000))
        masses = [regime.mass for regime in measure.regimes]
        assert np.bincount(regimes) / 2000 == pytest.approx(masses, abs=0.01)


def test_masses_that_do_not_add_up_are_refused():
    with pytest.raises(ResultsError, match="add up to 1"):
        Measure((FREE,), (Regime(0.5, (FREE,), (0,)),))
