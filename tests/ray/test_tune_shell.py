"""The shell around Ray Tune: uses every core, says nothing, listens to nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import ray

import sweeps
from sweeps.tune.checkup import open_addresses
from sweeps.tune.local import connected
from tests.ray.conftest import ROOT


@pytest.mark.usefixtures("shared_ray")
def test_every_slot_is_used(make_sweep):
    """Both cores work from the start, also when runs take next to no time."""
    sweep = make_sweep({"work_s": 0.002}, n_configs=60, n_seeds=10)
    runs = sweeps.run(sweep, progress=False).runs
    share = runs.groupby("node").size() / len(runs)
    assert len(share) == 2
    assert share.min() > 0.1


@pytest.mark.usefixtures("shared_ray")
def test_workers_stay_in_the_users_folder(make_sweep, tmp_path, monkeypatch):
    """Relative paths in an objective mean what they mean in the user's shell."""
    monkeypatch.chdir(ROOT)

    def train(config, seed):
        from pathlib import Path

        return {"quality": float(Path("pyproject.toml").exists())}

    sweep = make_sweep(objective=train, metric="quality", mode="max")
    assert sweeps.run(sweep, progress=False).runs.score.eq(1.0).all()


def test_everything_listens_on_loopback():
    """No process of a local Ray can be reached from another machine."""
    with connected(None, 1):
        assert ray.get(ray.remote(lambda: 1).remote()) == 1
        assert open_addresses() == ()


def test_nothing_of_ray_reaches_the_terminal(cli, sweep_file):
    """Standard output is pure JSON even when workers die, and no line of Ray's is on the other."""
    space = "  fault: {choice: [none, kill]}\n  fault_seeds: '0'"
    path = sweep_file(
        "noisy", n_configs=2, n_seeds=2, extra_space=space, extra="failures: {retries: 0}"
    )
    done = cli("run", path, "--json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["configs"]) == 2
    for word in ("raylet", "worker died", "Traceback", "WARNING", "tune"):
        assert word not in done.stderr


def test_a_sweep_does_not_join_a_ray_that_happens_to_run(make_sweep, tmp_path):
    """Somebody else's Ray on this machine is left alone."""
    theirs = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", _OTHER_RAY],
        env={**os.environ, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert theirs.stdout is not None
        session = theirs.stdout.readline().strip()
        assert session

        def train(config, seed):
            import ray

            return {
                "quality": 1.0,
                "joined": float(ray.get_runtime_context().gcs_address == session),
            }

        sweep = make_sweep(objective=train, metric="quality", mode="max", n_configs=1, n_seeds=1)
        assert sweeps.run(sweep, progress=False).runs.joined.tolist() == [0.0]
    finally:
        theirs.communicate("stop\n", timeout=30)


_OTHER_RAY = """
import logging, ray
ray.init(address="local", num_cpus=1, include_dashboard=False, log_to_driver=False,
         logging_level=logging.CRITICAL, _node_ip_address="127.0.0.1")
print(ray.get_runtime_context().gcs_address, flush=True)
input()
"""
