"""`compare` and `compare_to_best`: on the right seeds, in order, in line with the ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweeps.errors import ResultsError, UnknownConfigError
from tests.results.making import frame_of, luck, race_of, results_of


def ranked(results, table):
    """Give the scores of the table in the order of the leaderboard."""
    return table[results.configs["x"].to_numpy(dtype=int)]


def test_shared_seeds_are_compared_in_pairs():
    """With the paired t test, and the exact one behind the p-value to quote."""
    table = luck(8, 8)
    results = results_of(frame_of(table))
    first, last = ranked(results, table)[[0, -1]]
    found = results.compare(1, 8)
    test = stats.ttest_rel(first, last)
    assert found.paired
    assert found.difference == pytest.approx((first - last).mean())
    assert [found.t, found.p_t] == pytest.approx([test.statistic, test.pvalue])
    assert [found.low, found.high] == pytest.approx(list(test.confidence_interval()))
    exact = stats.permutation_test(
        (first - last,), np.mean, permutation_type="samples", n_resamples=np.inf
    )
    assert found.p_value == found.p_exact == pytest.approx(exact.pvalue)
    assert (found.config_a, found.config_b) == tuple(results.configs["config_id"].iloc[[0, -1]])
    assert (found.n_pairs, found.role) == (8, "race")


def test_independent_seeds_are_compared_by_welch():
    """By declaration, or where too few are shared."""
    table = luck(2, 6)
    apart = frame_of(table)
    apart["seed"] = np.arange(12) % 11  # one is shared, which is too few
    for results in (results_of(frame_of(table), paired=False), results_of(apart)):
        found = results.compare("best", 2)
        test = stats.ttest_ind(*ranked(results, table), equal_var=False)
        assert not found.paired
        assert found.p_value == found.p_t == pytest.approx(test.pvalue)
        assert found.smallest_p == pytest.approx(2 / 924)


def test_five_pairs_say_that_they_cannot_reach_five_per_cent():
    """Whatever the scores."""
    found = results_of(frame_of(luck(2, 5, noise=0.01))).compare(1, 2)
    assert found.p_value == found.smallest_p == 0.0625
    assert any("0.0625" in reason for reason in found.reasons)


def test_fresh_seeds_are_used_where_both_have_them():
    """They had no part in choosing; `role` chooses otherwise."""
    results = results_of(frame_of(luck()), frame_of(luck(8, 4, seed=9)[4:], "validation", first=4))
    fresh = results.configs["n_validated"] > 0
    ranks = [int(rank) for rank in results.configs.loc[fresh, "rank"]][:2]
    assert results.compare(*ranks).role == "validation"
    assert results.compare(*ranks).n_a == 4
    assert results.compare(*ranks, role="race").n_a == 10
    other = int(results.configs.loc[~fresh, "rank"].iloc[0])
    assert results.compare(ranks[0], other).role == "race"
    with pytest.raises(ResultsError, match="`race` or `validation`, got 'fresh'"):
        results.compare(1, 2, role="fresh")


def test_seeds_that_nobody_ran_on_give_reasons_and_no_figure():
    """Asked for by name, they are not replaced by others."""
    found = results_of(frame_of(luck())).compare(1, 2, role="validation")
    assert (found.n_a, found.n_b, found.role) == (0, 0, "validation")
    assert np.isnan([found.difference, found.low, found.p_t]).all()
    assert found.reasons


def test_failures_lose_and_are_counted():
    """They enter no mean, but the probability of improvement."""
    table = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 2.5, np.nan, np.nan]])
    found = results_of(frame_of(table)).compare(1, 2)
    assert (found.n_failed_a, found.n_failed_b, found.n_pairs) == (0, 2, 2)
    assert found.difference == -1.25
    assert found.probability_of_improvement.value == 0.5


def test_runs_stopped_early_neither_finished_nor_failed():
    """They say nothing of the score at the end."""
    frame = frame_of(luck(2, 6))
    frame["status"] = "finished"
    frame.loc[frame["seed"] >= 4, "status"] = "stopped"
    found = results_of(frame, status="status").compare(1, 2)
    assert (found.n_pairs, found.n_failed_a, found.n_failed_b) == (4, 0, 0)


def test_the_order_of_the_two_turns_everything_around():
    """The same comparison with the other sign."""
    results = results_of(frame_of(luck()))
    one, other = results.compare(1, 4), results.compare(4, 1)
    assert one.difference == pytest.approx(-other.difference)
    assert one.low == pytest.approx(-other.high)
    assert one.p_value == pytest.approx(other.p_value)
    assert one.probability_of_improvement.value == pytest.approx(
        1 - other.probability_of_improvement.value
    )


def test_what_cannot_be_compared_is_refused():
    """A configuration with itself, or one that is not there."""
    results = results_of(frame_of(luck()))
    with pytest.raises(ResultsError, match="must differ"):
        results.compare("best", 1)
    with pytest.raises(UnknownConfigError, match="between 1 and 8"):
        results.compare(1, 9)


@pytest.mark.parametrize("paired", [True, False])
def test_ties_agree_with_the_leaderboard(paired):
    """`tied` is `tied_with_best`, and follows from the interval and the corrected p-value."""
    results = results_of(frame_of(luck()), paired=paired)
    found = results.compare_to_best()
    assert found["config_id"].tolist() == results.configs["config_id"].tolist()
    assert found["tied"].tolist() == results.configs["tied_with_best"].tolist()
    others = found.iloc[1:]
    holds_zero = (others["low"] <= 0) & (others["high"] >= 0)
    assert holds_zero.tolist() == others["tied"].tolist()
    assert (others["p_adjusted"] > 0.05).tolist() == others["tied"].tolist()
    assert (found.n_compared, found.n_tied) == (7, int(others["tied"].sum()))
    assert found.loc[0, ["difference", "low", "high"]].tolist() == [0, 0, 0]


def test_comparisons_are_each_with_the_leader():
    """Its mean minus the leader's, corrected for seven of them."""
    table = luck()
    results = results_of(frame_of(table))
    best = ranked(results, table)[0]
    for scores, row in zip(
        ranked(results, table)[1:], results.compare_to_best()[1:].to_dict("records"), strict=True
    ):
        test = stats.ttest_rel(scores, best)
        low, high = test.confidence_interval(1 - 0.05 / 7)
        assert row["difference"] == pytest.approx((scores - best).mean())
        assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
        assert row["p_value"] == pytest.approx(test.pvalue)
        assert row["p_adjusted"] == pytest.approx(min(7 * test.pvalue, 1))


