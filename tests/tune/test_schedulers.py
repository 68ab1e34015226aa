"""Schedulers of Ray Tune as stopping rules: ASHA, median, HyperBand, and odd ones of our own."""

from __future__ import annotations

import doctest
import math
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from ray.tune.schedulers import FIFOScheduler

from sweeps.errors import PluginError, SpecError
from sweeps.planner.stopping import Pause, Pausing, Stop
from sweeps.tune.schedulers import scheduler_of
from tests.contracts.stopping_contract import tell

ASHA = "ray.tune.schedulers:ASHAScheduler"
MEDIAN = "ray.tune.schedulers:MedianStoppingRule"
HYPERBAND = "ray.tune.schedulers:HyperBandScheduler"
BOHB = "ray.tune.schedulers:HyperBandForBOHB"


class Raising(FIFOScheduler):
    """Raises where an option says so."""

    def on_trial_result(self, tune_controller, trial, result):
        raise ZeroDivisionError("oh")


class PausesAll(FIFOScheduler):
    """Pauses at every step and lets nobody go on."""

    def on_trial_result(self, tune_controller, trial, result):
        return "PAUSE"

    def choose_trial_to_run(self, tune_controller):
        return None


def sweep_of(
    rule,
    options=None,
    *,
    max_steps: int | None = 9,
    kind="function",
    configs=None,
    every=1,
    mode="max",
) -> Any:
    return SimpleNamespace(
        stopping=SimpleNamespace(
            rule=rule, options=options, max_steps=max_steps, every=every, grace=1
        ),
        objective=SimpleNamespace(steps=None),
        saves_runs=kind == "class",
        search=SimpleNamespace(configs=configs),
        metric="acc",
        mode=mode,
        master_seed=3,
    )


@pytest.fixture
def rule(monkeypatch):
    """Make a rule."""
    module = SimpleNamespace(Raising=Raising, PausesAll=PausesAll, thing=3)
    monkeypatch.setitem(__import__("sys").modules, "their_package", module)
    return lambda path, options=None, **changes: scheduler_of(sweep_of(path, options, **changes))


def play(rule, scores, steps=9):
    """Train rows one after the other, at a constant score each; gives the last step of each."""
    ends = []
    for row, score in enumerate(scores):
        for step in range(1, steps + 1):
            if isinstance(rule.judge(row, 0, step, score), Stop):
                break
        rule.finished(row, step, score)
        ends.append(step)
    return ends


def play_pausing(rule, scores, steps=9, slots=2):
    """Train rows side by side with pauses; gives the last step of each and the pauses."""
    waiting, n_pauses = list(range(len(scores))), 0
    running: list[int] = []
    paused: set[int] = set()
    at: dict[int, int] = {}
    ends: dict[int, int] = {}
    while waiting or running or paused:
        while waiting and len(running) < slots:
            running.append(waiting.pop(0))
        for row in list(running):
            at[row] = at.get(row, 0) + 1
            verdict = rule.judge(row, 0, at[row], scores[row])
            if isinstance(verdict, Pause):
                running.remove(row)
                paused.add(row)
                n_pauses += 1
            elif isinstance(verdict, Stop) or at[row] == steps:
                running.remove(row)
                ends[row] = at[row]
                rule.finished(row, at[row], scores[row])
        released = [each for each in rule.released() if each[0] in paused]
        if not released and not waiting and not running:
            released = [(row, None) for row in paused]
        for row, stop in released:
            paused.remove(row)
            if stop is None:
                waiting.append(row)
            else:
                ends[row] = at[row]
                rule.finished(row, at[row], scores[row])
    return [ends[row] for row in range(len(scores))], n_pauses


@pytest.mark.parametrize(("mode", "sign"), [("max", 1), ("min", -1)])
def test_asha_stops_the_worst_and_lets_the_best_finish(rule, mode, sign):
    """In both modes; nobody is stopped at the last step."""
    scores = [sign * score for score in (0.9, 0.1, 0.2, 0.95, 0.3)]
    asha = rule(ASHA, {"grace_period": 1, "reduction_factor": 3}, mode=mode)
    assert play(asha, scores) == [9, 1, 1, 9, 1]
    assert isinstance(asha, Pausing)


def test_median_stops_what_is_below_the_median(rule):
    """Once there are enough others; it counts steps, not seconds."""
    median = rule(MEDIAN, {"grace_period": 2, "min_samples_required": 2})
    assert play(median, [0.5, 0.7, 0.1, 0.9]) == [9, 9, 2, 9]


@pytest.mark.parametrize("path", [HYPERBAND, BOHB])
@pytest.mark.parametrize("slots", [1, 2, 5])
def test_hyperband_pauses_and_stops_and_finishes_the_best(rule, path, slots):
    """Every bracket is halved once all of it waits; nobody is left behind."""
    scores = np.random.default_rng(0).permutation(17) / 17
    hyperband = rule(path, kind="class", configs=17)
    ends, n_pauses = play_pausing(hyperband, scores.tolist(), slots=slots)
    assert n_pauses > 0
    assert ends[int(scores.argmax())] == 9
    assert 1 <= sum(end < 9 for end in ends) <= 15


def test_a_rule_that_lets_nobody_go_on_is_overruled(rule):
    """What goes on without its leave is paused no more, so that the sweep ends."""
    ends, n_pauses = play_pausing(rule("their_package:PausesAll", kind="class"), [0.1, 0.2])
    assert ends == [9, 9]
    assert n_pauses == 2


