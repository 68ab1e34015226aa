"""What one gibibyte of data costs a cluster: in the object stores, in time, in each process."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import sweeps
from benchmarks.clusters.room import FOLDER, STORE, runs_of
from tests.cluster.machines import ROOT, TMP, Network, end_group, environment
from tests.cluster.program import Program
from tests.cluster.raylets import GCS_PORT, RAY
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    with Network(n_nodes) as network, _nodes(network) as program:
        program.write("model.py", MODEL % (size_b // 8))
        program.write("once.yaml", DEFINITION.format(n=n_configs, cpu=1 / RUNS_PER_NODE))
        before_b = [_shm_b(machine) for machine in network.machines]
        start = time.time()
        call = program.start("run", "once.yaml")
        most_b = before_b
        while call.process.poll() is None:
            now_b = [_shm_b(machine) for machine in network.machines]
            most_b = [max(pair) for pair in zip(most_b, now_b, strict=True)]
            time.sleep(0.2)
        call.wait()
        store = program.path / STORE
        runs = runs_of(store, "once")
        metrics = sweeps.load("once", store=f"sqlite:///{store}").runs
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


@contextmanager
def _nodes(network: Network) -> Iterator[Program]:
    """Start nodes whose object stores hold the data; on real machines Ray's default would do."""
    head, started = network.machines[0], []
    address = f"{head.ip}:{GCS_PORT}"
    joined = [f"--address={address}"]
    try:
        for n_alive, machine in enumerate(network.machines, start=1):
            first = ["--head", f"--port={GCS_PORT}", "--include-dashboard=false"]
            started.append(_node(machine, first if machine is head else joined))
            _wait_alive(head, address, n_alive)
        here = {"SWEEPS_STORE": f"sqlite:///{TMP / FOLDER / STORE}", "RAY_ADDRESS": address}
        program = Program(head, FOLDER, here)
        yield program
        program.close()
    finally:
        for process in started:
            end_group(process)
            process.wait()


def _node(machine: Machine, role: list[str]) -> subprocess.Popen[bytes]:
    mount = ["mount", "-o", "remount,size=2g", "/dev/shm"]  # noqa: S108 - the machine's own
    subprocess.run(machine.command(mount), check=True)  # noqa: S603 - our own command
    arguments = [f"--node-ip-address={machine.ip}", "--num-cpus=1", "--temp-dir=/tmp/ray"]
    return subprocess.Popen(  # noqa: S603 - our own command
        machine.command([*RAY, *role, *arguments, f"--object-store-memory={STORE_B}"]),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(),
        start_new_session=True,
    )


def _wait_alive(head: Machine, address: str, n_nodes: int) -> None:
    """Wait until so many nodes are alive."""
    until(lambda: _n_alive(head, address) == n_nodes, f"{n_nodes} nodes to be alive")


def _n_alive(head: Machine, address: str) -> int:
    script = "tests/cluster/node_table.py"
    done = subprocess.run(  # noqa: S603 - our own command
        head.command([sys.executable, script, address], cwd=ROOT),
        input="\n",
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    return 0 if done.returncode else len(json.loads(done.stdout))
