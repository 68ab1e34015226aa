"""Executing one run: whatever it does becomes a report. No Ray in here."""

from __future__ import annotations

import math
import random
import sys
import time

import numpy as np
import pytest

from sweeps.planner.stopping import Milestones
from sweeps.tune.conditions import Conditions
from sweeps.tune.execution import Execution, Executor
from sweeps.tune.wire import PAUSED, Point, Report

FAR = math.inf


def report_of(function, values=None, seed=0, **changes):
    """Execute one run to its end."""
    conditions = Conditions(metric="score_", master_seed=0, **changes)
    executor = Executor(function, conditions, data="the data")
    execution = Execution(executor, 7, values or {}, conditions.seed("race", seed, "c"))
    report = None
    while report is None:
        report = execution.advance(FAR)
    return report


def test_a_function_reports_once():
    """What a function returns is its metrics, as floats."""
    report = report_of(lambda config, seed: {"score_": config["x"], "n": np.int64(3)}, {"x": 1})
    assert (report.i_run, report.status, report.steps) == (7, "finished", 1)
    assert report.metrics == {"score_": 1.0, "n": 3.0}
    assert report.curve is None
    assert report.output is None


def test_a_generator_reports_step_by_step():
    """The last value of each metric counts, and the curve keeps all of them."""

    def train(config, seed):
        yield {"score_": 1.0, "warm": 0.5}
        yield {"score_": 2.0}

    report = report_of(train)
    assert report.metrics == {"score_": 2.0, "warm": 0.5}
    assert report.curve.steps == (1, 2)
    assert report.curve.metrics == {"score_": (1.0, 2.0), "warm": (0.5, None)}


def test_the_first_report_must_have_the_metric():
    """A generator without the metric ends at its first step, not after its last one."""
    steps = []

    def train(config, seed):
        for step in range(3):
            steps.append(step)
            yield {"loss": 1.0}

    report = report_of(train)
    assert report.is_malformed
    assert "`score_`, but it reported `loss`" in report.error
    assert steps == [0]


def test_a_generator_comes_back_between_steps():
    """A slice that is over ends between two steps; the next one goes on where it was."""

    def train(config, seed):
        for step in range(3):
            yield {"score_": float(step)}

    conditions = Conditions(metric="score_", master_seed=0)
    execution = Execution(Executor(train, conditions), 0, {}, conditions.seed("race", 0, "c"))
    assert execution.advance(0.0) is None
    assert execution.advance(0.0) is None
    assert execution.advance(0.0) is None
    report = execution.advance(0.0)
    assert isinstance(report, Report)
    assert report.steps == 3


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_metric_that_is_no_finite_number_is_divergence(value):
    """NaN and infinity are kept as they are, and the run is called diverged."""
    report = report_of(lambda config, seed: {"score_": value})
    assert report.status == "diverged"
    assert report.metrics["score_"] == value or math.isnan(value)
    assert "at the last step" in report.error


def test_an_exception_is_data():
    """Type and message in one line, the traceback from the objective's frame on, the output."""

    def train(config, seed):
        print("about to fail")
        raise ValueError("too bad\nsecond line")

    report = report_of(train)
    assert report.status == "failed"
    assert report.error == "ValueError: too bad"
    assert "about to fail" in report.output
    assert "in train" in report.traceback
    assert "tune/execution.py" not in report.traceback


def test_what_was_reported_before_a_failure_is_kept():
    """A run that raises in its third step keeps the curve of the first two."""

    def train(config, seed):
        yield {"score_": 1.0}
        yield {"score_": 2.0}
        raise RuntimeError

    report = report_of(train)
    assert report.status == "failed"
    assert report.curve.metrics == {"score_": (1.0, 2.0)}


def test_sys_exit_is_a_failure():
    """`sys.exit` ends the run, not the process."""
    report = report_of(lambda config, seed: sys.exit(3))
    assert report.status == "failed"
    assert report.error == "called sys.exit(3)"


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (None, "it gave None"),
        (0.9, "it gave a float"),
        ({"score_": "high"}, "`score_` must be a number, but it was a str"),
        ({"score_": [1, 2]}, "must be a number, but it was a list"),
        ({"other": 1.0}, "must report the metric `score_`, but it reported `other`"),
        ({"score_": 1.0, "seed": 2.0}, "'seed' is taken by a column"),
    ],
)
def test_what_is_no_report_is_said(outcome, reason):
    """A wrong form names what came, and is marked so that the first one can end the sweep."""
    report = report_of(lambda config, seed: outcome)
    assert report.status == "failed"
    assert report.is_malformed
    assert reason in report.error


