"""`Results.best(criterion)`: who is chosen, by what, what it is worth, and when it is refused."""

from __future__ import annotations

import math
from dataclasses import fields

import numpy as np
import pytest

from sweeps.analysis.choosing.criterion import Criterion
from sweeps.analysis.choosing.robust import leave_one_seed_out_by
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError
from tests.results.making import frame_of, luck, race_of, results_of

ROBUST = ("lower_bound", "cvar", "worst")
TABLE = np.array(
    [
        [9.0, 9.0, 9.0, 9.0, 1.0, 9.0],  # the best mean, the worst seed
        [6.0, 7.0, 6.0, 7.0, 6.0, 7.0],  # the best bound, cvar and worst seed
        [5.0, 5.0, 5.0, 5.0, 5.0, 5.1],
    ]
)


def chosen(results, criterion, **options):
    """Give the hyperparameter of the winner."""
    return results.best(criterion, **options).config["x"]


@pytest.mark.parametrize("mode", ["max", "min"])
def test_a_criterion_that_minds_bad_seeds_chooses_another_one(mode):
    """In both directions; the mean chooses as ever."""
    results = results_of(frame_of(TABLE if mode == "max" else -TABLE), mode=mode)
    assert chosen(results, "mean") == chosen(results, "cvar", tail=1.0) == 0
    assert [chosen(results, name) for name in ROBUST] == [1, 1, 1]


def test_the_mean_is_the_default_and_says_what_it_did_before():
    """Its figure by the criterion is the naive mean, and the validated one that on fresh seeds."""
    results = results_of(frame_of(luck()), frame_of(luck(seed=8), "validation"))
    best = results.best()
    assert best == results.best("mean", tail=0.5)
    assert best.criterion == "mean"
    assert best.criterion_value == best.naive
    assert best.criterion_validated == best.validated
    assert best.tied == tuple(results.configs["config_id"][results.configs["tied_with_best"]][1:])


@pytest.mark.parametrize("name", ROBUST)
def test_figures_are_about_the_one_that_was_chosen(name):
    """All of its values, its failures, and its figure by the criterion on old and fresh seeds."""
    fresh = TABLE[[1, 0, 2]] - 1
    results = results_of(frame_of(TABLE), frame_of(fresh, "validation"))
    best = results.best(name, tail=0.4)
    assert best.config == {"x": 1}
    assert best.naive.value == pytest.approx(TABLE[1].mean())
    assert best.validated.value == pytest.approx(fresh[1].mean())
    assert best.recommended == best.validated
    assert best.optimism["validated"] == pytest.approx(TABLE[1].mean() - fresh[1].mean())
    figures = [
        Criterion(name, 0.4).figures(one, mode="max") for one in (of(TABLE[1]), of(fresh[1]))
    ]
    assert str(best.criterion_value) == str(figures[0][0])  # NaN is not itself
    assert str(best.criterion_validated) == str(figures[1][0])
    assert best.criterion == name


def of(row):
    """Give the scores of one configuration."""
    return results_of(frame_of([row]))._evidence.race


@pytest.mark.parametrize("name", ROBUST)
def test_without_one_seed_the_same_criterion_chooses_again(name):
    """What is read is the score, whatever chose."""
    table = luck(8, 6, noise=2.0)
    best = results_of(frame_of(table)).best(name)
    leader = int(str(best.config["x"]))
    found, optimism = leave_one_seed_out_by(Criterion(name), leader, Table(table), mode="max")
    assert best.leave_one_seed_out.value == pytest.approx(found.value)
    assert best.leave_one_seed_out.low == pytest.approx(found.low)
    assert best.optimism["leave_one_seed_out"] == pytest.approx(optimism)
    assert best.recommended_by == "leave_one_seed_out"


def test_reasons_say_what_is_flattered_and_that_ties_are_unknown():
    """Nothing tells who is tied by a criterion, so nobody is called that."""
    best = results_of(frame_of(luck())).best("cvar", tail=0.05)
    assert best.tied == ()
    said = " ".join(best.reasons)
    for part in (
        "`tied` is empty",
        "the best of 8",
        "The worst 0.05 of 10 seeds is not even one whole seed",
    ):
        assert part in said
    assert "`cvar` on fresh seeds needs" in str(best.criterion_validated.reason)


def test_failures_and_missing_seeds_come_before_any_criterion():
    """As on the leaderboard: survivors are no match for those that were run on all seeds."""
    table = np.array([[9.0, 9.0, np.nan], [1.0, 2.0, 3.0], [2.0, 2.0, 2.0]])
    short = frame_of([[5.0, 5.0]], first=3)
    best = results_of(frame_of(table), short).best("worst")
    assert best.config == {"x": 2}
    assert any("2 of 4 configurations have more failed or fewer" in each for each in best.reasons)
    nobody = np.array([[9.0, np.nan, 1.0], [5.0, 5.0, np.nan]])
    survivor = results_of(frame_of(nobody)).best("worst")
    assert (survivor.config["x"], survivor.n_failed) == (1, 1)
    assert any("1 of its 3 runs on race seeds failed" in reason for reason in survivor.reasons)


