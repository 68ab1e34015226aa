"""Corrections for many comparisons against published cases, scipy and their own promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.comparing.multiple import best_set, holm
from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.leaderboard.ranking import tied_with
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError
from tests.analysis.making import scores_of

NAN = np.nan


@pytest.fixture
def table():
    """Six configurations under 12 paired seeds whose effect is larger than their differences."""
    rng = np.random.default_rng(0)
    return np.linspace(0, 1, 6)[:, None] + rng.normal(0, 3, 12) + rng.normal(0, 0.3, (6, 12))


def test_holm_equals_the_example_worked_by_hand():
    """Sorted p-values times 4, 3, 2, 1, never falling."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_keeps_and_ignores_unknown_p_values():
    """A comparison without a p-value is none."""
    adjusted = holm([NAN, 0.01, 0.03, NAN])
    assert adjusted == pytest.approx([NAN, 0.02, 0.03, NAN], nan_ok=True)
    assert holm([]).shape == (0,)


def test_holm_treats_equal_p_values_alike():
    """Position breaks no tie, and nothing exceeds 1."""
    assert holm([0.02, 0.02, 0.9]) == pytest.approx([0.06, 0.06, 0.9])
    assert holm([0.9, 0.8]).max() == 1.0


@pytest.mark.parametrize("paired", [True, False])
def test_intervals_are_those_of_scipy_at_the_corrected_level(table, paired):
    """Five comparisons: each has the t interval at 99 %, and five times its p-value."""
    found = best_set(5, scores_of(table), paired=paired, mode="max")
    for i in range(5):
        both = (table[i], table[5])
        test = stats.ttest_rel(*both) if paired else stats.ttest_ind(*both, equal_var=False)
        assert [found.low[i], found.high[i]] == pytest.approx(list(test.confidence_interval(0.99)))
        assert found.p_value[i] == pytest.approx(test.pvalue)
        assert found.p_adjusted[i] == pytest.approx(min(5 * test.pvalue, 1.0))
    assert found.n_compared == 5


@pytest.mark.parametrize("pooled", [True, False])
@pytest.mark.parametrize("paired", [True, False])
def test_tie_interval_and_corrected_p_value_say_the_same(table, paired, pooled):
    """What is tied has an interval with 0 in it and a corrected p-value above 0.05."""
    found = best_set(5, scores_of(table), paired=paired, mode="max", pooled=pooled)
    holds_zero = (found.low <= 0) & (found.high >= 0)
    np.testing.assert_array_equal(found.is_tied, holds_zero)
    np.testing.assert_array_equal(found.is_tied[:5], found.p_adjusted[:5] > 0.05)
    assert found.difference[5] == found.low[5] == found.high[5] == 0
    assert np.isnan(found.p_value[5])


@pytest.mark.parametrize("paired", [True, False])
def test_ties_are_those_of_the_leaderboard(table, paired):
    """`tied_with` and `best_set` answer alike."""
    scores = scores_of(table)
    expected = tied_with(5, scores, paired=paired)
    found = best_set(5, scores, paired=paired, mode="max")
    np.testing.assert_array_equal(found.is_tied, expected)


@pytest.mark.slow
def test_common_variance_equals_dunnett_of_scipy(table):
    """Independent samples with one variance have the p-values of `scipy.stats.dunnett`."""
    found = best_set(5, scores_of(table), paired=False, mode="max", pooled=True)
    expected = stats.dunnett(*table[:5], control=table[5], random_state=np.random.default_rng(0))
    assert found.p_adjusted[:5] == pytest.approx(expected.pvalue, abs=2e-3)
    bounds = expected.confidence_interval(0.95)
    assert found.low[:5] == pytest.approx(bounds.low, abs=0.02)
    assert found.high[:5] == pytest.approx(bounds.high, abs=0.02)


def test_common_variance_of_pairs_is_what_configurations_and_seeds_leave(table):
    """With shared seeds the error is that of the residual mean square; two need no more."""
    found = best_set(1, scores_of(table[:2]), paired=True, mode="max", pooled=True)
    test = stats.ttest_rel(table[0], table[1])
    assert found.p_adjusted[0] == pytest.approx(test.pvalue)
    assert [found.low[0], found.high[0]] == pytest.approx(list(test.confidence_interval(0.95)))


def test_common_variance_takes_every_seed_of_every_configuration(table):
    """With a missing run each configuration keeps its own variance, and a reason says so."""
    table[2, 3] = NAN
    plain = best_set(5, scores_of(table), paired=True, mode="max")
    found = best_set(5, scores_of(table), paired=True, mode="max", pooled=True)
    assert found.method == plain.method
    assert "every configuration finished" in found.reasons[0]
    np.testing.assert_array_equal(found.low, plain.low)


def test_common_variance_compares_single_runs():
    """One variance for all gives an interval even to a configuration with one run."""
    rows = [[0.0, 0.1, 0.05, 0.02], [5.0, NAN, NAN, NAN]]
    found = best_set(0, scores_of(rows), paired=False, mode="min", pooled=True)
    assert not found.is_tied[1]


