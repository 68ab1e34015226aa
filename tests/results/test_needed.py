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
from tests.results.making import frame_of, luck, results_of


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
    results = results_of(frame_of(luck()))
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
        seeds_to_pick_best(8, 0.3, np.sqrt(own), probability=0.95)
    )


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
    assert found["seeds"].isna().all()
    assert "no number of seeds is known" in found["reason"][0]
    for table, why in ((luck(5, 1), "on at least 2 seeds"), (luck(1, 5), "second configuration")):
        found = results_of(frame_of(table)).seeds_needed()
        assert found["seeds"].isna().all()
        assert found["reason"].str.contains(why).all()


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
