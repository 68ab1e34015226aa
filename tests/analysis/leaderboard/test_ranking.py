"""The order of a leaderboard and its ties against scipy and hand-made cases."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.leaderboard.ranking import differences_to, leaderboard_order, tied_with
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError
from tests.analysis.making import scores_of


@pytest.fixture
def table():
    """Six configurations under 12 paired seeds whose effect is larger than their differences."""
    rng = np.random.default_rng(0)
    return np.linspace(0, 1, 6)[:, None] + rng.normal(0, 3, 12) + rng.normal(0, 0.3, (6, 12))


def test_configurations_left_out_keep_their_number_and_lose_their_runs():
    """Choosing all of them changes nothing."""
    scores = scores_of(np.arange(6.0).reshape(3, 2))
    assert scores.among(np.ones(3, dtype=bool)) is scores
    left = scores.among(np.array([True, False, True]))
    assert left.score.tolist() == [0.0, 1.0, 4.0, 5.0]
    assert (left.groups.tolist(), left.seeds.tolist(), left.n_groups) == (
        [0, 0, 2, 2],
        [0, 1] * 2,
        3,
    )


def test_better_mean_comes_first_in_either_mode():
    """With equal numbers of finished runs the mean decides, and its sign follows the mode."""
    mean = [0.2, 0.9, 0.5]
    assert leaderboard_order([0] * 3, [5] * 3, mean, mode="max").tolist() == [1, 2, 0]
    assert leaderboard_order([0] * 3, [5] * 3, mean, mode="min").tolist() == [0, 2, 1]


def test_failures_rank_below_every_configuration_without_one():
    """A mean over survivors does not beat a mean over all seeds, and none is last."""
    order = leaderboard_order(
        n_failed=[1, 0, 0, 4, 2],
        n_finished=[4, 5, 2, 0, 3],
        mean=[9.0, 1.0, 8.0, np.nan, 9.5],
        mode="max",
    )
    assert order.tolist() == [1, 2, 0, 4, 3]


def test_unfinished_configurations_rank_below_complete_ones():
    """A lucky first seed does not lead."""
    assert leaderboard_order([0, 0], [1, 30], [9.0, 1.0], mode="max").tolist() == [1, 0]


def test_equal_means_keep_their_order():
    """A tie is broken by the order of the configurations."""
    assert leaderboard_order([0] * 3, [2] * 3, [1.0, 1.0, 1.0], mode="min").tolist() == [0, 1, 2]


def test_unknown_mode_is_refused():
    """A mode is `max` or `min`."""
    with pytest.raises(ResultsError, match="`mode` must be"):
        leaderboard_order([0], [1], [1.0], mode="best")


def test_paired_differences_equal_the_paired_t_test_of_scipy(table):
    """Each difference has the interval of `scipy.stats.ttest_rel`."""
    interval = differences_to(5, scores_of(table), paired=True)
    for i in range(5):
        expected = stats.ttest_rel(table[i], table[5]).confidence_interval(0.95)
        np.testing.assert_allclose([interval.low[i], interval.high[i]], expected, rtol=1e-9)
    assert interval.low[5] == interval.high[5] == 0


def test_unpaired_differences_equal_the_welch_test_of_scipy(table):
    """Seeds that are not paired are compared as independent samples."""
    interval = differences_to(5, scores_of(table), paired=False)
    for i in range(5):
        test = stats.ttest_ind(table[i], table[5], equal_var=False)
        np.testing.assert_allclose(
            [interval.low[i], interval.high[i]], test.confidence_interval(0.95), rtol=1e-9
        )


def test_pairing_tells_apart_what_the_seed_hides(table):
    """Where the seed drives the score, only the paired comparison sees the difference."""
    scores = scores_of(table)
    assert not tied_with(5, scores, paired=True)[0]
    assert tied_with(5, scores, paired=False)[0]


def test_only_shared_seeds_are_paired(table):
    """A seed that one side lacks is left out of the comparison."""
    holed = table.copy()
    holed[0, :3], holed[5, 3:5] = np.nan, np.nan
    expected = stats.ttest_rel(table[0, 5:], table[5, 5:]).confidence_interval(0.95)
    interval = differences_to(5, scores_of(holed), paired=True)
    np.testing.assert_allclose([interval.low[0], interval.high[0]], expected, rtol=1e-9)


def test_too_few_shared_seeds_fall_back_to_independent_samples(table):
    """Configurations with seeds of their own are compared without pairs."""
    holed = table.copy()
    holed[0, :6], holed[5, 6:] = np.nan, np.nan
    test = stats.ttest_ind(table[0, 6:], table[5, :6], equal_var=False)
    interval = differences_to(5, scores_of(holed), paired=True)
    np.testing.assert_allclose(
        [interval.low[0], interval.high[0]], test.confidence_interval(0.95), rtol=1e-9
    )


def test_too_few_seeds_cannot_tell_apart():
    """One seed each is no evidence of a difference; no finished run is no tie."""
    scores = scores_of([[0.0], [9.0], [np.nan]])
    assert tied_with(1, scores, paired=True).tolist() == [True, True, False]


def test_scores_that_never_change_are_told_apart_exactly():
    """Without any spread, equal scores are tied and different ones are not."""
    scores = scores_of([[0.3] * 4, [0.3] * 4, [0.1] * 4])
    for paired in (True, False):
        assert tied_with(0, scores, paired=paired).tolist() == [True, True, False]


def test_ties_are_corrected_for_the_number_of_configurations():
    """What 40 comparisons would find by luck is told apart from the leader by one only."""
    rng = np.random.default_rng(2)
    leader, near = rng.normal(0.0, 1.0, 10), rng.normal(-1.1, 1.0, 10)
    assert 0.05 / 40 < stats.ttest_ind(leader, near, equal_var=False).pvalue < 0.05
    assert not tied_with(0, scores_of([leader, near]), paired=False)[1]
    others = rng.normal(-1.1, 1.0, (39, 10))
    assert tied_with(0, scores_of([leader, near, *others]), paired=False)[1]


def test_ties_ignore_order_labels_and_scale(table):
    """Shuffled runs, relabelled configurations and seeds and another unit leave ties alone."""
    rng = np.random.default_rng(1)
    scores = scores_of(table)
    names, seeds = rng.permutation(6), rng.permutation(1000)
    order = rng.permutation(len(scores.score))
    moved = Scores(
        scores.score[order] * -250.0 + 17.0,
        names[scores.groups[order]],
        seeds[scores.seeds[order]],
        6,
    )
    before = tied_with(5, scores, paired=True)
    assert 1 < before.sum() < 6
    np.testing.assert_array_equal(tied_with(int(names[5]), moved, paired=True)[names], before)


def test_differences_allow_for_seeds_that_share_levels():
    """Six seeds of two splits are two draws of the luck of the split."""
    splits = np.repeat([0, 1], 3)
    shared = SharedLevels(np.arange(6), splits[None], ("split",))
    scores = scores_of(np.stack([np.zeros(6), 1.0 + splits]))
    found = differences_to(0, scores, paired=True, shared=shared)
    expected = stats.t.interval(0.95, 1, loc=1.5, scale=0.5)
    assert [found.low[1], found.high[1]] == pytest.approx(list(expected))
    assert tied_with(0, scores, paired=True, shared=shared).tolist() == [True, True]
    assert tied_with(0, scores, paired=True).tolist() == [True, False]