@pytest.mark.parametrize("score", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_stopped_without_asking(rule, score):
    """Ray's ASHA would let it live; the scheduler is told that it failed."""
    asha = rule(ASHA)
    verdict = asha.judge(0, 0, 1, score)
    assert isinstance(verdict, Stop)
    assert "diverged" in verdict.reason
    asha.finished(0, 1, score)
    assert isinstance(asha.judge(0, 4, 1, score), Stop)


def test_later_seeds_are_never_judged(rule):
    """A scheduler knows one trial for each configuration."""
    asha = rule(ASHA)
    asha.judge(0, 0, 1, 0.9)
    assert asha.judge(1, 1, 1, 0.1) is None
    assert isinstance(asha.judge(1, 0, 1, 0.1), Stop)


def test_a_reason_names_the_scheduler_and_the_numbers(rule):
    """It is a sentence and JSON-able numbers."""
    asha = rule(ASHA)
    _, verdict = tell(asha, [((0, 0, 1), 0.9), ((1, 0, 1), 0.125)])
    assert verdict is not None
    assert verdict.reason == f"`{ASHA}` said stop at step 1 on a score of 0.125"
    assert verdict.detail == {"rule": ASHA, "step": 1}


def test_a_step_told_again_has_the_same_verdict(rule):
    """As after a lost process: earlier steps say nothing new."""
    median = rule(MEDIAN, {"grace_period": 1, "min_samples_required": 1})
    points: list[Any] = [((0, 0, 1), 0.9), ((0, 0, 2), 0.9), ((1, 0, 1), 0.1)]
    first = tell(median, points)
    assert tell(median, points) == [None, None, first[2]]
    assert isinstance(first[2], Stop)


def test_told_stored_curves_it_decides_as_before(rule):
    """Brackets drawn at random included."""
    options = {"brackets": 2, "reduction_factor": 2}
    used, replayed = rule(ASHA, options), rule(ASHA, options)
    scores = np.random.default_rng(1).random(20).tolist()
    ends = play(used, scores)
    for row, (score, end) in enumerate(zip(scores, ends, strict=True)):
        for step in range(1, end + 1):
            replayed.judge(row, 0, step, score)
        replayed.finished(row, end, score)
    later = [((20, 0, step), 0.4) for step in range(1, 9)]
    assert tell(replayed, later) == tell(used, later)


def test_the_process_keeps_its_own_random_numbers(rule):
    """The global generators are put back."""
    np.random.seed(1)
    random.seed(1)
    expected = (np.random.random(), random.random())
    np.random.seed(1)
    random.seed(1)
    rule(ASHA, {"brackets": 2}).judge(0, 0, 1, 0.5)
    assert (np.random.random(), random.random()) == expected


def test_what_it_raises_ends_the_sweep_with_its_name(rule):
    """Whatever its class."""
    raising = rule("their_package:Raising")
    with pytest.raises(PluginError, match=r"`their_package:Raising` .* in `on_trial_result`: oh"):
        raising.judge(0, 0, 1, 0.5)


def test_a_pause_of_what_cannot_be_paused_is_refused(rule):
    """A scheduler of the user's own may say so only when it is asked."""
    with pytest.raises(PluginError, match="only class objectives"):
        rule("their_package:PausesAll").judge(0, 0, 1, 0.5)


def test_milestones_are_the_steps_asked_for(rule):
    """Every step, or every few."""
    assert rule(ASHA).milestones.includes(2)
    assert not rule(ASHA, every=2).milestones.includes(2)


@pytest.mark.parametrize(
    ("path", "options", "changes", "message"),
    [
        ("no_such_package:Rule", None, {}, "cannot be imported"),
        ("their_package:thing", None, {}, "inherits from"),
        ("ray.tune.schedulers.pbt:PopulationBasedTraining", None, {}, "in mid-run"),
        ("ray.tune.schedulers.pbt:PopulationBasedTrainingReplay", None, {}, "in mid-run"),
        ("ray.tune.schedulers.pb2:PB2", None, {}, "in mid-run"),
        ("ray.tune.schedulers:ResourceChangingScheduler", None, {}, "cannot change while"),
        (HYPERBAND, None, {}, "needs a class objective"),
        (BOHB, None, {}, "needs a class objective"),
        (MEDIAN, {"hard_stop": False}, {}, "needs a class objective"),
        (ASHA, {"grace_period": 0}, {}, "refused to start.*grace_period must be positive"),
        (ASHA, {"time_attr": "time_total_s"}, {}, "`time_attr` must be `training_iteration`"),
        (ASHA, {"max_t": 5}, {}, "`max_t` must be the number of steps of a run, 9, got 5"),
        (ASHA, None, {"max_steps": None}, "needs the number of steps"),
        (ASHA, {"mode": "min"}, {}, r"stopping\.options\.mode"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(rule, path, options, changes, message):
    """Rule, what came, where, what to do."""
    with pytest.raises(SpecError, match=message) as caught:
        rule(path, options, **changes)
    assert caught.value.problems[0].where.startswith("stopping.")


@pytest.mark.slow
def test_the_example_of_the_page_gives_what_it_shows():
    """`docs/plugins.md` is run from top to bottom."""
    page = Path(__file__).parents[2] / "docs" / "plugins.md"
    tried = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert tried.attempted > 3
    assert tried.failed == 0
