"""`Results.seeds_needed()`: the numbers of the analysis, on these results' spread."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sweeps.analysis.sizing.power import (
    seeds_for_difference,
    seeds_for_reliability,
    seeds_for_width,
    seeds_to_pick_best,
)
from sweeps.errors import ResultsError
from tests.results.making import frame_of, luck, race_of, results_of


def test_goals_are_those_that_were_named():
    """Each alone, rounded up."""
    results = results_of(frame_of(luck()))
    for goal, target in (
        ("difference", 0.3),
        ("width", 0.5),
        ("reliability", 0.9),
        ("probability", 0.95),
    ):
        asked: Any = {goal: target}
        (row,) = results.seeds_needed(**asked).to_dict("records")
        assert (row["goal"], row["target"], row["have"]) == (goal, target, 10)
        assert row["seeds"] == np.ceil(row["exact"])
        assert row["reason"] is None or np.isnan(row["reason"])
    assert len(results.seeds_needed(difference=0.3, width=0.5)) == 2
    assert len(results.seeds_needed()) == 6


def test_numbers_rest_on_what_matters_to_the_goal():
    """Shared luck widens one mean's interval, and leaves comparisons alone."""
    results = results_of(frame_of(luck(5)))
    parts = results.variance().set_index("source")["variance"]
    own, shared = parts["configuration:seed"], parts["seed"]
    asked = results.seeds_needed(difference=0.3, width=0.5, reliability=0.9, probability=0.95)
    exact = asked.set_index("goal")["exact"]
    assert exact["difference"] == pytest.approx(
        seeds_for_difference(0.3, np.sqrt(2 * own), paired=True)
    )
    assert exact["width"] == pytest.approx(seeds_for_width(np.sqrt(own + shared), 0.5))
    icc = parts["configuration"] / (parts["configuration"] + own)
    assert exact["reliability"] == pytest.approx(seeds_for_reliability(icc, 0.9))
    assert exact["probability"] == pytest.approx(
        seeds_to_pick_best(5, 0.3, np.sqrt(own), probability=0.95)
    )


def test_the_luck_of_the_leaders_counts_and_not_that_of_broken_ones():
    """Hopeless configurations that vary ten times as much change no number near the top."""
    scores = luck(noise=0.3)
    plain = results_of(frame_of(scores[3:])).seeds_needed(difference=0.3, width=0.5)
    scores[:3] = np.random.default_rng(1).normal(-20, 5, (3, 10))
    results = results_of(frame_of(scores))
    found = results.seeds_needed(difference=0.3, width=0.5)
    assert found["exact"].tolist() == pytest.approx(plain["exact"].tolist())
    assert found.spread.n_configs == 5
    assert "luck of the best 5 configurations" in found.reasons[0]
    assert any("Luck differs from" in reason for reason in found.reasons)
    assert not any("Luck differs from" in reason for reason in plain.reasons)
    everybody = results.seeds_needed(difference=0.3, top=1.0)
    assert everybody["exact"][0] > 10 * found["exact"][0]


def test_it_agrees_with_the_comparison_of_the_first_two():
    """Both say how many seeds show the difference between them."""
    results = results_of(frame_of(luck(8, 12)))
    asked = results.seeds_needed().set_index("goal").loc["difference"]
    compared = results.compare(1, 2)
    assert asked["target"] == pytest.approx(abs(compared.difference))
    assert 0.5 < asked["exact"] / compared.seeds_needed < 2


def test_few_seeds_take_more_than_five_configurations():
    """Five pairs would give the luck 5 degrees of freedom, and a number off by a factor 3."""
    assert results_of(frame_of(luck(40, 2))).seeds_needed().spread.n_configs == 20
    assert results_of(frame_of(luck(40, 20))).seeds_needed().spread.n_configs == 5


def test_fresh_seeds_count_where_comparisons_take_them():
    """As in a race that validates its leaders."""
    fresh = luck(3, 12, seed=3)
    race = race_of(frame_of(luck(12, 9)), frame_of(fresh, "validation", first=9))
    found = race.seeds_needed()
    compared = race.compare(1, 2)
    assert compared.role == "validation"
    assert found.set_index("goal").loc["difference", "target"] == pytest.approx(
        abs(compared.difference)
    )
    assert found.spread.n_configs == 3
    assert any("on fresh seeds" in reason for reason in found.reasons)


