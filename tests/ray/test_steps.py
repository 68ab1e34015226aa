"""Runs that go step by step on a real Ray: verdicts in mid-run, and processes that are lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pandas as pd
import psutil
import pytest
import ray
from ray import tune

import sweeps
from sweeps.objective import load_objective
from sweeps.planner.batch import Batch
from sweeps.planner.event import Config
from sweeps.planner.stopping import Milestones
from sweeps.tune.conditions import Conditions
from sweeps.tune.trainable import BatchTrainable
from sweeps.tune.wire import PAUSED, Halt, pack_batch, unpack_points, unpack_reports
from tests.conftest import ray_processes_of_this_run
from tests.ray.conftest import ROOT

OBJECTIVE = '''\
"""A random walk that remembers its steps in a file; it may kill its process once."""

import os
import random
import signal
import time
from pathlib import Path

LOG = Path(__file__).with_name("steps.txt")
KILLED = Path(__file__).with_name("killed")
SPACE = {"x": {"float": [0, 1]}, "kill_at": 0, "sleep_s": 0.01}
METRIC = "height"
MODE = "max"
STEPS = 12


class Train:
    def setup(self, config, seed):
        self.config, self.seed = config, int(seed)
        self.height, self.n = config["x"], 0

    def step(self):
        self.n += 1
        self.height += random.random()
        with LOG.open("a") as file:
            file.write(f"{self.config['x']} {self.seed} {self.n}\\n")
        time.sleep(self.config["sleep_s"])
        if self.n == self.config["kill_at"]:
            try:
                KILLED.touch(exist_ok=False)
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), signal.SIGKILL)
        return {"height": self.height}

    def save(self, directory):
        (directory / "state.txt").write_text(f"{self.height!r} {self.n}")

    def load(self, directory):
        height, n = (directory / "state.txt").read_text().split()
        self.height, self.n = float(height), int(n)
'''


@pytest.fixture
def walk(tmp_path):
    """The file of an objective that goes step by step."""
    path = tmp_path / "walk.py"
    path.write_text(OBJECTIVE, encoding="utf-8")
    return path


def steps_made(walk):
    """Count how often each run made each step."""
    lines = (walk.parent / "steps.txt").read_text().splitlines()
    return pd.Series(lines).value_counts()


# ------------------------------------------------------------------------------ one worker
@pytest.fixture
def worker(walk, tmp_path):
    """Start a worker process of Ray Tune's, as a trial would; `order` is its first batch."""
    objective = load_objective(str(walk))
    actors = []

    def start(order, **changes):
        conditions = Conditions(
            "height",
            master_seed=0,
            max_steps=6,
            milestones=Milestones((2, 4)),
            checkpoint_path=str(tmp_path / "checkpoints"),
            **changes,
        )
        trainable = tune.with_parameters(
            BatchTrainable, shipment=objective.shipment, conditions=conditions, session="test"
        )
        actor = ray.remote(trainable).options(num_cpus=1).remote(config=order)
        actors.append(actor)
        return actor

    yield start
    for actor in actors:
        ray.kill(actor)


def order(batch_id, *seeds, role="race"):
    """Ask for runs of one configuration."""
    config = Config("c0", {"x": 0.5, "kill_at": 0, "sleep_s": 0.0}, 0, "random")
    runs = tuple((0, role, seed) for seed in seeds)
    return {"batch": pack_batch(Batch(batch_id, (config,), runs, 60.0, 0.5, is_watched=False))}


def train(actor):
    """Let a worker go on until it comes back; gives points and reports."""
    result = ray.get(actor.train.remote())
    points, reports = result["points"], result["reports"]
    return (
        [(p.i_run, p.step) for p in unpack_points(points)] if points else [],
        [(r.i_run, r.status, r.steps) for r in unpack_reports(reports)] if reports else [],
    )


@pytest.mark.usefixtures("shared_ray")
def test_a_worker_comes_back_at_every_milestone(worker):
    """And goes on when it is asked again, with the next run at the end of one."""
    actor = worker(order(1, 0, 1))
    assert train(actor) == ([(0, 2)], [])
    assert train(actor) == ([(0, 4)], [])
    assert train(actor) == ([(1, 2)], [(0, "finished", 6)])


@pytest.mark.usefixtures("shared_ray")
def test_runs_of_the_validation_have_no_milestones(worker):
    """Nobody stops them."""
    actor = worker(order(1, 0, 1, role="validation"))
    assert train(actor) == ([], [(0, "finished", 6), (1, "finished", 6)])


@pytest.mark.usefixtures("shared_ray")
def test_a_verdict_comes_before_the_next_step(worker, walk):
    """Though the worker is asked to go on at once; verdicts on other runs and batches pass."""
    actor = worker(order(1, 0, 1))
    assert train(actor) == ([(0, 2)], [])
    actor.halt.remote(1, [Halt(1, is_pause=False, reason="another run")])
    actor.halt.remote(9, [Halt(0, is_pause=False, reason="another batch")])
    assert train(actor) == ([(0, 4)], [])
    actor.halt.remote(1, [Halt(0, is_pause=False, reason="too low")])
    assert train(actor) == ([(1, 2)], [(0, "stopped", 4)])
    assert steps_made(walk).max() == 1


@pytest.mark.usefixtures("shared_ray")
def test_a_paused_run_goes_on_in_another_process(worker, walk):
    """From the step that it was saved after."""
    actor = worker(order(1, 0))
    train(actor)
    actor.halt.remote(1, [Halt(0, is_pause=True, reason="")])
    assert train(actor) == ([], [(0, PAUSED, 2)])
    other = worker(order(2, 0))
    assert train(other) == ([(0, 4)], [])
    assert train(other) == ([], [(0, "finished", 6)])
    assert steps_made(walk).to_list() == [1] * 6


