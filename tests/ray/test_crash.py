"""The driver dies, or is stopped: nothing that was reported is lost, and resuming completes it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pandas as pd
import psutil
import pytest

import sweeps
from sweeps.store import open_store
from tests.conftest import ray_processes_of_this_run
from tests.ray.conftest import ROOT, table_of

SLOW_SPACE = "  sleep_s: 0.05"
N_RUNS = 60


@pytest.fixture
def driver(store):
    """Start `sweeps run` in a process group of its own."""
    started = []

    def start(path, **environment):
        command = [sys.executable, "-m", "sweeps", "run", str(path), "--quiet"]
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env={**os.environ, "SWEEPS_STORE": store, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_for_runs(store, name, n_runs, process):
    """Poll the store until so many runs are stored."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the driver ended: {process.communicate()}")
        try:
            opened = open_store(store, create=False)
            row = opened.find(name)
            n_stored = 0 if row is None else len(opened.runs(row.sweep_id))
            opened.close()
        except sweeps.errors.StoreError:
            n_stored = 0
        if n_stored >= n_runs:
            return n_stored
        time.sleep(0.02)
    pytest.fail("no runs in time")


def ray_is_gone():
    """Wait for the orphans of a killed driver."""
    _, left = psutil.wait_procs(ray_processes_of_this_run(), timeout=30)
    return not left


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The table of an uninterrupted sweep, in its own store."""
    folder = tmp_path_factory.mktemp("whole")
    sweep = sweeps.Sweep(
        name="whole",
        objective="objectives.synthetic",
        space={
            "lr": {"float": [1e-4, 1.0], "log": True},
            "optimizer": {"choice": ["sgd", "adam"]},
            "noise_sd": 0.1,
            "sleep_s": 0.05,
        },
        search={"sampler": "random", "configs": 12},
        seeds=5,
        store=f"sqlite:///{folder}/sweeps.db",
    )
    return sweeps.run(sweep, progress=False)


@pytest.mark.parametrize("moment", range(7))
@pytest.mark.timeout(240)
def test_kill_9_at_any_moment_then_the_same_command(
    moment, driver, store, sweep_file, uninterrupted
):
    """The final table of runs equals that of an uninterrupted sweep."""
    seed = random.SystemRandom().randrange(10**6)
    print(f"moment {moment}, random seed {seed}")
    path = sweep_file("killed", n_configs=12, n_seeds=5, extra_space=SLOW_SPACE)
    process = driver(path)
    if moment > 0:  # the first one is killed while it starts
        wait_for_runs(store, "killed", 1, process)
    time.sleep(random.Random(seed).uniform(0, 2.0))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    again = driver(path)
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    results = sweeps.load("killed", store=store)
    pd.testing.assert_frame_equal(table_of(results), table_of(uninterrupted))
    assert ray_is_gone()


@pytest.mark.parametrize("when", ["before", "inside", "after"])
@pytest.mark.timeout(240)
def test_kill_9_around_a_commit(when, driver, store, sweep_file, uninterrupted):
    """Killed just before, inside and just after a transaction: nothing is torn, nothing is lost."""
    path = sweep_file("killed", n_configs=12, n_seeds=5, extra_space=SLOW_SPACE)
    script = ROOT / "tests" / "ray" / "killed_at_commit.py"
    process = subprocess.run(  # noqa: S603
        [sys.executable, str(script), str(path), when],
        cwd=ROOT,
        env={**os.environ, "SWEEPS_STORE": store},
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    n_stored = len(sweeps.load("killed", store=store).runs)
    assert n_stored < N_RUNS
    assert (n_stored > 0) == (when == "after")
    again = driver(path)
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    results = sweeps.load("killed", store=store)
    pd.testing.assert_frame_equal(table_of(results), table_of(uninterrupted))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.timeout(240)
def test_ctrl_c_stops_within_seconds(number, driver, store, sweep_file):
    """Also while every worker is inside a long run; exit 130, and it says how to go on."""
    path = sweep_file("stopped", n_configs=8, n_seeds=4, extra_space="  sleep_s: 0.3")
    process = driver(path)
    n_before = wait_for_runs(store, "stopped", 1, process)
    os.kill(process.pid, number)
    started = time.monotonic()
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert process.returncode == 130
    assert f"sweeps run {path}" in errors
    assert "Traceback" not in errors
    opened = open_store(store)
    assert opened.get("stopped").status == "interrupted"
    assert len(opened.runs(opened.get("stopped").sweep_id)) >= n_before
    assert ray_is_gone()


@pytest.mark.timeout(240)
def test_a_second_driver_is_refused(driver, store, sweep_file, cli):
    """While one driver runs a sweep, another one gets exit 2 and learns who holds it."""
    path = sweep_file("held", n_configs=400, n_seeds=5, extra_space=SLOW_SPACE)
    process = driver(path)
    wait_for_runs(store, "held", 1, process)
    second = cli("run", path, "--json")
    assert second.returncode == 2
    assert str(process.pid) in second.stderr
    assert "Traceback" not in second.stderr
    refused = cli("delete", "held", "--yes")
    assert refused.returncode == 2
    listed = json.loads(cli("list", "--json").stdout)
    assert str(process.pid) in listed[0]["driver"]
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=30)


@pytest.mark.timeout(240)
def test_a_full_disk_ends_the_sweep_with_everything_stored_intact(driver, store, sweep_file):
    """SQLite's own `disk is full`: exit 2, what was stored can be read, resuming completes it."""
    path = sweep_file("full", n_configs=60, n_seeds=5, extra_space="  sleep_s: 0.02")
    script = ROOT / "tests" / "ray" / "killed_at_commit.py"
    process = subprocess.run(  # noqa: S603
        [sys.executable, str(script), str(path), "full"],
        cwd=ROOT,
        env={**os.environ, "SWEEPS_STORE": store},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 2, process.stderr
    assert "full" in process.stderr
    assert "Traceback" not in process.stderr
    before = table_of(sweeps.load("full", store=store))
    assert 0 < len(before) < 300
    again = driver(path)
    _, errors = again.communicate(timeout=120)
    assert again.returncode == 0, errors
    after = table_of(sweeps.load("full", store=store))
    assert len(after) == 300
    kept = after.merge(before, on=["config_id", "seed", "score"])
    assert len(kept) == len(before)