def test_equals_are_chosen_by_their_place_on_the_leaderboard():
    """The better mean goes first."""
    table = np.array([[1.0, 5.0, 5.0], [1.0, 9.0, 9.0], [1.0, 2.0, 2.0]])
    assert chosen(results_of(frame_of(table)), "worst") == 1


def race():
    """Four configurations: two on the top rung, one dropped that has no bad seed, one pilot."""
    nothing = [None] * 6
    return [
        [9.0, 9.0, -5.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0],
        [6.0, 7.0, 6.0, 7.0, 6.0, 7.0, 6.0, 7.0, 6.0],
        [8.0, 8.0, 8.0, *nothing],
        [8.5, *nothing, None, 8.5],
    ]


@pytest.mark.parametrize("name", ROBUST)
def test_a_race_compares_its_top_rung_alone(name):
    """The others were dropped by their mean over fewer seeds."""
    best = race_of(frame_of(race())).best(name)
    assert best.config == {"x": 1}
    assert best.criterion_value.n == 9
    assert best.leave_one_seed_out.n == 6
    assert any("only the 2 of the leader's rung" in reason for reason in best.reasons)


def test_a_race_goes_by_the_seeds_of_the_rung():
    """A bad seed on the way to the next rung does not count before all of them are there."""
    table = [[5.0, 6.0, 5.5, -9.0, None], [4.0, 4.0, 4.1, None, None]]
    best = race_of(frame_of(table)).best("worst")
    assert (best.config["x"], best.criterion_value.value, best.criterion_value.n) == (0, 5.0, 3)


def test_a_design_bounds_the_mean_with_the_luck_that_seeds_share():
    """As the leaderboard does; a choice by it cannot leave whole levels out."""
    frame = frame_of(np.random.default_rng(4).normal(size=(5, 12)))
    frame["split"], frame["init"] = frame["seed"] // 3, frame["seed"] % 3
    results = results_of(frame, sources=["split", "init"])
    best = results.best("lower_bound")
    assert best.criterion_value.value == results.configs["low"].max()
    assert "for choosing by the mean alone" in str(best.leave_one_seed_out.reason)
    assert results.best().leave_one_seed_out.is_known


def test_seeds_that_are_not_shared_leave_none_out():
    """The choice stands, and so does what needs no pairs."""
    best = results_of(frame_of(TABLE), paired=False).best("cvar")
    assert best.config == {"x": 1}
    assert "seeds that all configurations share" in str(best.leave_one_seed_out.reason)


@pytest.mark.parametrize("name", ROBUST)
def test_one_seed_is_refused_with_the_way_out(name):
    """All criteria are the score itself there, so none of them minds any bad seed."""
    for results in (results_of(frame_of(luck(8, 1))), race_of(frame_of(luck(8, 1)))):
        with pytest.raises(ResultsError, match=rf"`{name}` needs at least 2 .* choose by `mean`"):
            results.best(name)


def test_a_quiet_race_is_refused():
    """It compared all by one seed."""
    quiet = race_of(frame_of([[1.0, 2.0, 0.0], [2.0, 3.0, 1.0]]))
    with pytest.raises(ResultsError, match="the seed changes no comparison"):
        quiet.best("worst")
    assert quiet.best().config == {"x": 1}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"criterion": "median"}, "No criterion 'median'"),
        ({"criterion": "cvar", "tail": 0}, "`tail` must lie above 0"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(options, message):
    """Before anything is computed."""
    with pytest.raises(ResultsError, match=message):
        results_of(frame_of(TABLE)).best(**options)


def test_order_labels_and_scale_do_not_matter():
    """The same configuration is chosen, its figures follow the scale."""
    frame = frame_of(luck(6, 7, noise=2.0))
    first = results_of(frame).best("cvar", tail=0.3)
    other = frame.sample(frac=1, random_state=3).assign(seed=lambda each: 100 - each["seed"])
    again = results_of(other).best("cvar", tail=0.3)
    for field in fields(first):
        assert str(getattr(again, field.name)) == str(getattr(first, field.name)), field.name
    scaled = results_of(frame.assign(score=3 - 2 * frame["score"]), mode="min")
    turned = scaled.best("cvar", tail=0.3)
    assert turned.config == first.config
    assert math.isclose(turned.criterion_value.value, 3 - 2 * first.criterion_value.value)
