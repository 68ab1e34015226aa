"""Races on a real Ray: to their end, killed in their middle, and together with a stopping rule."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pandas as pd
import psutil
import pytest

import sweeps
from sweeps.store import open_store
from tests.conftest import ray_processes_of_this_run
from tests.ray.conftest import ROOT, table_of
from tests.ray.test_crash import wait_for_runs

SEEDS = {"race": 9, "validate": 4, "contenders": 2, "pilot": 2}
DRIVER = "import sys, sweeps; sweeps.run(sys.argv[1], cpus=1, progress=False)"


def decisions_of(name, store):
    """Give what was decided, in order, without what sessions say again."""
    opened = open_store(store, create=False)
    row = opened.find(name)
    assert row is not None
    told = [each for _, _, each in opened.decisions(row.sweep_id)]
    opened.close()
    return [(each.kind, each.config_id, each.detail) for each in told if each.kind != "noise"]


@pytest.fixture
def race_file(tmp_path):
    """Write the definition of a small race; returns its path."""

    def write(name, sampler):
        path = tmp_path / f"{name}.yaml"
        path.write_text(
            f"""\
name: {name}
objective: objectives.synthetic
search: {{sampler: {sampler}, configs: 20}}
seeds: {{race: 9, validate: 4, contenders: 2, pilot: 2}}
""",
            encoding="utf-8",
        )
        return path

    return write


@pytest.mark.usefixtures("shared_ray")
def test_a_race_ends_validated_and_its_decisions_tell_the_story(store):
    """Few configurations earn all seeds; the leader's fresh seeds are those to quote."""
    sweep = sweeps.Sweep(
        name="test",
        objective="objectives.synthetic",
        search={"sampler": "random", "configs": 30},
        seeds=SEEDS,
        store=store,
    )
    results = sweeps.run(sweep, progress=False)
    runs = results.runs
    race = runs[runs.role == "race"]
    assert runs.status.eq("finished").all()
    assert len(race) < 30 * 9 / 2
    assert race.groupby("config_id").size().max() == 9
    fresh = runs[runs.role == "validation"].groupby("config_id").size()
    assert fresh.eq(4).all()
    winner = results.best()
    assert winner.naive.n == 9
    assert winner.validated.n == 4
    told = decisions_of("test", store)
    kinds = [kind for kind, _, _ in told]
    assert kinds[0] == "race_planned"
    assert kinds.count("race_ended") == 1
    assert {c for kind, c, _ in told if kind == "validating"} == set(fresh.index)
    promoted = {c for kind, c, _ in told if kind == "promoted"}
    n_seeds = race.groupby("config_id").size()
    assert set(n_seeds[n_seeds > 2].index) == promoted


@pytest.mark.usefixtures("shared_ray")
def test_a_race_with_asha_by_step(store):
    """Stopped configurations earn no second seed; validation runs are never stopped."""
    sweep = sweeps.Sweep(
        name="test",
        objective="objectives.synthetic:train_steps",
        search={"sampler": "random", "configs": 18},
        seeds={**SEEDS, "pilot": 0},
        stopping={"rule": "asha", "max_steps": 10, "grace": 1},
        store=store,
    )
    runs = sweeps.run(sweep, progress=False).runs
    stopped = runs[runs.status == "stopped"]
    assert len(stopped) > 0
    assert stopped.steps.isin([1, 3, 9]).all()
    assert stopped.seed.eq(0).all()
    assert runs.groupby("config_id").size()[stopped.config_id].eq(1).all()
    others = runs[runs.status != "stopped"]
    assert others.status.eq("finished").all()
    assert others.steps.eq(10).all()
    told = [c for kind, c, _ in decisions_of("test", store) if kind == "stopped"]
    assert sorted(told) == sorted(stopped.config_id)


@pytest.mark.parametrize("sampler", ["random", "tpe"])
@pytest.mark.timeout(240)
def test_kill_9_in_a_race_then_the_same_command(sampler, race_file, store):
    """With one worker the runs, the decisions and the winner are those of a race left alone."""
    before = ray_processes_of_this_run()
    environment = {**os.environ, "SWEEPS_STORE": store}

    def start(path):
        command = [sys.executable, "-c", DRIVER, str(path)]
        return subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.PIPE
        )

    whole, killed = race_file("whole", sampler), race_file("killed", sampler)
    process = start(whole)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    process = start(killed)
    wait_for_runs(store, "killed", 1, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    n_before = len(sweeps.load("killed", store=store).runs)
    process = start(killed)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    one, other = (sweeps.load(name, store=store) for name in ("whole", "killed"))
    assert n_before < len(one.runs)
    pd.testing.assert_frame_equal(table_of(one), table_of(other))
    assert one.best().config_id == other.best().config_id
    assert decisions_of("whole", store) == decisions_of("killed", store)
    orphans = [each for each in ray_processes_of_this_run() if each not in before]
    assert not psutil.wait_procs(orphans, timeout=60)[1]