# ------------------------------------------------------------------------------ whole sweeps
@pytest.fixture
def make_walk(walk, store):
    """Make a sweep of the walk that is saved about every step; keywords change it."""

    def make(name, **space):
        return sweeps.Sweep(
            name=name,
            objective=str(walk),
            space={"x": {"float": [0, 1]}, "kill_at": 0, "sleep_s": 0.01, **space},
            search={"sampler": "random", "configs": 2},
            seeds=2,
            checkpoint={"every_s": 0},
            store=store,
        )

    return make


@pytest.mark.usefixtures("shared_ray")
def test_a_run_whose_process_is_killed_goes_on(make_walk, walk, tmp_path):
    """From its last checkpoint, with the curve of an uninterrupted run; nothing is left behind."""
    whole = sweeps.run(make_walk("whole"), progress=False)
    (walk.parent / "steps.txt").unlink()
    results = sweeps.run(make_walk("killed", kill_at=7), progress=False)
    assert results.runs.status.eq("finished").all()
    assert results.runs.attempts.max() == 2
    same = ["seed", "height", "steps"]
    pd.testing.assert_frame_equal(results.runs[same], whole.runs[same])
    curves, expected = (each.curves.drop(columns="config_id") for each in (results, whole))
    pd.testing.assert_frame_equal(curves, expected)
    made = steps_made(walk)
    assert len(made) == 4 * 12
    assert made.sum() < 4 * 12 + 7  # the run that was killed did not begin anew
    assert not list(tmp_path.glob("*-checkpoints"))


def command_of(file):
    """Say how a sweep is run."""
    return [sys.executable, "-m", "sweeps", "run", str(file), "--quiet"]


def environment_of(store):
    """Say where it is stored."""
    return {**os.environ, "SWEEPS_STORE": store}


def kill_at(walk, store, file, *, n_steps):
    """Run a sweep, and kill its driver when so many steps were made."""
    process = subprocess.Popen(  # noqa: S603
        command_of(file), cwd=ROOT, env=environment_of(store), start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not (log := walk.parent / "steps.txt").exists() or log.read_text().count("\n") < n_steps:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.timeout(240)
def test_a_sweep_whose_driver_is_killed_goes_on(walk, store, tmp_path):
    """The next session takes up unfinished runs where their checkpoints are."""
    file = tmp_path / "walk.yaml"
    file.write_text(
        "name: walk\nobjective: walk.py\n"
        "space: {x: {float: [0, 1]}, kill_at: 0, sleep_s: 0.25}\n"
        "search: {sampler: random, configs: 2}\nseeds: 2\ncheckpoint: {every_s: 0}\n",
        encoding="utf-8",
    )
    before = ray_processes_of_this_run()
    # half of the runs are over and stored, the others are in their middle
    kill_at(walk, store, file, n_steps=34)
    assert list(tmp_path.glob("sweeps-checkpoints/*/*/step-*"))
    subprocess.run(  # noqa: S603
        command_of(file), cwd=ROOT, env=environment_of(store), check=True, timeout=120
    )
    assert sweeps.load("walk", store=store).runs.steps.to_list() == [12] * 4
    made = steps_made(walk)
    first = [count for line, count in made.items() if str(line).endswith(" 1")]
    assert first == [1] * 4
    assert not list(tmp_path.glob("*-checkpoints"))
    orphans = [each for each in ray_processes_of_this_run() if each not in before]
    assert not psutil.wait_procs(orphans, timeout=60)[1]


@pytest.mark.timeout(240)
def test_a_sweep_that_is_killed_before_any_run_is_over_goes_on(walk, store, tmp_path):
    """Its first runs are taken up where their checkpoints are, though no run of it is stored."""
    file = tmp_path / "walk.yaml"
    file.write_text(
        "name: walk\nobjective: walk.py\n"
        "space: {x: {float: [0, 1]}, kill_at: 0, sleep_s: 0.25}\n"
        "search: {sampler: random, configs: 1}\nseeds: 2\ncheckpoint: {every_s: 0}\n",
        encoding="utf-8",
    )
    kill_at(walk, store, file, n_steps=14)
    stored = sweeps.load("walk", store=store)
    assert len(stored.runs) == 0
    assert list(tmp_path.glob("sweeps-checkpoints/*/*/step-*"))
    subprocess.run(  # noqa: S603
        command_of(file), cwd=ROOT, env=environment_of(store), check=True, timeout=120
    )
    assert sweeps.load("walk", store=store).runs.steps.to_list() == [12] * 2
    made = steps_made(walk)
    assert made.sum() < 2 * 12 + 6  # neither run began anew
    assert not list(tmp_path.glob("*-checkpoints"))


@pytest.mark.usefixtures("shared_ray")
def test_a_rule_stops_runs_in_their_middle(make_sweep):
    """A threshold that few runs pass: the others end at their first milestone, with the reason."""
    sweep = make_sweep(
        {"n_steps": 10},
        objective="objectives.synthetic:train_steps",
        n_configs=12,
        n_seeds=1,
        stopping={"rule": "threshold", "below": 0.45, "grace": 5},
    )
    results = sweeps.run(sweep, progress=False)
    stopped = results.runs[results.runs.status == "stopped"]
    finished = results.runs[results.runs.status == "finished"]
    assert len(stopped) > 0
    assert len(finished) > 0
    assert stopped.steps.between(5, 9).all()
    assert finished.steps.eq(10).all()
