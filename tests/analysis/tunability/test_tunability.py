"""What tuning buys: the published definition where nothing is noise, and honest where all is."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure
from sweeps.analysis.tunability.tried import Tried
from sweeps.analysis.tunability.tunability import tunability
from sweeps.errors import ResultsError

FLOAT = Dimension.continuous()
CHOICE = Dimension.unordered([1, 1, 1, 1])


def grid(*n_values):
    return np.stack([axis.ravel() for axis in np.indices(n_values)], axis=1)


def listed(n_values, means, n_seeds=2, noise=0.0, random_seed=0):
    """Give a sweep in which every configuration of a grid was run."""
    rng = np.random.default_rng(random_seed)
    cells, shared = grid(*n_values), rng.normal(size=n_seeds) if noise else 0.0
    scores = np.ravel(means)[:, None] + noise * rng.normal(size=(len(cells), n_seeds)) + shared
    measure = Measure.product([Dimension.ordered(np.ones(n)) for n in n_values])
    return Tried(cells, scores, paired=True), measure


def asked(tried, measure, defaults, random_seed=0, **options):
    rng = np.random.default_rng(random_seed)
    (found,) = tunability([tried], measure, defaults=np.array(defaults), rng=rng, **options)
    return found


def drawn(n, n_seeds, *, noise, signal=1.0, random_seed=0, paired=True):
    """Draw a sweep of which the last two hyperparameters, a float and a choice, do nothing."""
    rng = np.random.default_rng(random_seed)
    u = rng.random((n, 4))
    cells = np.stack([FLOAT.cells_of(u[:, :3].T)[j] for j in range(3)], axis=1)
    cells = np.column_stack([cells, CHOICE.cells_of(u[:, 3])])
    mean = signal * (np.sin(3 * u[:, 0]) + 2 * u[:, 1] ** 2 * (0.3 + u[:, 0]))
    shared = rng.normal(size=n_seeds) if paired else 0.0
    scores = mean[:, None] + noise * rng.normal(size=(n, n_seeds)) + shared
    return Tried(cells, scores, paired=paired), Measure.product([FLOAT, FLOAT, FLOAT, CHOICE])


def test_three_configurations_by_hand():
    """.5 at the defaults, .75 and .25 elsewhere: tuning buys .25."""
    tried, measure = listed([3], [0.5, 0.75, 0.25])
    found = asked(tried, measure, [0])
    assert [gain.term for gain in found.gains] == [(), (0,)]
    for gain in found.gains:
        assert (gain.value, gain.low, gain.high, gain.naive) == (0.25, 0.25, 0.25, 0.25)
        assert gain.choice == (1,)


def test_the_definition_by_hand_for_two_hyperparameters():
    """From 1 at the defaults: 3 by the first, 2 by the second, 6 by both."""
    tried, measure = listed([2, 2], [[1, 2], [3, 6]])
    found = asked(tried, measure, [0, 0], pairs=True)
    assert found.of(0).value == 2
    assert found.of(1).value == 1
    assert found.of(0, 1).value == found.of().value == 5
    assert found.of(0, 1).joint == 3
    assert found.of(0, 1).choice == (1, 1)


def test_defaults_that_nothing_beats_gain_nothing():
    tried, measure = listed([3], [0.5, 0.75, 0.25])
    assert asked(tried, measure, [1]).of(0).value == 0
    assert asked(tried, measure, [1]).of(0).choice == (1,)


def test_a_gain_on_a_grid_is_chosen_on_some_seeds_and_valued_on_others():
    """Two seeds: each chooses another setting, which is worth nothing on the other seed."""
    tried = Tried(grid(3), np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), paired=True)
    found = asked(tried, Measure.product([Dimension.ordered(np.ones(3))]), [0])
    assert found.of(0).value == 0
    assert found.of(0).naive == 0.5
    assert found.splits_seeds


@pytest.mark.slow
def test_intervals_of_a_grid_hold_an_irrelevant_hyperparameter():
    """100 sweeps of pure noise: at least 90 hold 0, and the mean is 0 within 3 errors."""
    gains = []
    for random_seed in range(100):
        tried, measure = listed([5, 4], np.zeros(20), 4, 1.0, random_seed)
        gains.append(asked(tried, measure, [2, 2]).of(0))
    assert sum(gain.low <= 0 <= gain.high for gain in gains) >= 90
    values = np.array([gain.value for gain in gains])
    assert abs(values.mean()) < 3 * values.std(ddof=1) / 10
    assert np.mean([gain.naive for gain in gains]) > 0.5


@pytest.mark.slow
@pytest.mark.parametrize(("n_seeds", "paired"), [(4, True), (1, True), (3, False)])
def test_an_irrelevant_hyperparameter_gains_nothing(n_seeds, paired):
    """3 sweeps a case: 0 in every interval, and less in the mean than by a naive look."""
    gains = []
    for random_seed in range(3):
        tried, measure = drawn(30, n_seeds, noise=0.5, random_seed=random_seed, paired=paired)
        found = asked(tried, measure, [20, 20, 40, 1])
        gains += [found.of(2), found.of(3)]
    assert all(gain.low <= 0 <= gain.high for gain in gains)
    naive = np.mean([gain.naive for gain in gains])
    assert abs(np.mean([gain.value for gain in gains])) < 0.75 * naive


@pytest.mark.slow
def test_pure_noise_gains_nothing():
    tried, measure = drawn(100, 3, noise=1.0, signal=0.0)
    found = asked(tried, measure, [20, 20, 40, 1], pairs=True)
    for gain in found.gains:
        assert gain.low <= 0 <= gain.high
        assert abs(gain.value) < 0.15


@pytest.mark.slow
def test_a_surface_finds_the_gain_of_what_was_not_run():
    """Truth: 2.0 for all together, 1.6 and .72 for the two alone."""
    tried, measure = drawn(200, 3, noise=0.1)
    at = (np.array([20, 20]) + 0.5) / 128
    u = (np.arange(128) + 0.5) / 128

    def mean(a, b):
        return np.sin(3 * a) + 2 * b**2 * (0.3 + a)

    found = asked(tried, measure, [20, 20, 40, 1])
    start = mean(*at)
    truth = mean(u[:, None], u).max() - start
    assert found.of().value == pytest.approx(truth, rel=0.15)
    assert found.of().low < truth < found.of().high
    assert found.of(0).value == pytest.approx(mean(u, at[1]).max() - start, abs=0.1)
    assert found.of(1).value == pytest.approx(mean(at[0], u).max() - start, abs=0.1)


@pytest.mark.slow
def test_neither_order_nor_scale_changes_a_gain():
    tried, measure = drawn(24, 2, noise=0.3)
    first = asked(tried, measure, [20, 30, 40, 1])
    rows, columns = np.random.default_rng(1).permutation(24), np.array([3, 1, 0, 2])
    moved = Tried(tried.cells[rows][:, columns], 8 * tried.table[rows] + 32, paired=True)
    second = asked(moved, measure.taken(columns), np.array([20, 30, 40, 1])[columns])
    for place, column in enumerate(columns):
        one, other = first.of(int(column)), second.of(place)
        assert [other.value, other.low, other.high, other.naive] == pytest.approx(
            [8 * one.value, 8 * one.low, 8 * one.high, 8 * one.naive]
        )
        assert np.array(one.choice)[columns].tolist() == list(other.choice)


@pytest.mark.slow
def test_the_same_generator_gives_the_same_numbers():
    tried, measure = drawn(20, 1, noise=0.3)
    first, same, other = (asked(tried, measure, [0, 0, 0, 0], seed) for seed in (0, 0, 1))
    assert str(first) == str(same)  # as text, in which NaN equals NaN
    assert str(first) != str(other)


def test_sweeps_without_defaults_take_the_best_on_average():
    """The second setting is best on average; each sweep has another best."""
    one, measure = listed([3], [0.5, 0.75, 0.25])
    two, _ = listed([3], [0.5, 0.75, 1.0])
    rng = np.random.default_rng(0)
    found = tunability([one, two], measure, defaults=None, rng=rng)
    assert [each.defaults for each in found] == [(1,), (1,)]
    assert [each.of(0).value for each in found] == [0, 0.25]


def test_few_configurations_are_refused_in_words():
    measure = Measure.product([Dimension.ordered(np.ones(3))])
    found = asked(Tried(grid(2), np.ones((2, 2)), paired=True), measure, [0])
    assert not found.gains
    assert "at least 20 configurations" in found.reasons[0]


def test_one_seed_cannot_be_both_judge_and_chooser_on_a_small_grid():
    tried, measure = listed([3], [0.5, 0.75, 0.25], n_seeds=1)
    assert "under two seeds" in asked(tried, measure, [0]).reasons[0]


def test_defaults_outside_the_space_are_refused():
    tried, measure = listed([3], [0.5, 0.75, 0.25])
    with pytest.raises(ResultsError, match="configuration of the space"):
        asked(tried, measure, [3])


def test_an_unknown_term_is_refused():
    tried, measure = listed([3], [0.5, 0.75, 0.25])
    with pytest.raises(ResultsError, match="pairs=True"):
        asked(tried, measure, [0]).of(0, 1)


def test_failed_runs_of_the_defaults_leave_gains_unknown():
    tried, measure = listed([2], [0.5, 0.75])
    failed = Tried(tried.cells, np.where(tried.cells == 0, np.nan, tried.table), paired=True)
    assert "at least 20" in asked(failed, measure, [0]).reasons[0]


def with_choice(scored, n_values=2):
    """Give a sweep over a float and a choice of which only some values have scores."""
    rng = np.random.default_rng(0)
    cells = np.stack([rng.integers(0, FLOAT.n_cells, 60), rng.choice(scored, 60)], axis=1)
    table = cells[:, [0]] / FLOAT.n_cells + cells[:, [1]] + 0.05 * rng.normal(size=(60, 3))
    measure = Measure.product([FLOAT, Dimension.unordered(np.ones(n_values))])
    return Tried(cells, table, paired=True), measure


@pytest.mark.slow
def test_defaults_with_a_value_that_nobody_scored_are_refused_in_words():
    tried, measure = with_choice([0])
    found = asked(tried, measure, [20, 1])
    assert not found.gains
    assert "no configuration with a score has" in found.reasons[0]


@pytest.mark.slow
def test_a_value_that_nobody_scored_is_never_chosen():
    tried, measure = with_choice([0, 1], n_values=3)
    found = asked(tried, measure, [20, 0], pairs=True)
    assert {gain.choice[1] for gain in found.gains} == {0, 1}
    assert found.of(1).value == pytest.approx(1, abs=0.1)


@pytest.mark.slow
def test_a_choice_of_which_one_value_has_scores_has_no_gain():
    tried, measure = with_choice([0])
    found = asked(tried, measure, [20, 0], pairs=True)
    for gain in (found.of(1), found.of(0, 1)):
        assert np.isnan([gain.value, gain.low, gain.high, gain.naive]).all()
    assert found.of(0).low > 0
    assert found.of().choice[1] == 0


@pytest.mark.slow
def test_sweeps_that_scored_different_values_have_no_defaults_in_common():
    one, measure = with_choice([0])
    two, _ = with_choice([1])
    rng = np.random.default_rng(0)
    found = tunability([one, two], measure, defaults=None, rng=rng)
    assert all("no defaults suit all" in each.reasons[0] for each in found)


@pytest.mark.slow
@pytest.mark.parametrize("random_seed", range(6))
def test_seeds_that_few_configurations_have_are_dealt_after_the_others(random_seed):
    """As after a race: 30 configurations under 3 seeds, and 3 of them under 24 more."""
    tried, measure = drawn(30, 27, noise=0.3)
    table = tried.table.copy()
    table[3:, 3:] = np.nan
    found = asked(Tried(tried.cells, table, paired=True), measure, [20, 20, 40, 1], random_seed)
    assert found.splits_seeds
    assert np.isfinite(found.of().value)


@pytest.mark.slow
def test_seeds_that_no_two_halves_could_have_are_not_split():
    """Each configuration has two seeds, but all share only one."""
    tried, measure = drawn(30, 4, noise=0.3)
    table = tried.table.copy()
    table[np.arange(30), 1 + np.arange(30) % 3] = np.nan
    table[np.arange(30), 1 + (np.arange(30) + 1) % 3] = np.nan
    found = asked(Tried(tried.cells, table, paired=True), measure, [20, 20, 40, 1])
    assert not found.splits_seeds
    assert np.isfinite(found.of().value)
