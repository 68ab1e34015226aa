"""Results of a real store: what was written comes back in the documented columns."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sweeps.errors import ResultsError
from sweeps.planner.event import Config, Curve, Decision, Run, RunEnded, Status
from sweeps.results import Results
from sweeps.results.stored import StoredSource
from sweeps.seeds import make_seed
from sweeps.space import config_id
from sweeps.spec import Sweep
from sweeps.store import open_store


def train(config, seed):
    """Stand in for an objective; nothing here calls it."""
    return {"loss": config["x"] + seed}


def sweep_of(**changes):
    """Define a sweep over a conditional space, some keys changed."""
    keys: dict[str, Any] = {
        "name": "lab",
        "objective": train,
        "metric": "loss",
        "mode": "min",
        "space": {
            "kernel": {"choice": ["rbf", "linear"]},
            "gamma": {"float": [0, 1], "when": {"kernel": "rbf"}},
            "n": {"int": [1, 9]},
        },
        "search": {"sampler": "random", "configs": 3},
        "seeds": 4,
    }
    return Sweep(**(keys | changes))


CONFIGS = [
    Config(config_id(values), values, index, "random")
    for index, values in enumerate(
        [
            {"kernel": "rbf", "gamma": 0.5, "n": 3},
            {"kernel": "linear", "n": 7},
            {"kernel": "rbf", "gamma": 0.25, "n": 1},
        ]
    )
]


def ended(config, seed, loss, **changes):
    """Give a run that is over."""
    status = Status.FINISHED if math.isfinite(loss) else Status.DIVERGED
    keys: dict[str, Any] = {
        "run": Run(config.config_id, "race", seed),
        "status": status,
        "metrics": {"loss": loss, "accuracy": 1 - loss},
        "steps": 2,
        "duration_s": 0.5,
        "node": "lab1:1",
    }
    return RunEnded(**(keys | changes))


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with open_store(f"sqlite:///{tmp_path / 'sweeps.db'}") as opened:
        yield opened


def write(store, sweep, runs, decisions=()):
    """Store a sweep with these runs, in this order."""
    row = store.create(
        name=sweep.name,
        definition=sweep.document(),
        identity=sweep.identity(),
        identity_hash=sweep.identity_hash,
        provenance={"machine": "lab1"},
    )
    with store.acquire(row.sweep_id) as lease:
        writer = store.writer(row.sweep_id, lease)
        for config in CONFIGS:
            writer.add_config(config)
        for run in runs:
            writer.add_run(run, run.metrics.get("loss"))
        for at, decision in decisions:
            writer.add_decision(decision, at)
        writer.close()
    return store.get(sweep.name)


def all_runs():
    """Give three configurations under four seeds, one of them diverged."""
    rng = np.random.default_rng(0)
    runs = [ended(c, seed, float(rng.normal(c.index, 0.1))) for c in CONFIGS for seed in range(4)]
    runs[5] = ended(CONFIGS[1], 1, math.nan, error="`loss` is nan")
    return runs


def test_runs_come_back_as_they_were_written(store):
    """Every value of every run is in its column, missing where a hyperparameter is inactive."""
    runs = all_runs()
    results = Results.from_store(store, write(store, sweep_of(), runs))
    frame = results.runs
    assert list(frame) == [
        *("config_id", "role", "seed", "status", "score", "steps", "duration_s", "attempts"),
        *("node", "error", "kernel", "gamma", "n", "loss", "accuracy"),
    ]
    for row, run in zip(frame.to_dict("records"), runs, strict=True):
        assert (row["config_id"], row["role"], row["seed"]) == run.run
        assert row["status"] == run.status
        np.testing.assert_equal(row["score"], run.metrics["loss"])
        np.testing.assert_equal(row["accuracy"], run.metrics["accuracy"])
        assert (row["steps"], row["duration_s"], row["node"]) == (2, 0.5, "lab1:1")
        assert row["error"] == run.error or (run.error is None and pd.isna(row["error"]))
    assert frame["gamma"].isna().tolist() == [False] * 4 + [True] * 4 + [False] * 4
    assert str(frame["n"].dtype) == "Int64"


def test_order_of_arrival_does_not_matter(store):
    """An interrupted sweep that was resumed gives the table of one that was not."""
    runs = all_runs()
    shuffled = [runs[i] for i in np.random.default_rng(0).permutation(len(runs))]
    first = Results.from_store(store, write(store, sweep_of(), runs))
    second = Results.from_store(store, write(store, sweep_of(name="again"), shuffled))
    for name in ("runs", "configs", "curves"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_facts_of_the_sweep_come_with_its_results(store):
    """Name, metric, mode, hyperparameters, space and what is planned are those defined."""
    sweep = sweep_of(seeds={"n": 4, "paired": False})
    results = Results.from_store(store, write(store, sweep, all_runs()[:7]))
    assert (results.name, results.metric, results.mode) == ("lab", "loss", "min")
    assert results.hyperparameters == ("kernel", "gamma", "n")
    assert results.space == sweep.space
    assert not results.paired
    assert results.n_planned == 12
    assert results.status == "interrupted"  # left running, and nobody drives it
    assert results.provenance["sessions"][-1]["machine"] == "lab1"


def test_finished_sweep_plans_nothing(store):
    """A space that was exhausted early does not leave a sweep undone for ever."""
    row = write(store, sweep_of(), all_runs())
    store.update(row.sweep_id, status="finished")
    results = Results.from_store(store, store.get("lab"))
    assert (results.status, results.n_planned) == ("finished", None)


@pytest.mark.parametrize(
    ("changes", "n_planned"),
    [
        ({"search": {"sampler": "random", "configs": 40}}, 160),
        ({"search": {"sampler": "grid"}, "space": {"n": {"int": [1, 5]}}}, 20),
        ({"search": {"sampler": "random", "configs": 40}, "space": {"n": {"int": [1, 5]}}}, 20),
        ({"search": {"sampler": "listed", "from": [{"kernel": "linear", "n": 7}]}}, 4),
        ({"seeds": [7, 8, 9]}, 9),
    ],
)
def test_planned_runs_follow_from_the_definition(store, changes, n_planned):
    """Configurations, as many as the space has, times seeds."""
    results = Results.from_store(store, write(store, sweep_of(**changes), []))
    assert results.n_planned == n_planned


def test_sweep_without_runs_has_its_columns(store):
    """What was proposed is there, what was not run is missing."""
    results = Results.from_store(store, write(store, sweep_of(), []))
    assert results.runs.empty
    assert str(results.runs["score"].dtype) == "float64"
    assert results.configs["n_seeds"].tolist() == [0, 0, 0]
    assert results.configs["mean"].isna().all()
    assert results.curves.empty
    assert results.ignores_seed is None


def test_best_configuration_has_the_values_that_were_proposed(store):
    """Types and all."""
    results = Results.from_store(store, write(store, sweep_of(), all_runs()))
    assert results.best().config == {"kernel": "rbf", "gamma": 0.5, "n": 3}


@pytest.mark.parametrize("paired", [True, False])
def test_varied_sources_show_the_numbers_that_the_runs_had(store, paired):
    """A column a source, equal to what the objective was given."""
    plan = {"n": 4, "paired": paired, "sources": ["split", "init"]}
    results = Results.from_store(store, write(store, sweep_of(seeds=plan), all_runs()))
    assert results.runs.columns[10:12].tolist() == ["seed_split", "seed_init"]
    for row in results.runs.to_dict("records"):
        own = None if paired else row["config_id"]
        seed = make_seed(0, "race", row["seed"], config_id=own, varied=("split", "init"))
        assert row["seed_split"] == seed.int("split")
        assert row["seed_init"] == seed.int("init")
    assert results.runs["seed_split"].nunique() == (4 if paired else 12)


def test_levels_of_a_design_show_the_numbers_that_the_runs_had(store):
    """In the race equal levels have equal numbers, in the validation none has."""
    plan = {"n": 4, "design": "crossed", "sources": {"split": 2, "init": 2}, "paired": True}
    ends = [
        ended(CONFIGS[0], k, 0.5, run=Run(CONFIGS[0].config_id, role, k))
        for role in ("race", "validation")
        for k in range(4)
    ]
    results = Results.from_store(store, write(store, sweep_of(seeds=plan), ends))
    assert (results.design, results.levels) == ("crossed", {"split": 2, "init": 2})
    race, fresh = (results.runs[results.runs["role"] == role] for role in ("race", "validation"))
    split, init = (
        [make_seed(0, "race", level).int(source) for level in (0, 1)]
        for source in ("split", "init")
    )
    assert race["seed_split"].tolist() == [split[0], split[0], split[1], split[1]]
    assert race["seed_init"].tolist() == [init[0], init[1], init[0], init[1]]
    assert fresh["seed_split"].nunique() == fresh["seed_init"].nunique() == 4
    assert not set(fresh["seed_split"]) & set(split)


@pytest.mark.parametrize("plan", [{"n": 4, "sources": ["split"]}, {"n": 4}, {"race": 4}])
def test_a_sweep_without_a_design_has_no_levels(store, plan):
    """A list of sources, or none, says nothing about levels."""
    results = Results.from_store(store, write(store, sweep_of(seeds=plan), []))
    assert (results.design, results.levels) == (None, {})


def test_curves_have_one_row_per_step(store):
    """Steps in order, diverged and unreported values both NaN, names of metrics kept apart."""
    curve = Curve((1, 2, 3), {"loss": (0.5, 0.4, math.nan), "step": (None, 9.0, 8.0)})
    runs = [ended(CONFIGS[2], 1, 0.3, curve=curve), ended(CONFIGS[0], 0, 0.1, curve=curve)]
    curves = Results.from_store(store, write(store, sweep_of(), runs)).curves
    assert list(curves)[:5] == ["config_id", "role", "seed", "step", "loss"]
    assert curves["config_id"].tolist() == [CONFIGS[0].config_id] * 3 + [CONFIGS[2].config_id] * 3
    assert curves["step"].tolist() == [1, 2, 3] * 2
    np.testing.assert_array_equal(curves["loss"], [0.5, 0.4, np.nan] * 2)
    np.testing.assert_array_equal(curves["metric_step"], [np.nan, 9.0, 8.0] * 2)


def test_decisions_come_with_their_time_and_numbers(store):
    """In the order in which they were taken."""
    taken = [
        (1e9, Decision("proposed", CONFIGS[0].config_id, {"index": 0})),
        (1e9 + 0.25, Decision("exhausted", None, {"n_configs": 3})),
    ]
    decisions = Results.from_store(store, write(store, sweep_of(), [], taken)).decisions
    assert decisions["kind"].tolist() == ["proposed", "exhausted"]
    assert decisions["detail"].tolist() == [{"index": 0}, {"n_configs": 3}]
    assert decisions["config_id"].isna().tolist() == [False, True]
    assert decisions["at"][1] == pd.Timestamp(1e9 + 0.25, unit="s", tz="UTC")


def test_failures_carry_traceback_and_output(store):
    """What is known of a failed run, in the order of the table of runs."""
    known = {"error": "boom", "traceback": "Traceback: boom", "output": "epoch 3", "attempts": 3}
    runs = all_runs()
    runs.append(ended(CONFIGS[0], 9, math.nan, status=Status.FAILED, metrics={}, **known))
    failures = Results.from_store(store, write(store, sweep_of(), runs)).failures()
    assert failures["status"].tolist() == ["failed", "diverged"]
    assert failures.iloc[0][list(known)].to_dict() == known
    assert failures["traceback"].isna().tolist() == [False, True]


def test_run_whose_target_was_not_reported_is_a_failure(store):
    """A target that is absent leaves the score missing and the run out of the mean."""
    runs = [ended(CONFIGS[0], 0, 0.5), ended(CONFIGS[0], 1, 0.5, metrics={"accuracy": 0.5})]
    results = Results.from_store(store, write(store, sweep_of(), runs))
    assert results.configs["n_seeds"][0] == 1
    assert results.configs["n_failed"][0] == 1


def test_metric_named_like_a_hyperparameter_gets_a_prefix(store):
    """The hyperparameter keeps its column."""
    runs = [ended(CONFIGS[0], 0, 0.5, metrics={"loss": 0.5, "n": 2.0})]
    frame = Results.from_store(store, write(store, sweep_of(), runs)).runs
    assert (frame["n"][0], frame["metric_n"][0]) == (3, 2.0)


def source_of(store, runs):
    """Write a sweep and give what its results are read from."""
    return StoredSource(store, write(store, sweep_of(), runs))


def test_comparing_configurations_reads_no_details(store, monkeypatch):
    """Most of a row is only read when the runs themselves are asked for."""
    results = Results.from_store(store, write(store, sweep_of(), all_runs()))
    with monkeypatch.context() as patched:
        patched.setattr(type(store), "run_table", None)
        assert results.configs["n_seeds"].sum() == 11
    assert results.runs["node"].eq("lab1:1").all()


def test_origins_are_known(store):
    """A race needs to know which configurations are the pilot's."""
    assert source_of(store, all_runs()).snapshot().configs.origins == ("random",) * 3