def test_a_common_variance_narrows_the_intervals_at_few_seeds():
    """And its ties are by its own intervals."""
    results = results_of(frame_of(luck(8, 3)))
    each, pooled = results.compare_to_best(), results.compare_to_best(pooled=True)
    width = each["high"] - each["low"]
    assert ((pooled["high"] - pooled["low"])[1:] < width[1:]).mean() > 0.5
    holds_zero = (pooled["low"] <= 0) & (pooled["high"] >= 0)
    assert pooled["tied"].tolist() == holds_zero.tolist()
    assert pooled.estimator != each.estimator


def test_one_seed_ties_everybody_and_says_why():
    """No interval, so nothing is told apart."""
    found = results_of(frame_of(luck(4, 1))).compare_to_best()
    assert found["tied"].all()
    assert found["low"].isna().tolist() == [False, True, True, True]
    assert found["reason"].notna().tolist() == [False, True, True, True]
    assert found.reasons


def test_what_a_race_dropped_is_not_compared():
    """Unless it was validated."""
    table = luck(8, 9).astype(object)
    table[:5, 1:] = None
    table[5, 3:] = None
    race = race_of(
        frame_of(table), frame_of(luck(8, 6)[[0, 7]], "validation").replace({"x": {1: 7}})
    )
    found = race.compare_to_best()
    fresh = found["role"] == "validation"
    assert set(found.loc[fresh, "x"]) <= {0, 7}
    dropped = (race.configs["rung"] < 9) & ~fresh
    assert dropped.any()
    assert found.loc[dropped, "difference"].isna().all()
    assert found.loc[dropped, "reason"].str.contains("dropped").all()
    assert not found.loc[dropped, "tied"].any()
    assert found["tied"].tolist() == race.configs["tied_with_best"].tolist()


def test_what_a_race_dropped_does_not_widen_the_intervals():
    """The correction counts the configurations of the leader's rung, here two others."""
    table = luck(8, 9).astype(object)
    kept = race_of(frame_of(table[5:], first=5))
    table[:3, 1:] = None
    table[3:5, 3:] = None
    race = race_of(frame_of(table))
    all_of_them, alone = race.compare_to_best(), kept.compare_to_best()
    figures = ["difference", "low", "high", "p_value", "p_adjusted", "tied"]
    assert all_of_them.n_compared == alone.n_compared == 2
    pd.testing.assert_frame_equal(
        pd.DataFrame(all_of_them[figures].iloc[:3]), pd.DataFrame(alone[figures])
    )
    tied = race.configs["tied_with_best"]
    assert tied[:3].tolist() == kept.configs["tied_with_best"].tolist()


def test_reasons_concern_the_comparisons_that_were_made():
    """Nothing is said of dropped configurations, nor of seeds that were not used."""
    table = luck(8, 9).astype(object)
    table[:5, 1:] = None
    race = race_of(frame_of(table))
    assert race.compare_to_best().reasons == ()
    assert race.compare_to_best(pooled=True).reasons == ()
    once = race_of(frame_of(luck(8, 1)), frame_of(luck(8, 6), "validation"), rungs=(1,))
    fresh = once.compare_to_best()
    assert (fresh["role"] == "validation").all()
    assert not any("counted as tied" in reason for reason in fresh.reasons)


def test_a_configuration_without_a_run_is_counted_in_the_reasons():
    """With a fixed number of seeds nobody dropped it."""
    table = luck(3, 4)
    table[0] = np.nan
    (reason,) = results_of(frame_of(table)).compare_to_best().reasons
    assert reason == "1 configuration is left out, without any finished run."


def test_a_leader_picked_by_the_same_scores_comes_with_a_warning():
    """Two configurations, or two of which neither leads, need none."""
    picked = "picked as the best by these very scores"
    results = results_of(frame_of(luck()))
    assert picked in results.compare(1, 2).reasons[-1]
    assert picked in results.compare(3, "best").reasons[-1]
    fresh = results_of(frame_of(luck()), frame_of(luck(seed=8), "validation"))
    two = results_of(frame_of(luck(2)))
    for found in (results.compare(2, 3), fresh.compare(1, 2), two.compare(1, 2)):
        assert not any(picked in reason for reason in found.reasons)
