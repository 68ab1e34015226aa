"""`Results.tunability()` and its like over data sets: from frames to gains by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweeps.errors import ResultsError, SpaceError
from sweeps.results import from_frame
from sweeps.results.sensitivity.landscape import landscape_of
from sweeps.results.sensitivity.tunability import tunability_answer, tunability_over
from sweeps.space import Space

NAMES = ["lr", "depth"]
SCORES = [[1.0, 2.0], [3.0, 6.0]]
START = {"lr": 0.1, "depth": 2}


def grid_frame(scores=SCORES, n_seeds=2):
    """Give runs of all combinations of two learning rates and two depths, without noise."""
    rows = [
        {"lr": lr, "depth": depth, "seed": seed, "accuracy": scores[i][j]}
        for i, lr in enumerate([0.1, 1.0])
        for j, depth in enumerate([2, 4])
        for seed in range(n_seeds)
    ]
    return pd.DataFrame(rows)


def read(frame, mode="max", **options):
    keys = {"metric": "accuracy", "hyperparameters": NAMES} | options
    return from_frame(frame, mode=mode, **keys)


def asked(results, **options):
    evidence = results._evidence
    return tunability_answer(evidence, landscape_of(evidence), **options)


def declare(results, **values):
    """Say that a configuration is the defaults that the sweep ran."""
    configs = results._configs
    origins = tuple("defaults" if dict(own) == values else "random" for own in configs.active)
    object.__setattr__(configs, "origins", origins)
    return results


def conditional_space():
    return Space.from_mapping(
        {
            "kernel": {"choice": ["rbf", "poly"]},
            "degree": {"int": [1, 3], "when": {"kernel": "poly"}},
        }
    )


def conditional_frame():
    """Give all four configurations: .5 for rbf; .25, .75 and .625 for the degrees of poly."""
    rows = [("rbf", None, 0.5), ("poly", 1, 0.25), ("poly", 2, 0.75), ("poly", 3, 0.625)]
    frame = pd.DataFrame(rows, columns=["kernel", "degree", "accuracy"])
    return pd.concat([frame.assign(seed=seed) for seed in (0, 1)], ignore_index=True)


def test_gains_of_a_grid_by_hand():
    """From 1: the learning rate alone gives 3, depth alone 2, both 6."""
    found = asked(read(grid_frame()), defaults=START, pairs=True)
    assert found["term"].tolist() == ["all", "lr", "depth", "depth:lr"]
    assert found["gain"].tolist() == found["low"].tolist() == found["high"].tolist() == [5, 2, 1, 5]
    assert found["joint"].tolist()[3] == 3
    assert found["joint"].isna().tolist() == [True, True, True, False]
    assert found["config"].tolist()[1] == {"lr": 1.0, "depth": 2}
    assert found.defaults == START
    assert (found.level, found.random_seed) == (0.95, 0)


def test_a_lower_loss_is_a_positive_gain():
    frame = grid_frame().assign(accuracy=lambda f: -f["accuracy"])
    assert asked(read(frame, "min"), defaults=START)["gain"].tolist() == [5, 2, 1]


def test_defaults_that_the_sweep_ran_need_no_naming():
    found = asked(declare(read(grid_frame()), lr=0.1, depth=4))
    assert found.set_index("term")["gain"].to_dict() == {"all": 4, "lr": 4, "depth": 0}
    assert found.defaults == {"lr": 0.1, "depth": 4}


def test_part_of_the_defaults_is_filled_from_those_of_the_sweep():
    results = declare(read(grid_frame()), lr=0.1, depth=4)
    assert asked(results, defaults={"lr": 1.0}).defaults == {"lr": 1.0, "depth": 4}


def test_unknown_defaults_are_refused_in_words():
    found = asked(read(grid_frame()))
    assert found.empty
    assert list(found.columns[:4]) == ["term", "gain", "low", "high"]
    assert "Pass `defaults=`" in found.reasons[0]


@pytest.mark.parametrize(
    ("defaults", "says"),
    [
        ({"lr": 0.1}, "leaves out"),
        ({**START, "rl": 1}, "got `rl`"),
        ({**START, "lr": 7.0}, "must be a value that was run, got 7.0"),
    ],
)
def test_wrong_defaults_are_errors(defaults, says):
    with pytest.raises(ResultsError, match=says):
        asked(read(grid_frame()), defaults=defaults)


def test_a_space_checks_the_defaults():
    space = Space.from_mapping({"lr": {"ordinal": [0.1, 1.0]}, "depth": {"ordinal": [2, 4]}})
    results = read(grid_frame(), space=space)
    assert asked(results, defaults=START)["gain"].tolist() == [5, 2, 1]
    with pytest.raises(SpaceError, match="defaults"):
        asked(results, defaults={"lr": 0.1, "depth": 3})


@pytest.mark.parametrize("space", [None, conditional_space()])
def test_a_child_is_tuned_with_its_parent_set(space):
    """The kernel alone gives the mean of its degrees, .54; the degree goes with its kernel."""
    results = read(conditional_frame(), hyperparameters=["kernel", "degree"], space=space)
    found = asked(results, defaults={"kernel": "rbf"}).set_index("term")
    assert found["gain"].to_dict() == {
        "all": 0.25,
        "degree": 0.25,
        "kernel": pytest.approx(1.625 / 3 - 0.5),
    }
    assert found["config"]["degree"] == {"kernel": "poly", "degree": 2}
    assert found["config"]["kernel"] == {"kernel": "poly"}


def test_filled_defaults_leave_out_what_is_inactive():
    space = conditional_space()
    results = read(conditional_frame(), hyperparameters=["kernel", "degree"], space=space)
    declare(results, kernel="poly", degree=1)
    assert asked(results, defaults={"kernel": "rbf"}).defaults == {"kernel": "rbf"}
    bare = read(conditional_frame(), hyperparameters=["kernel", "degree"])
    declare(bare, kernel="poly", degree=1)
    assert asked(bare, defaults={"kernel": "rbf"}).defaults == {"kernel": "rbf"}


def test_forbidden_settings_are_not_recommended():
    """Both together would give 6, but nobody may run that."""
    space = Space.from_mapping(
        {"lr": {"ordinal": [0.1, 1.0]}, "depth": {"ordinal": [2, 4]}},
        forbid=[{"lr": 1.0, "depth": 4}],
    )
    frame = grid_frame().query("lr == 0.1 or depth == 2")
    found = asked(read(frame, space=space), defaults=START).set_index("term")
    assert found["gain"].to_dict() == {"all": 2, "lr": 2, "depth": 1}


@pytest.mark.slow
def test_what_stays_at_the_defaults_shows_their_very_values():
    """The space cuts a float into cells, and .3 is not the middle of one."""
    space = Space.from_mapping({"lr": {"float": [0, 1]}, "depth": {"int": [1, 4]}})
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"lr": rng.random(30), "depth": rng.integers(1, 5, 30), "seed": 0})
    frame["accuracy"] = frame["depth"] / 4
    found = asked(read(frame, space=space), defaults={"lr": 0.3, "depth": 2}).set_index("term")
    assert found["config"]["depth"] == {"lr": 0.3, "depth": 4}


@pytest.mark.slow
def test_one_seed_is_told():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"lr": rng.random(30), "depth": rng.integers(1, 5, 30), "seed": 0})
    frame["accuracy"] = frame["lr"] + rng.normal(size=30)
    start = {"lr": float(frame["lr"][0]), "depth": 2}
    found = asked(read(frame), defaults=start)
    assert len(found) == 3
    assert "share one seed" in found.reasons[0]


@pytest.mark.slow
def test_the_order_of_rows_and_labels_of_seeds_change_nothing():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"lr": rng.random(24), "depth": rng.integers(1, 5, 24)})
    frame = frame.loc[frame.index.repeat(2)].assign(seed=[0, 1] * 24)
    frame["accuracy"] = frame["lr"] + rng.normal(size=48)
    start = {"lr": float(frame["lr"].iloc[0]), "depth": 2}
    first = asked(read(frame), defaults=start)
    moved = frame.iloc[::-1].assign(seed=lambda f: 7 - f["seed"])[
        ["seed", "depth", "accuracy", "lr"]
    ]
    second = asked(read(moved, hyperparameters=["depth", "lr"]), defaults=start)
    pd.testing.assert_frame_equal(
        pd.DataFrame(first).drop(columns="config"), pd.DataFrame(second).drop(columns="config")
    )


def test_several_sweeps_share_the_defaults_that_are_best_on_average():
    """The mean of .1 and 4 is the best of all, so one data set has 3 to gain and the other 2."""
    one = read(grid_frame([[0, 4], [1, 2]]), name="iris")
    two = read(grid_frame([[0, 4], [6, 1]]), name="wine")
    found = tunability_over([one, two])
    assert found.defaults == {"lr": 0.1, "depth": 4}
    gains = found.set_index(["sweep", "term"])["gain"]
    assert gains["iris", "all"] == 0
    assert gains["wine", "all"] == 2
    assert gains["wine", "lr"] == 0
    assert gains["mean", "all"] == gains["median", "all"] == 1
    assert list(dict.fromkeys(found["sweep"])) == ["iris", "wine", "mean", "median"]


def test_several_sweeps_take_named_defaults_and_show_pairs():
    sweeps = [read(grid_frame(), name="iris"), read(grid_frame([[1, 2], [3, 7]]), name="iris")]
    found = tunability_over(sweeps, defaults=START, pairs=True).set_index(["sweep", "term"])
    assert found["joint"]["iris", "depth:lr"] == 3
    assert found["joint"]["iris (2)", "depth:lr"] == 4
    assert found["joint"]["mean", "depth:lr"] == 3.5
    assert found["low"]["mean", "all"] < 5.5 < found["high"]["mean", "all"]


def test_several_sweeps_use_the_defaults_that_all_of_them_ran():
    sweeps = [declare(read(grid_frame()), lr=0.1, depth=2) for _ in range(2)]
    assert tunability_over(sweeps).defaults == START


def test_the_order_of_sweeps_changes_no_gain():
    sweeps = [
        read(grid_frame([[1, 2], [3, 6]]), name="iris"),
        read(grid_frame([[5, 4], [1, 0]]), name="wine"),
    ]
    first = tunability_over(sweeps).set_index(["sweep", "term"])["gain"]
    second = tunability_over(sweeps[::-1]).set_index(["sweep", "term"])["gain"]
    assert first.to_dict() == second.to_dict()


def test_sweeps_that_differ_are_refused():
    plain = read(grid_frame())
    with pytest.raises(ResultsError, match="same mode"):
        tunability_over([plain, read(grid_frame(), "min")])
    with pytest.raises(ResultsError, match="same hyperparameters"):
        tunability_over([plain, read(grid_frame().query("depth == 2"), hyperparameters=["lr"])])
    with pytest.raises(ResultsError, match="needs results"):
        tunability_over([])


@pytest.mark.parametrize("wrong", ["one", "numbers"])
def test_what_is_no_list_of_results_is_refused(wrong):
    results = read(grid_frame())
    with pytest.raises(ResultsError, match="list of results"):
        tunability_over(results if wrong == "one" else [1, 2])  # type: ignore[list-item]


def test_the_same_results_twice_are_no_two_data_sets():
    results = read(grid_frame())
    with pytest.raises(ResultsError, match="same results twice"):
        tunability_over([results, results])
