"""Designs over the sources of the seeds: every answer about race seeds allows for shared levels."""

from __future__ import annotations

import numpy as np
import pytest

from tests.results.making import frame_of, results_of

SPLIT, INIT = np.indices((5, 6)).reshape(2, -1)
SOURCES = ["split", "init"]


def table_of(n_configs=8, seed=4):
    """Luck of each configuration sits in the split alone."""
    rng = np.random.default_rng(seed)
    own = rng.normal(size=(n_configs, 5))[:, SPLIT]
    return own + rng.normal(0, 2, 5)[SPLIT] + 0.05 * rng.normal(size=(n_configs, 30))


def designed(table, *, is_nested=False, **options):
    """Read a table of configurations and 30 seeds as 5 splits with 6 initialisations each."""
    frame = frame_of(table)
    frame["split"] = SPLIT[frame["seed"]] + 10
    frame["init"] = (INIT + 6 * SPLIT * is_nested)[frame["seed"]]
    return results_of(frame.sample(frac=1, random_state=1), sources=SOURCES, **options)


def widths(results):
    return (results.configs["high"] - results.configs["low"]).to_numpy()


def by_split(table):
    """Give what each split says on average, as seeds that are independent."""
    return results_of(frame_of(table.reshape(len(table), 5, 6).mean(axis=2)))


@pytest.mark.parametrize("is_nested", [False, True])
def test_thirty_seeds_of_five_splits_say_what_five_seeds_say(is_nested):
    """Leaderboard, ties, winner and comparisons, where the luck sits in the split."""
    table = table_of()
    results, expected = designed(table, is_nested=is_nested), by_split(table)
    assert results.design == ("nested" if is_nested else "crossed")
    ours, theirs = results.configs, expected.configs
    assert ours["x"].tolist() == theirs["x"].tolist()
    assert widths(results) == pytest.approx(widths(expected), rel=0.02)
    assert (ours["n_seeds"] == 30).all()
    assert ours["tied_with_best"].tolist() == theirs["tied_with_best"].tolist()
    assert ours["mean"].tolist() == pytest.approx(theirs["mean"].tolist())
    naive, same = results.best().naive, expected.best().naive
    assert [naive.low, naive.high] == pytest.approx([same.low, same.high], abs=0.05)
    assert (naive.low, naive.high) == (ours["low"][0], ours["high"][0])
    left_out = results.best().leave_one_seed_out
    assert left_out.high - left_out.low == pytest.approx(widths(expected)[0], rel=0.5)
    two, five = results.compare(1, 2), expected.compare(1, 2)
    assert [two.low, two.high] == pytest.approx([five.low, five.high], abs=0.05)
    assert (two.p_exact, two.smallest_p) == (five.p_exact, 2 / 2**5)
    assert two.p_value == two.p_t
    all_of_them, few = results.compare_to_best(), expected.compare_to_best()
    assert all_of_them["low"].tolist() == pytest.approx(few["low"].tolist(), abs=0.2)
    assert all_of_them["tied"].tolist() == ours["tied_with_best"].tolist()
    assert all_of_them.estimator == "t over shared levels, Bonferroni"


def test_seeds_taken_as_independent_would_say_far_more():
    """Without the levels, the same runs give intervals less than half as wide."""
    table = table_of()
    assert (widths(results_of(frame_of(table))) < 0.5 * widths(designed(table))).all()


def test_only_answers_that_take_seeds_as_independent_say_so():
    """The others allow for shared levels, and have nothing to beware of."""
    results = designed(table_of())
    for reasons in (
        results.best().reasons,
        results.compare(1, 2).reasons,
        results.compare_to_best().reasons,
        results.variance().reasons,
    ):
        assert not any("count as independent" in reason for reason in reasons)
    for answer in (results.stability(), results.intervals(), results.profiles()):
        assert "share levels of split and init" in answer.reasons[0]


def test_missing_runs_leave_intervals_and_ties():
    """A failed run, a configuration with one split and one without any score."""
    table = table_of().astype(object)
    table[0, 3] = np.nan
    table[1, 6:] = None
    table[2, :] = np.nan
    results = designed(table)
    board = results.configs.set_index("x")
    has_interval = board["low"].notna()
    assert has_interval.to_dict() == {x: x not in (1, 2) for x in range(8)}
    answer = results.compare_to_best().set_index("x")
    assert "2 levels of each source" in answer["reason"][1]
    assert answer["tied"][1]
    assert not answer["tied"][2]
    number = int(board["rank"][0])
    compared = results.compare(number, "best") if number > 1 else results.compare(1, 2)
    assert compared.low < compared.difference < compared.high
    pair = answer.loc[0] if number > 1 else answer[answer["rank"] == 2].iloc[0]
    assert abs(pair["difference"]) == pytest.approx(abs(compared.difference))


def test_fresh_seeds_of_a_design_are_independent():
    """They vary all sources anew, so ties and comparisons by them are as without a design."""
    table = table_of()
    race = frame_of(table)
    race["split"], race["init"] = SPLIT[race["seed"]], INIT[race["seed"]]
    fresh = frame_of(table[:, ::6] + np.random.default_rng(0).normal(size=(8, 5)), "validation")
    fresh["split"], fresh["init"] = fresh["seed"] + 100, fresh["seed"] + 200
    results = results_of(race, fresh, sources=SOURCES)
    assert results.design == "crossed"
    found = results.compare(1, 2)
    assert (found.role, found.n_pairs) == ("validation", 5)
    assert not any("share levels" in reason for reason in found.reasons)
    assert found.p_value == found.p_exact


def test_the_scale_of_scores_changes_no_comparison():
    """Nor does their direction."""
    table = table_of()
    one, other = designed(table), designed(5 - 3 * table, mode="min")
    assert widths(other) == pytest.approx(3 * widths(one))
    assert one.configs["tied_with_best"].tolist() == other.configs["tied_with_best"].tolist()
    assert one.compare(1, 2).p_t == pytest.approx(other.compare(1, 2).p_t)


@pytest.mark.slow
def test_a_large_design_is_answered_at_once():
    """A thousand configurations under a hundred seeds cost little more than without a design."""
    rng = np.random.default_rng(9)
    split, init = np.indices((10, 10)).reshape(2, -1)
    frame = frame_of(rng.normal(size=(1000, 100)))
    frame["split"], frame["init"] = split[frame["seed"]], init[frame["seed"]]
    results = results_of(frame, sources=SOURCES)
    assert results.configs["tied_with_best"].any()
    assert (widths(results) > 0).all()