def test_runs_that_come_later_do_not_move_what_was_seen(store):
    """A sweep may go on between the first look and the details."""
    runs = all_runs()
    row = write(store, sweep_of(), runs[:8])
    seen = StoredSource(store, row).snapshot().runs
    with store.acquire(row.sweep_id) as lease:
        writer = store.writer(row.sweep_id, lease)
        for run in [*runs[8:], ended(CONFIGS[0], 9, 7.0)]:
            writer.add_run(run, run.metrics["loss"])
        writer.close()
    assert len(seen.details["node"]) == len(seen.metrics["accuracy"]) == len(seen.seeds) == 8
    np.testing.assert_equal(seen.metrics["accuracy"], [run.metrics["accuracy"] for run in runs[:8]])


@pytest.mark.parametrize("first", [0, 3])
def test_a_sweep_that_is_deleted_while_it_is_read_is_refused(store, monkeypatch, first):
    """Its runs were read already when its configurations went."""
    row = write(store, sweep_of(), [ended(CONFIGS[0], 0, 0.5)])
    runs = store.score_table(row.sweep_id)
    others = [Config("later", {}, first + i, "random") for i in range(first and 2)]
    monkeypatch.setattr(store, "score_table", lambda _: runs)
    monkeypatch.setattr(store, "configs", lambda _: others)
    with pytest.raises(ResultsError, match=r"`lab` was deleted while its results were being read"):
        Results.from_store(store, row).configs  # noqa: B018 - reads


def test_details_of_runs_that_are_gone_are_refused(store):
    """Better no answer than the node of one attempt beside the score of another."""
    row = write(store, sweep_of(), all_runs())
    seen = StoredSource(store, row).snapshot().runs
    with store.acquire(row.sweep_id) as lease:
        writer = store.writer(row.sweep_id, lease)
        writer.add_run(ended(CONFIGS[0], 0, 123.0), 123.0)
        writer.close()
    with pytest.raises(ResultsError, match=r"of `lab` were deleted or replaced .* Load"):
        seen.details["node"]
    assert np.isfinite(seen.metrics["loss"]).sum() == 11