def test_the_usual_width_is_half_of_what_there_is():
    """It takes about four times the seeds."""
    results = results_of(frame_of(luck(1, 9)))
    width = results.seeds_needed().set_index("goal").loc["width"]
    row = results.configs.iloc[0]
    assert width["target"] == pytest.approx((row["high"] - row["low"]) / 2)
    assert 25 < width["exact"] < 36


def test_without_pairs_all_luck_enters_a_comparison():
    """So it takes more seeds."""
    frame = frame_of(luck())
    paired = results_of(frame).seeds_needed(difference=0.3)["seeds"][0]
    unpaired = results_of(frame, paired=False).seeds_needed(difference=0.3)["seeds"][0]
    assert unpaired > 5 * paired


def test_no_number_is_given_where_none_is_known():
    """Noise alone, one seed, one configuration: a reason instead."""
    noise = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
    found = results_of(frame_of(noise), paired=False).seeds_needed()
    assert found["seeds"].drop(index=found.index[found["goal"] == "width"]).isna().all()
    assert "no number of seeds is known" in found["reason"][0]
    found = results_of(frame_of(luck(5, 1))).seeds_needed()
    assert found["seeds"].isna().all()
    assert found["reason"].str.contains("on at least 2 seeds").all()
    found = results_of(frame_of(luck(1, 5))).seeds_needed().set_index("goal")
    assert found["seeds"].drop("width").isna().all()
    assert found["reason"].drop("width").str.contains("second configuration").all()


def test_one_configuration_is_enough_for_a_width_and_for_a_difference_to_another():
    """Its own luck is known; what shared seeds would save is not, and is said."""
    found = results_of(frame_of(luck(1, 8))).seeds_needed(difference=1.0, width=1.0)
    sd = luck(1, 8).std(ddof=1)
    assert found["exact"].tolist() == pytest.approx(
        [seeds_for_difference(1.0, sd, paired=False), seeds_for_width(sd, 1.0)]
    )
    assert any("not shared" in reason for reason in found.reasons)


def test_scores_that_do_not_vary_give_no_width():
    """Half of nothing is nothing."""
    found = results_of(frame_of(np.array([[1.0, 1.0, 1.0], [0.0, 0.5, 0.0]]))).seeds_needed()
    reason = str(found.set_index("goal").loc["width", "reason"])
    assert reason.startswith("The interval of the leader")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("difference", 0.0),
        ("difference", -1.0),
        ("width", float("nan")),
        ("reliability", 1.0),
        ("reliability", 1.5),
        ("probability", 0.0),
        ("power", 1.0),
    ],
)
def test_goals_out_of_their_range_are_refused(name, value):
    """Rather than answered by infinity, under the name that the user gave."""
    goal: Any = {name: value}
    with pytest.raises(ResultsError, match=f"`{name}` must lie"):
        results_of(frame_of(luck())).seeds_needed(**goal)


def test_the_random_seed_changes_no_number():
    """Intervals are drawn, numbers of seeds are not."""
    results = results_of(frame_of(luck()))
    first, second = results.seeds_needed(random_seed=1), results.seeds_needed(random_seed=2)
    assert first["exact"].tolist() == second["exact"].tolist()


def test_good_configurations_take_more_seeds_than_all_to_be_ranked():
    """A few hopeless ones are far from the rest, which differ little among themselves."""
    scores = luck()
    scores[-3:] -= 50.0
    results = results_of(frame_of(scores))
    (everybody,) = results.seeds_needed(reliability=0.9)["exact"]
    best = results.seeds_needed(reliability=0.9, top=0.5)
    icc = results.variance(top=0.5).consistency.value
    assert best["exact"][0] == pytest.approx(seeds_for_reliability(icc, 0.9))
    assert best["exact"][0] > 10 * everybody
    assert best.top == 0.5