def test_a_generator_that_yields_nothing_is_malformed():
    """No step is no report."""

    def train(config, seed):
        yield from ()

    assert "yielded none" in report_of(train).error


def test_a_run_in_python_is_ended_at_its_limit():
    """A busy loop ends soon after its limit, as timed out; catching exceptions does not help."""

    def train(config, seed):
        try:
            while True:
                pass
        except Exception:  # noqa: BLE001 - what a user's code may do
            return {"score_": 1.0}

    started = time.monotonic()
    report = report_of(train, timeout_s=0.1)
    assert report.status == "timed_out"
    assert report.error == "ran longer than timeout_s=0.1"
    assert time.monotonic() - started < 1.0


def test_time_spent_between_slices_is_not_the_runs():
    """Waiting for the driver counts neither as duration nor against the limit."""

    def train(config, seed):
        yield {"score_": 1.0}
        yield {"score_": 2.0}

    conditions = Conditions(metric="score_", master_seed=0, timeout_s=0.05)
    execution = Execution(Executor(train, conditions), 0, {}, conditions.seed("race", 0, "c"))
    execution.advance(0.0)
    time.sleep(0.06)
    report = execution.advance(FAR)
    assert isinstance(report, Report)
    assert report.status == "finished"
    assert report.duration_s < 0.05


def test_global_generators_are_reseeded():
    """Code that draws from Python's and numpy's global generators is reproducible by seed."""

    def train(config, seed):
        return {"score_": random.random() + np.random.rand()}

    first, again, other = (report_of(train, seed=seed).metrics["score_"] for seed in (1, 1, 2))
    assert first == again != other


def test_data_come_third():
    """An objective that takes data gets what `load_data` gave."""
    report = report_of(lambda c, s, data: {"score_": len(data)}, takes_data=True)
    assert report.metrics == {"score_": 8.0}


def test_a_changed_config_does_not_leak():
    """A run that pops from its config leaves the next run's alone."""

    def train(config, seed):
        return {"score_": config.pop("x")}

    values = {"x": 1.0}
    assert report_of(train, values).status == "finished"
    assert values == {"x": 1.0}


def test_only_the_tail_of_much_output_is_kept():
    """Megabytes of output cost neither memory nor the last line."""

    def train(config, seed):
        for i in range(100_000):
            print("line", i)
        raise RuntimeError

    output = report_of(train).output
    assert len(output) <= 4000
    assert output.endswith("line 99999\n")


def test_an_execution_announces_itself_and_what_it_prints():
    """A watched run says that it starts, and each thing that it prints, before going on."""
    said = []

    def train(config, seed):
        print("hello", end="")
        return {"score_": 1.0}

    conditions = Conditions(metric="score_", master_seed=0)
    executor = Executor(train, conditions)
    seed = conditions.seed("race", 0, "c")
    Execution(executor, 5, {}, seed, lambda *words: said.append(words)).advance(FAR)
    assert [i_run for i_run, _, _ in said] == [5] * len(said)
    assert said[0][2] == ""
    assert said[-1][2] == "hello"


class Counter:
    """A class objective: its score is the number of steps, and it ends after `n_steps`."""

    def setup(self, config, seed):
        self.step_, self.end = 0, config.get("n_steps", 5)

    def step(self):
        if self.step_ == self.end:
            raise StopIteration
        self.step_ += 1
        return {"score_": float(self.step_)}


def count(config, seed):
    """The same as a generator."""
    for step in range(config.get("n_steps", 5)):
        yield {"score_": float(step + 1)}


STEPWISE = pytest.mark.parametrize("function", [Counter, count], ids=["class", "generator"])


