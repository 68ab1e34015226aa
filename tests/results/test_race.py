"""`Results` of races and validations: order, ties, validated figures, and who wins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sweeps.errors import ResultsError
from sweeps.planner.event import Config, Curve, Run, RunEnded, Status
from sweeps.results import Results, from_frame
from sweeps.seeds import make_seed
from sweeps.space import config_id
from sweeps.spec import Sweep
from sweeps.store import open_store

RUNGS = (1, 3, 9)


def rows(config, scores, role="race", status="finished", steps=9):
    """Give each score a run, seeds from 0."""
    shared = {"x": config, "role": role, "status": status, "steps": steps}
    return [{**shared, "seed": seed, "score": score} for seed, score in enumerate(scores)]


def race_of(*parts, rungs=RUNGS, mode="max", **options):
    """Read runs as those of a race."""
    frame = pd.DataFrame([row for part in parts for row in part]).astype({"score": float})
    results = from_frame(
        frame,
        metric="score",
        mode=mode,
        hyperparameters=["x"],
        role="role",
        status="status",
        **options,
    )
    results.rungs = rungs
    return results


@pytest.fixture
def noise():
    """Noise of five configurations on 20 fresh seeds that shift all of them."""
    rng = np.random.default_rng(3)
    return rng.normal(0, 1, 20) + rng.normal(0, 0.2, (5, 20))


def test_the_best_of_the_top_rung_leads_whatever_others_have():
    """A lucky first seed does not lead, nor does a mean over fewer seeds than the others."""
    configs = race_of(
        rows(0, [9.0]),
        rows(1, [5.0, 5.5] * 4 + [5.0]),
        rows(2, [6.0] * 9),
        rows(3, [8.0] * 3),
        rows(4, [8.5] * 5),
    ).configs
    assert configs["x"].tolist() == [2, 1, 4, 3, 0]
    assert configs["rung"].tolist() == [9, 9, 3, 3, 1]
    assert configs["n_seeds"].tolist() == [9, 9, 5, 3, 1]


def test_a_rung_is_ordered_by_its_own_seeds():
    """Seeds on the way to the next rung do not count before all of them are there."""
    configs = race_of(rows(0, [3.5, 5.5, 6.0, 0.0, 0.0]), rows(1, [4.0] * 3)).configs
    assert configs["x"].tolist() == [0, 1]
    assert configs["mean"].tolist() == [3.0, 4.0]


def test_a_failure_ranks_below_all_that_have_none():
    """Whatever rung it had reached: the race would not have chosen it either."""
    configs = race_of(
        rows(0, [9.0] * 5),
        [{**row, "seed": 5} for row in rows(0, [np.nan], status="failed")],
        rows(1, [1.0, 2.0, 1.0]),
        rows(2, [8.0]),
        rows(3, [np.nan], status="timed_out"),
    ).configs
    assert configs["x"].tolist() == [1, 2, 0, 3]
    assert configs["n_failed"].tolist() == [0, 0, 1, 1]
    assert configs["rung"].tolist() == [3, 1, 3, 0]


def test_stopped_runs_enter_no_mean_and_are_no_failures():
    """Their score is that of an unfinished training; those stopped later come first."""
    results = race_of(
        rows(0, [99.0], status="stopped", steps=3),
        rows(1, [99.0], status="stopped", steps=27),
        rows(2, [1.0]),
        rows(3, [np.nan], status="diverged"),
    )
    assert results.configs["x"].tolist() == [2, 1, 0, 3]
    assert results.configs["stopped_at"].tolist() == [pd.NA, 27, 3, pd.NA]
    assert results.configs["n_failed"].tolist() == [0, 0, 0, 1]
    assert results.configs["mean"].isna().tolist() == [False, True, True, True]
    assert results.failures()["status"].tolist() == ["diverged"]


def test_validated_figures_are_those_of_scipy(noise):
    """Mean and t interval over finished validation runs; NaN where there are too few."""
    fresh = rows(0, noise[0], role="validation")
    fresh[3]["status"] = "failed"
    configs = race_of(
        rows(0, [2.0] * 9), rows(1, [1.0] * 9), fresh, rows(1, [0.5], role="validation")
    ).configs
    kept = np.delete(noise[0], 3)
    low, high = stats.t.interval(0.95, 18, kept.mean(), stats.sem(kept))
    figures = configs[["validated_mean", "validated_low", "validated_high"]]
    np.testing.assert_allclose(figures.iloc[0], [kept.mean(), low, high])
    np.testing.assert_array_equal(figures.iloc[1], [0.5, np.nan, np.nan])
    assert configs["n_validated"].tolist() == [19, 1]


def test_validation_changes_neither_order_nor_race_figures(noise):
    """However fresh seeds come out, they only say what the chosen one is worth."""
    race = [rows(x, np.arange(9.0) * (1 + x) - 20 * x) for x in range(5)]
    fresh = [rows(x, noise[x] + 100 * x, role="validation") for x in range(5)]
    before, after = race_of(*race).configs, race_of(*race, *fresh).configs
    others = ["n_validated", "validated_mean", "validated_low", "validated_high", "tied_with_best"]
    pd.testing.assert_frame_equal(before.drop(columns=others), after.drop(columns=others))


def test_ties_of_validated_configurations_are_those_of_fresh_seeds(noise):
    """The paired t test over them decides, not the race that chose the configurations."""
    fresh = noise + np.array([0.0, 0.0, -1.0, 1.0, 0.0])[:, None]
    results = race_of(
        *(rows(x, [5.0 - x, 5.1 - 1.1 * x] * 4 + [5.0 - x]) for x in range(5)),
        *(rows(x, fresh[x], role="validation") for x in range(4)),
    )
    configs = results.configs
    expected = [stats.ttest_rel(fresh[x], fresh[0]).pvalue > 0.05 / 3 for x in (1, 2, 3)]
    assert configs["x"].tolist() == [0, 1, 2, 3, 4]
    assert configs["tied_with_best"].tolist() == [True, *expected, False]
    assert expected == [True, False, False]
    assert results.best().tied == (configs["config_id"][1],)


def test_a_race_ties_only_what_it_did_not_drop(noise):
    """Those of lower rungs have too few seeds to be told apart from anything."""
    results = race_of(
        rows(0, noise[0][:9] + 0.01), rows(1, noise[1][:9]), rows(2, noise[2][:3]), rows(3, [0.0])
    )
    assert results.configs["x"].tolist()[:2] in ([0, 1], [1, 0])
    assert results.configs["tied_with_best"].tolist() == [True, True, False, False]


def test_the_winner_carries_the_value_to_quote(noise):
    """The validated one where it has an interval, whichever contender looks better there."""
    race = [rows(0, [5.0, 5.2] * 4 + [5.1]), rows(1, [4.0, 4.3] * 4 + [4.1])]
    fresh = [rows(x, noise[x] + 4 + 2 * x, role="validation") for x in range(2)]
    winner = race_of(*race, *fresh).best()
    assert winner.config == {"x": 0}
    assert winner.naive.value == pytest.approx(5.1)
    assert winner.validated.value == pytest.approx(noise[0].mean() + 4)
    assert winner.validated.n == 20
    assert winner.recommended == winner.validated
    assert winner.recommended_by == "validated"
    assert winner.optimism["validated"] == pytest.approx(5.1 - noise[0].mean() - 4)

    alone = race_of(*race).best()
    assert np.isnan(alone.validated.value)
    assert "fresh seeds" in str(alone.validated.reason)
    assert alone.recommended_by == "leave_one_seed_out"
    once = race_of(*race, rows(0, [1.0], role="validation")).best()
    assert (once.validated.value, once.validated.n) == (1.0, 1)
    assert once.recommended == alone.recommended


def test_a_quiet_race_compares_all_by_the_first_seed():
    """Where the seed changes no comparison, who got more seeds before that was known is luck."""
    quiet = [rows(0, [1.0, 2.0, 0.0]), rows(1, [2.0, 3.0, 1.0]), rows(2, [3.0]), rows(3, [3.0])]
    results = race_of(*quiet)
    assert results.is_quiet is True
    assert set(results.configs["x"][:2]) == {2, 3}
    assert results.configs["x"][2:].tolist() == [1, 0]
    assert results.configs["rung"].tolist() == [1, 1, 3, 3]
    assert results.configs["tied_with_best"].tolist() == [True, True, False, False]

    quiet[0][2]["score"] = 0.5
    noisy = race_of(*quiet)
    assert noisy.is_quiet is False
    assert noisy.configs["x"][:2].tolist() == [1, 0]
    assert race_of(*quiet, paired=False).is_quiet is None


def test_lower_is_better_turns_a_race_around(noise):
    """The same scores negated under the other mode give the same leaderboard."""
    up = [rows(x, noise[x][: RUNGS[x % 3]] + x) for x in range(5)]
    down = [[{**row, "score": -row["score"]} for row in part] for part in up]
    first, second = race_of(*up).configs, race_of(*down, mode="min").configs
    assert first["x"].tolist() == second["x"].tolist()
    assert first["tied_with_best"].tolist() == second["tied_with_best"].tolist()


def test_a_race_without_a_finished_run_has_no_winner():
    """Stopped and failed runs make no leader."""
    results = race_of(rows(0, [1.0], status="stopped"), rows(1, [np.nan], status="failed"))
    with pytest.raises(ResultsError, match="No run of `frame` has finished"):
        results.best()


def train(config, seed):
    """Stand in for an objective; nothing here calls it."""
    return {"loss": config["x"] + seed}


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with open_store(f"sqlite:///{tmp_path / 'sweeps.db'}") as opened:
        yield opened


def stored(store, seeds, runs):
    """Store runs of a sweep whose definition has this section of seeds."""
    sweep = Sweep(
        name="lab",
        objective=train,
        metric="loss",
        mode="min",
        space={"x": {"int": [0, 9]}},
        search={"sampler": "random", "configs": 2},
        seeds=3,
    )
    row = store.create(
        name="lab",
        definition=sweep.document() | {"seeds": seeds},
        identity=sweep.identity(),
        identity_hash=sweep.identity_hash,
        provenance={},
    )
    with store.acquire(row.sweep_id) as lease:
        writer = store.writer(row.sweep_id, lease)
        for x in range(2):
            if any(run.run.config_id == config_id({"x": x}) for run in runs):
                writer.add_config(Config(config_id({"x": x}), {"x": x}, x, "random"))
        for run in runs:
            writer.add_run(run, run.metrics.get("loss"))
        writer.close()
    return Results.from_store(store, store.get("lab"))


def ended(x, role, seed, **changes):
    """Give a run that is over."""
    keys: dict[str, Any] = {
        "status": Status.FINISHED,
        "metrics": {"loss": x + seed / 10},
        "steps": 1,
    }
    return RunEnded(Run(config_id({"x": x}), role, seed), **(keys | changes))


def test_rungs_follow_from_the_stored_definition(store):
    """A race says its rungs, and not how many runs it will have."""
    runs = [ended(1, "race", seed) for seed in range(2)] + [ended(0, "race", 0)]
    plan = {"race": 6, "reduction": 2, "validate": 3, "paired": True, "sources": None}
    results = stored(store, plan, runs)
    assert results.rungs == (1, 2, 4, 6)
    assert results.n_planned is None
    assert results.configs["x"].tolist() == [1, 0]
    assert results.configs["rung"].tolist() == [2, 1]


def test_validation_runs_have_their_rows_everywhere(store):
    """Runs, curves and failures name the role; the same seed may occur in both."""
    curve = Curve((1, 2), {"loss": (0.5, 0.4)})
    why = {"status": Status.FAILED, "metrics": {}, "error": "boom", "traceback": "Traceback"}
    runs = [
        ended(0, "validation", 0, curve=curve),
        ended(0, "validation", 1, **why),
        ended(0, "race", 0, curve=curve),
    ]
    results = stored(store, {"race": 1, "reduction": 3, "validate": 2, "paired": True}, runs)
    assert results.runs["role"].tolist() == ["race", "validation", "validation"]
    assert results.curves["role"].tolist() == ["race"] * 2 + ["validation"] * 2
    (failure,) = results.failures().itertuples()
    assert (failure.role, failure.seed, failure.traceback) == ("validation", 1, "Traceback")
    assert results.configs["n_failed"].tolist() == [0]
    assert results.configs["n_validated"].tolist() == [1]


def test_fresh_seeds_have_numbers_of_their_own_where_race_seeds_are_listed(store):
    """A listed number belongs to the race; validation follows from the master seed."""
    plan = {"values": [7, 8], "validate": 1, "paired": True, "sources": ["split"]}
    results = stored(store, plan, [ended(0, "race", 7), ended(0, "validation", 0)])
    listed = make_seed(0, "race", 7, varied=("split",), value=7)
    fresh = make_seed(0, "validation", 0, varied=("split",))
    assert results.runs["seed_split"].tolist() == [listed.int("split"), fresh.int("split")]
