"""What one gibibyte of data costs a cluster: in the object stores, in time, in each process."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

import sweeps
from benchmarks.clusters.room import room

if TYPE_CHECKING:
    from tests.cluster.machines import Machine

GIB = 2**30
STORE_B = 3 * GIB // 2
RUNS_PER_NODE = 4
MODEL = """\
import time

import numpy as np
import psutil

SPACE = {"x": {"float": [0.0, 1.0]}}
METRIC, MODE = "total", "max"


def load_data():
    return np.ones(%d)


def train(config, seed, data):
    total = float(data.sum())
    time.sleep(2)
    memory = psutil.Process().memory_full_info()
    return {"total": total, "pss": memory.pss, "uss": memory.uss}
"""
DEFINITION = """\
objective: model.py
search: {{sampler: random, configs: {n}}}
seeds: 4
resources: {{cpu: {cpu}}}
"""
"""Four rounds of runs: by the last one, every slot has had its process."""


def data_once(n_nodes: int, size_b: int) -> dict[str, object]:
    """Run a sweep whose objective takes an array, four runs at a time on each node.

    Args:
        n_nodes: Nodes, the head included.
        size_b: Bytes of the array.

    Returns:
        `shm_b`: bytes in use in each node's shared memory, where object stores are; `first_s`:
        seconds from the call to the first run's start; `uss_b` and `pss_b`: a worker process's own
        memory, and with its part of what it shares, means over runs.
    """
    n_configs = n_nodes * RUNS_PER_NODE
    with room(n_nodes, store_b=STORE_B) as made:
        machines = made.network.machines
        made.program.write("model.py", MODEL % (size_b // 8))
        made.program.write("once.yaml", DEFINITION.format(n=n_configs, cpu=1 / RUNS_PER_NODE))
        before_b = [_shm_b(machine) for machine in machines]
        start = time.time()
        call = made.program.start("run", "once.yaml")
        most_b = before_b
        while call.process.poll() is None:
            now_b = [_shm_b(machine) for machine in machines]
            most_b = [max(pair) for pair in zip(most_b, now_b, strict=True)]
            time.sleep(0.2)
        call.wait()
        runs = made.runs("once")
        metrics = sweeps.load("once", store=f"sqlite:///{made.store}").runs
    return {
        "shm_b": [after - before for after, before in zip(most_b, before_b, strict=True)],
        "first_s": float(runs["started_at"].min()) - start,
        "wall_s": float(runs["ended_at"].max()) - start,
        "n_workers": runs["node"].nunique(),
        "uss_b": float(metrics["uss"].mean()),
        "pss_b": float(metrics["pss"].mean()),
    }


def _shm_b(machine: Machine) -> int:
    done = subprocess.run(  # noqa: S603 - our own command
        machine.command(["df", "--block-size=1", "--output=used", "/dev/shm"]),  # noqa: S108
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.splitlines()[1])
