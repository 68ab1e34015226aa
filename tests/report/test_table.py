"""What the command line prints, at several widths."""

from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from sweeps.report.table import (
    failure_list,
    leaderboard,
    sweep_list,
    sweep_summary,
    yaml_of,
)
from sweeps.report.winner import winner_report
from sweeps.results import from_frame
from sweeps.spec.yaml_text import read_yaml
from sweeps.store import SweepSummary


def printed(renderables, width=120):
    """Give what a terminal of that width shows."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    for renderable in renderables:
        console.print(renderable)
    return file.getvalue()


def flat(text):
    """Undo the wrapping of lines."""
    return " ".join(text.split())


@pytest.fixture
def frame():
    """Twelve configurations of a conditional space under 10 paired seeds."""
    rng = np.random.default_rng(0)
    n = 12
    frame = pd.DataFrame(
        {
            "C": 10 ** rng.uniform(-3, 3, n),
            "kernel": np.resize(["rbf", "poly", "linear"], n),
            "gamma": np.where(np.arange(n) % 3 < 2, 10 ** rng.uniform(-4, 1, n), np.nan),
            "tol": 1e-3,
            "base": np.linspace(0.90, 0.98, n),
        }
    )
    frame = frame.loc[frame.index.repeat(10)].reset_index(drop=True)
    frame["seed"] = np.tile(np.arange(10), n)
    noise = np.tile(rng.normal(0, 0.01, 10), n) + rng.normal(0, 0.02, 10 * n)
    return frame.assign(accuracy=frame["base"] + noise).drop(columns="base")


def results_of(frame, **options):
    """Read the frame of the fixture."""
    names = ["C", "kernel", "gamma", "tol"]
    return from_frame(
        frame, metric="accuracy", mode="max", hyperparameters=names, name="lab", **options
    )


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_leaderboard_fits_and_loses_nothing(frame, width):
    """At any width every line fits, and every configuration is there with all its figures."""
    frame.loc[3, "accuracy"] = np.nan
    results = results_of(frame)
    text = printed(leaderboard(results), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    for row in results.configs.itertuples():
        assert row.config_id[:8] in text
        assert f"{row.C:.4g}" in text
        assert f"{row.mean:.4f}" in text or f"{row.mean:.3f}" in text
    assert "failed" in text
    assert "tol=0.001" in flat(text)


def test_leaderboard_begins_with_the_result_in_words(frame):
    """The leader, its interval, and how many cannot be told apart, before any table."""
    results = results_of(frame)
    first = flat(printed(leaderboard(results)))
    winner = results.best()
    assert first.startswith(f"Configuration {winner.config_id[:8]} leads with a mean accuracy of")
    assert "over 10 seeds (95 % t interval)." in first
    assert 1 < len(winner.tied) < 11
    assert f"{len(winner.tied)} of the other 11 configurations cannot be told apart" in first


def test_leaderboard_marks_the_tied_and_says_what_the_mark_means(frame):
    """As many marks as ties, and a note on how they were found."""
    results = results_of(frame)
    lines = printed(leaderboard(results), 200).splitlines()
    marked = [line for line in lines if line.lstrip().partition(" ")[0].endswith("=")]
    assert len(marked) - 1 == len(results.best().tied)  # the note itself begins with one
    assert "corrected for the number of configurations compared" in flat(marked[-1])
    assert "(paired by seed)" in flat(marked[-1])


def test_leaderboard_shows_the_top_and_says_so(frame):
    """A part of the table is announced as a part."""
    text = printed(leaderboard(results_of(frame), top=3))
    assert "3 of 12 configurations shown; `--top` shows more." in text
    assert text.count("[0.") == 3


def test_leaderboard_says_that_the_objective_ignores_its_seed(frame):
    """Scores that no seed changes are pointed out."""
    text = flat(printed(leaderboard(results_of(frame.assign(accuracy=frame["C"])))))
    assert "the objective ignores its seed" in text
    assert "ignores its seed" not in flat(printed(leaderboard(results_of(frame))))


def test_leaderboard_of_one_seed_warns_of_luck(frame):
    """One seed says nothing of the spread."""
    text = flat(printed(leaderboard(results_of(frame[frame["seed"] == 0]))))
    assert "under one seed: the order may be luck" in text


def test_leaderboard_counts_failures_in_words(frame):
    """Failures are counted, and their configurations said to rank below."""
    frame.loc[[3, 4, 25], "accuracy"] = np.nan
    text = flat(printed(leaderboard(results_of(frame))))
    assert "3 runs of 2 configurations failed" in text


def test_leaderboard_without_a_finished_run_says_so(frame):
    """Nobody leads a sweep in which nothing finished."""
    text = flat(printed(leaderboard(results_of(frame.assign(accuracy=np.nan)))))
    assert text.startswith("No run of `lab` has finished.")


def test_leaderboard_of_an_unfinished_sweep_says_how_far_it_is(frame):
    """What is planned and what is over stand beside each other."""
    results = results_of(frame)
    results.n_planned = 400
    assert "The sweep is not done: 120 of 400 runs are over." in flat(printed(leaderboard(results)))


@pytest.fixture
def race(frame):
    """The same as a race: two rungs, a failure, an early stop, and fresh seeds for the best two."""
    frame = frame.assign(role="race", status="finished", steps=27)
    means = frame.groupby("C")["accuracy"].mean().sort_values()
    best = frame[frame["C"].isin(means.index[-2:])].assign(role="validation")
    best["accuracy"] -= 0.01
    kept = frame["C"].isin(means.index[-4:]) | (frame["seed"] == 0)
    frame = pd.concat([frame[kept], best], ignore_index=True)
    first = frame.index[frame["C"] == means.index[0]][0]
    second = frame.index[frame["C"] == means.index[1]][0]
    frame.loc[first, ["accuracy", "status"]] = [np.nan, "failed"]
    frame.loc[second, ["status", "steps"]] = ["stopped", 9]
    results = results_of(frame, role="role", status="status")
    results.rungs, results.status = (1, 10), "finished"
    return results


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_leaderboard_of_a_race_fits_and_shows_what_a_race_has(race, width):
    """Rungs, validated means and early stops beside the rest, each with its meaning."""
    text = printed(leaderboard(race), width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    for word in ("rung", "stopped at", "validated", "failed"):
        assert word in text
    for row in race.configs.head(2).itertuples():
        assert f"{row.validated_mean:.3f}" in text or f"{row.validated_mean:.4f}" in text
    if width == 60:  # figures stand beside their names, so that no plural can be wrong
        assert re.search(r" rung 10 seeds 10 (stopped at 9 )?failed 0 ", flat(text))
    assert "rung: the seeds over which a configuration was last compared" in flat(text)
    assert "stopped at: the step at which a run was stopped early" in flat(text)
    assert "validated: mean on fresh seeds" in flat(text)


def test_leaderboard_without_a_race_shows_nothing_of_one(frame):
    """Columns that would be empty are left out."""
    text = printed(leaderboard(results_of(frame)), 200)
    for word in ("rung", "stopped", "validated", "fresh"):
        assert word not in text


def test_headline_of_a_race_says_which_number_to_quote(race):
    """The validated one; the mean that won the race is better by luck."""
    text = flat(printed(leaderboard(race)))
    best = race.best()
    name = f"Configuration {best.config_id[:8]} leads the race with a mean accuracy of"
    assert text.startswith(name)
    assert f"Quote {best.validated.value:.3f} ± " in text
    said = f"{best.naive.value:.3f}"
    assert (
        f"its mean on 10 fresh seeds; the race itself said {said}, 0.01 better, which is luck"
        in (text)
    )
    assert "None of the other 3 contenders can be told apart from it." in text
    assert "1 run was stopped early, which no mean counts." in text
    assert "1 run of 1 configuration failed" in text


def test_headline_of_a_quiet_race_does_not_speak_of_luck(frame):
    """One seed says as much as many where the seed changes no comparison."""
    few = frame.assign(accuracy=frame["C"])[frame["seed"] < 2].drop_duplicates(["C", "seed"])
    results = results_of(few)
    results.rungs = (1, 3, 9)
    text = flat(printed(leaderboard(results)))
    assert "the seed changes no comparison, so the race compared all by one seed." in text
    assert "Each of the other 11 contenders can be told apart from it." in text
    assert "luck" not in text


def test_headline_does_not_speak_of_luck_where_there_was_none(race):
    """Fresh seeds may come out better than those that chose."""
    frame = race.runs.assign(role="race")[["C", "kernel", "gamma", "tol", "seed", "accuracy"]]
    frame = frame.drop_duplicates(["C", "seed"])
    fresh = frame.assign(role="validation", accuracy=frame["accuracy"] + 0.1)
    both = pd.concat([frame.assign(role="race"), fresh], ignore_index=True)
    text = flat(printed(leaderboard(results_of(both, role="role"))))
    assert "the seeds that chose it said" in text
    assert "which is no better." in text


def test_headline_of_a_race_without_validation_quotes_seeds_that_did_not_choose(frame):
    """Those of the last rung, one left out at a time."""
    results = results_of(frame)
    results.rungs, results.status = (1, 10), "finished"
    text = flat(printed(leaderboard(results)))
    quoted = results.best().leave_one_seed_out.value
    assert f"Quote {quoted:.3f} ± " in text
    assert "under the one that was left out; the seeds that chose it said" in text


def test_headline_of_a_running_race_counts_its_runs(frame):
    """Nobody knows how many there will be."""
    results = results_of(frame)
    results.rungs, results.status = (1, 10), "interrupted"
    text = flat(printed(leaderboard(results)))
    assert "The sweep is not done: 120 runs are over." in text
    assert "fresh" not in text


def test_stopped_runs_are_not_listed_as_failures(race):
    """They were stopped on purpose; a validation run that failed is one."""
    assert flat(printed(failure_list(race))).startswith("1 of ")
    assert "stopped" not in printed(failure_list(race))


def test_summary_counts_validation_apart(race):
    """What was planned has no validation in it."""
    text = flat(printed(sweep_summary(race)))
    n_race = int((race.runs["role"] == "race").sum())
    assert f"runs {n_race} (12 configurations), and 20 validation runs" in text


def test_winner_of_a_race_is_shown_with_validated_ties(race):
    """What fresh seeds say of those that might as well lead."""
    text = flat(printed(winner_report(race), 200))
    table = race.configs.set_index("config_id")
    for config_id in race.best().tied:
        mean = table["validated_mean"][config_id]
        shown = f"{config_id[:8]} ({mean:.3f}" if np.isfinite(mean) else config_id[:8]
        assert shown in text


def test_words_of_the_user_are_no_markup():
    """Names and values with brackets are shown as they are."""
    frame = pd.DataFrame({"x": ["[red]", "[/]"], "seed": [0, 0], "loss": [1.0, 2.0]})
    results = from_frame(frame, metric="loss", mode="min", hyperparameters=["x"])
    text = printed(leaderboard(results))
    assert "[red]" in text
    assert "[/]" in text


def test_failures_are_counted_by_reason_then_listed(frame):
    """Most frequent reason first, then each run with its reason and what it printed."""
    frame["status"] = "finished"
    frame.loc[[3, 4, 25], "status"] = ["failed", "failed", "timed_out"]
    frame["error"] = None
    frame.loc[[3, 4, 25], "error"] = ["ValueError: no", "ValueError: no", "over 5 s"]
    text = printed(failure_list(results_of(frame, status="status")))
    lines = [flat(line) for line in text.splitlines()]
    assert lines[0] == "3 of 120 runs of `lab` failed."
    assert lines[2:4] == ["2 x failed ValueError: no", "1 x timed out over 5 s"]
    assert sum("seed 3: failed" in line for line in lines) == 1
    assert sum("seed 5: timed out" in line for line in lines) == 1


def test_failures_are_cut_where_there_are_many(frame):
    """What is left out is counted."""
    text = printed(failure_list(results_of(frame.assign(accuracy=np.nan)), top=2))
    assert text.count("config ") == 2
    assert "2 of 120 failed runs shown." in text


def test_failures_do_not_move_the_cursor(frame):
    """What a run printed cannot recolour the terminal or write over it."""
    frame["error"] = None
    frame.loc[3, ["accuracy", "error"]] = [np.nan, "10 %\r20 %\x1b[31mred\x1b]0;title\x07\x08"]
    text = printed(failure_list(results_of(frame)))
    assert "20 %red" in text
    assert not set(text) & set("\x1b\r\x07\x08")


def test_no_failures_are_one_sentence(frame):
    """Nothing failed, nothing to list."""
    assert printed(failure_list(results_of(frame))) == "0 of 120 runs of `lab` failed.\n"


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_list_of_sweeps_fits(width):
    """Every sweep keeps its name, status and number of runs at any width."""
    rows = [
        SweepSummary(f"sweep-{i}", "finished", "accuracy", 40, 1200, 3, 0.0, 1e9, "host:1234")
        for i in range(3)
    ]
    text = printed(sweep_list(rows), width)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= width
    for i in range(3):
        assert f"sweep-{i}" in text
    assert text.count("finished") == text.count("1,200") == 3
    assert ("host:1234" in text) == (width >= 80)


def test_empty_store_is_said_to_be_empty():
    """No table without rows."""
    assert "no sweep" in printed(sweep_list([]))


def test_summary_gives_the_facts(frame):
    """Name, metric and direction, and where it came from."""
    results = results_of(frame)
    results.status, results.message = "interrupted", "Stopped by Ctrl-C."
    results.provenance = {
        "sessions": [
            {},
            {
                "git": {"commit": "0123456789abcdef", "is_dirty": True},
                "objective": {"reference": "objectives.svm"},
                "machine": "lab1",
            },
        ]
    }
    lines = [flat(line) for line in printed(sweep_summary(results)).splitlines()]
    assert "sweep lab" in lines
    assert "status interrupted: Stopped by Ctrl-C." in lines
    assert "metric accuracy, higher is better" in lines
    assert "runs 120 (12 configurations)" in lines
    assert "objective objectives.svm" in lines
    assert "commit 0123456789ab, with uncommitted changes" in lines


def test_winner_is_shown_with_its_values_and_ties(frame):
    """The identifier in full, every active hyperparameter, and the tied ones."""
    results = results_of(frame)
    winner = results.best()
    text = printed(winner_report(results))
    assert winner.config_id in text
    for name in winner.config:
        assert f"  {name}: " in text
    for config_id in winner.tied:
        assert config_id[:8] in text


def test_many_ties_are_counted(frame):
    """Ten are named; a list of hundreds would say nothing."""
    luck = np.random.default_rng(1).normal(size=len(frame))
    text = printed(winner_report(results_of(frame.assign(accuracy=luck))))
    assert text.rstrip().endswith(" and 1 more.")
    assert text.rpartition(": ")[2].count(",") == 9


def test_configuration_in_yaml_reads_back_equal():
    """Not a digit is lost, and words that look like something else stay words."""
    config = {"C": 1 / 3, "n": 5, "kernel": "on", "layers": [64, 32], "none": None, "tiny": 1e-12}
    assert read_yaml(yaml_of(config), "test").content == config
