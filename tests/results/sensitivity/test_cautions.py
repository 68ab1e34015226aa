"""Tuning answers say which values nobody scored, and what seeds that share levels cannot tell."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest

from sweeps.results import from_frame
from sweeps.results.sensitivity.tunability import tunability_over

pytestmark = pytest.mark.slow

N = 60
START = {"x": 0.1, "opt": "a"}
NAMES = ["x", "opt"]


def frame(n_seeds=2):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"x": rng.random(N), "opt": rng.choice(["a", "b"], N)})
    table = table.loc[table.index.repeat(n_seeds)].assign(seed=np.tile(np.arange(n_seeds), N))
    return table.assign(score=table["x"] + 0.1 * rng.normal(size=len(table)))


def read(table, **options):
    return from_frame(table, metric="score", mode="max", hyperparameters=NAMES, **options)


def answers(results, start=None):
    start = START if start is None else start
    return {
        "local": results.local_importance(),
        "ablation": results.ablation(start),
        "dependence": results.dependence("opt"),
        "tunability": results.tunability(start),
        "over": tunability_over([results, copy.copy(results)], defaults=start),
    }


@pytest.fixture(scope="module")
def failed():
    """Every run of `b` failed."""
    table = frame()
    return read(table.assign(score=table["score"].where(table["opt"] == "a")))


@pytest.fixture(scope="module")
def half(failed):
    return answers(failed)


@pytest.fixture(scope="module")
def whole():
    return answers(read(frame()))


def test_a_value_of_which_every_run_failed_is_named_once(half):
    for name, answer in half.items():
        told = [reason for reason in answer.reasons if "`opt` = b" in reason]
        assert len(told) == 1, name


def test_a_value_of_which_every_run_failed_has_no_figures(half):
    assert half["local"].set_index("term").loc["opt"].isna().all()
    assert half["tunability"].set_index("term").loc["opt", ["gain", "low", "high"]].isna().all()
    row = half["dependence"].set_index("value").loc["b"]
    assert row["n"] == 0
    assert row[["mean", "low", "high"]].isna().all()


def test_defaults_of_which_every_run_failed_have_a_reason_and_no_gain(failed):
    found = answers(failed, {"x": 0.1, "opt": "b"})
    for name in ("tunability", "over"):
        assert found[name].empty
        assert "The defaults have a value" in " ".join(found[name].reasons)
    path = found["ablation"].set_index("term")
    assert np.isnan(path.loc["opt", "gain"])


def test_no_value_is_named_where_all_have_scores(whole):
    for answer in whole.values():
        assert not any("No configuration with" in reason for reason in answer.reasons)


def test_what_is_assumed_about_the_space_is_told_once(whole):
    for answer in whole.values():
        assert sum("The space is unknown" in reason for reason in answer.reasons) == 1


def test_halves_that_share_levels_of_a_source_say_so(whole):
    table = frame(4)
    table = table.assign(split=table["seed"] // 2, init=table["seed"] % 2)
    results = read(table, sources=["split", "init"])
    for answer in answers(results).values():
        told = [reason for reason in answer.reasons if reason.startswith("Halves share levels")]
        assert told == [
            "Halves share levels of split and init, so a gain that only these levels give counts "
            "as real."
        ]
    for answer in whole.values():
        assert not any("Halves share levels" in reason for reason in answer.reasons)