@STEPWISE
def test_a_run_ends_by_itself_or_after_the_most_steps(function):
    """Whichever comes first; the curve ends there, and the run is finished."""
    for max_steps, n_steps in ((None, 5), (3, 3), (5, 5), (9, 5)):
        report = report_of(function, max_steps=max_steps)
        assert (report.status, report.steps, report.error) == ("finished", n_steps, None)
        assert report.curve.steps == tuple(range(1, n_steps + 1))
        assert report.metrics == {"score_": float(n_steps)}


def test_an_instance_is_made_for_each_run():
    """What one run leaves in its instance is not there in the next."""
    assert report_of(Counter, {"n_steps": 2}).steps == report_of(Counter, {"n_steps": 2}).steps == 2


def test_a_class_takes_data():
    """`setup` gets what `load_data` gave as its third argument."""

    class Train:
        def setup(self, config, seed, data):
            self.n = len(data)

        def step(self):
            return {"score_": self.n}

    assert report_of(Train, takes_data=True, max_steps=1).metrics == {"score_": 8.0}


def test_a_class_that_fails_shows_its_own_frames():
    """The traceback begins in its method, and the steps before are kept."""

    class Train(Counter):
        def step(self):
            report = super().step()
            return report if self.step_ < 3 else 1 / 0

    report = report_of(Train)
    assert (report.status, report.steps) == ("failed", 2)
    assert "in step" in report.traceback
    assert "sweeps/tune" not in report.traceback


def test_a_class_without_a_step_is_malformed():
    """No step is no report."""
    report = report_of(Counter, {"n_steps": 0})
    assert report.is_malformed
    assert "must return at least one dict of metrics, but it returned none" in report.error


def test_a_generator_that_is_cut_is_closed():
    """It can clean up behind itself; what it raises then changes nothing."""
    closed = []

    def train(config, seed):
        try:
            yield from count(config, seed)
        finally:
            closed.append(True)
            raise ValueError("in vain")

    report = report_of(train, max_steps=2)
    assert (report.status, closed) == ("finished", [True])
    assert "sweeps: closing the generator raised ValueError: in vain" in report.output


MILESTONES = Milestones((2, 4))


def started(function, *, milestones=MILESTONES, **changes):
    """Begin a run that has milestones."""
    conditions = Conditions(metric="score_", master_seed=0, **changes)
    seed = conditions.seed("race", 0, "c")
    return Execution(Executor(function, conditions), 7, {}, seed, milestones=milestones)


@STEPWISE
def test_a_run_waits_at_its_milestones(function):
    """It comes back at once, with its metrics so far, and goes on when asked again."""
    execution = started(function)
    assert execution.advance(FAR) == Point(7, 2, {"score_": 2.0})
    assert execution.advance(FAR) == Point(7, 4, {"score_": 4.0})
    report = execution.advance(FAR)
    assert (report.status, report.steps) == ("finished", 5)


@STEPWISE
def test_the_last_step_is_no_milestone(function):
    """There is nothing left to decide."""
    execution = started(function, max_steps=2)
    assert execution.advance(FAR).status == "finished"


@STEPWISE
def test_a_stopped_run_keeps_its_curve(function):
    """It takes no further step; the reason stands where errors do, and its output is not kept."""
    execution = started(function)
    execution.advance(FAR)
    execution.stop("third of three")
    report = execution.advance(FAR)
    assert (report.status, report.error, report.output) == ("stopped", "third of three", None)
    assert report.curve.metrics == {"score_": (1.0, 2.0)}
    assert report.metrics == {"score_": 2.0}


@STEPWISE
def test_a_paused_run_leaves_with_what_it_has(function):
    """Without a checkpoint it begins anew when it comes back."""
    execution = started(function)
    execution.advance(FAR)
    execution.pause()
    report = execution.advance(FAR)
    assert (report.status, report.steps, report.error) == (PAUSED, 2, None)


def test_metrics_at_a_milestone_are_the_newest_of_each():
    """As at the end of a run: a metric that is reported now and then keeps its value."""

    def train(config, seed):
        yield {"score_": 1.0, "rare": 0.5}
        yield {"score_": 2.0}

    point = started(train).advance(FAR)
    assert point.metrics == {"score_": 2.0, "rare": 0.5}