def test_too_few_seeds_are_tied_and_counted():
    """One run is no evidence; no run is no tie; both are said."""
    scores = scores_of([[0.0, NAN], [9.0, 8.0], [NAN, NAN], [1.0, 1.5]])
    found = best_set(1, scores, paired=False, mode="max")
    assert found.is_tied.tolist() == [True, True, False, False]
    assert found.n_compared == 1
    assert "1 configuration is counted as tied" in found.reasons[0]
    assert "1 configuration is left out" in found.reasons[1]


def test_better_mean_than_the_leader_is_said():
    """A leader for other reasons than its mean makes the set something else."""
    scores = scores_of([[1.0, 1.1], [3.0, 3.1]])
    assert best_set(1, scores, paired=False, mode="max").reasons == ()
    assert "better on average" in best_set(1, scores, paired=False, mode="min").reasons[0]


@pytest.mark.parametrize("pooled", [True, False])
def test_order_labels_and_scale_change_no_comparison(table, pooled):
    """Shuffled runs, relabelled configurations and seeds and another unit leave p-values alone."""
    rng = np.random.default_rng(1)
    scores = scores_of(table)
    names, seeds, order = rng.permutation(6), rng.permutation(1000), rng.permutation(72)
    moved = Scores(
        scores.score[order] * 250.0 + 17.0,
        names[scores.groups[order]],
        seeds[scores.seeds[order]],
        6,
    )
    before = best_set(5, scores, paired=True, mode="max", pooled=pooled)
    after = best_set(int(names[5]), moved, paired=True, mode="max", pooled=pooled)
    assert after.p_adjusted[names] == pytest.approx(before.p_adjusted, nan_ok=True, rel=1e-6)
    assert after.low[names] == pytest.approx(before.low * 250)


def test_huge_scores_overflow_nothing():
    """Losses of 1e308 are compared without a warning."""
    scores = scores_of([[1e308, 1.1e308, 1.2e308], [-1e307, 1e307, 3e307]])
    for pooled in (True, False):
        assert not best_set(1, scores, paired=False, mode="min", pooled=pooled).is_tied[0]


@pytest.mark.parametrize(("mode", "level"), [("best", 0.95), ("max", 95)])
def test_arguments_out_of_range_are_refused(mode, level):
    """A mode or a level that is none is refused."""
    with pytest.raises(ResultsError):
        best_set(0, scores_of([[1.0, 2.0]]), paired=True, mode=mode, level=level)


@pytest.mark.slow
@pytest.mark.parametrize("pooled", [True, False])
def test_set_holds_the_best_although_the_leader_was_picked_by_looking(pooled):
    """Of 10 configurations, the best one is in the set at least 95 times in 100."""
    rng = np.random.default_rng(7)
    truth = np.r_[0.3, np.zeros(9)]
    n_draws, missed = 100 if pooled else 2_000, 0
    for _ in range(n_draws):
        table = truth[:, None] + rng.normal(size=(10, 5))
        leader = int(table.mean(axis=1).argmax())
        found = best_set(leader, scores_of(table), paired=False, mode="max", pooled=pooled)
        missed += not found.is_tied[0]
    assert missed / n_draws < 0.05


def test_a_set_over_shared_levels_has_no_common_variance():
    """Its intervals allow for the levels, and it says that `pooled` does not."""
    rng = np.random.default_rng(7)
    splits = np.repeat(np.arange(5), 6)
    shared = SharedLevels(np.arange(30), splits[None], ("split",))
    scores = scores_of(rng.normal(size=(4, 5))[:, splits] + 0.01 * rng.normal(size=(4, 30)))
    found = best_set(0, scores, paired=True, mode="max", shared=shared)
    assert found.method == "t over shared levels, Bonferroni"
    alone = best_set(0, scores, paired=True, mode="max")
    assert ((found.high - found.low)[1:] > 1.5 * (alone.high - alone.low)[1:]).all()
    pooled = best_set(0, scores, paired=True, mode="max", shared=shared, pooled=True)
    assert pooled.note.startswith("A variance common to all configurations takes independent")
    np.testing.assert_array_equal(pooled.low, found.low)
    tied = tied_with(0, scores, paired=True, shared=shared)
    np.testing.assert_array_equal(tied, found.is_tied)


@pytest.mark.slow
def test_equal_configurations_are_all_tied_where_luck_sits_in_the_split():
    """In 95 % of sweeps at least, to a leader named beforehand; as if independent, in few."""
    rng = np.random.default_rng(8)
    levels = np.indices((5, 6)).reshape(2, -1)
    shared = SharedLevels(np.arange(30), levels, ("split", "init"))
    n_tied = {True: 0, False: 0}
    for _ in range(400):
        scores = scores_of(rng.normal(size=(8, 5))[:, levels[0]] + 0.3 * rng.normal(size=(8, 30)))
        for allows in n_tied:
            tied = tied_with(0, scores, paired=True, shared=shared if allows else None)
            n_tied[allows] += bool(tied.all())
    assert n_tied[True] / 400 >= 0.94
    assert n_tied[False] / 400 < 0.6
