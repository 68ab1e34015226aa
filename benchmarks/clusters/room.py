"""A cluster on this machine for measuring: machines, raylets, and a folder of the head's."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from tests.cluster.machines import TMP, Network
from tests.cluster.program import Program
from tests.cluster.raylets import QUICK_HEALTH, STORE_B, Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

STORE = "sweeps.db"
FOLDER = "bench"


class Room(NamedTuple):
    """What is measured in.

    Attributes:
        network: The machines; those without a node are spare.
        cluster: The nodes.
        program: `sweeps` on the machine of the head.
    """

    network: Network
    cluster: Cluster
    program: Program

    @property
    def store(self) -> Path:
        """Give the store's file as this process reaches it."""
        return self.program.path / STORE

    def runs(self, name: str) -> pd.DataFrame:
        """Give the stored runs of a sweep, with `started_at` and `ended_at`."""
        query = (
            "SELECT runs.*, config_id FROM runs JOIN sweeps USING (sweep_id) "
            "JOIN configs USING (sweep_id, config_index) WHERE sweeps.name = ?"
        )
        with closing(sqlite3.connect(self.store)) as connection:
            runs = pd.read_sql(query, connection, params=(name,))
        return runs.assign(ended_at=runs["started_at"] + runs["duration_s"])

    def call(self, name: str, definition: str) -> float:
        """Run a sweep from a definition to its end; wall-clock seconds of the call."""
        self.program.write(f"{name}.yaml", definition)
        start = time.monotonic()
        done = self.program.run("run", f"{name}.yaml")
        if done.returncode:
            message = f"`sweeps run` ended with {done.returncode}:\n{done.stdout}{done.stderr}"
            raise RuntimeError(message)
        return time.monotonic() - start


@contextmanager
def room(
    n_nodes: int,
    *,
    n_spare: int = 0,
    settings: Mapping[str, str] = QUICK_HEALTH,
    store_b: int = STORE_B,
) -> Iterator[Room]:
    """Give a cluster of nodes with one logical CPU each, the head included.

    Args:
        n_nodes: Nodes that are started.
        n_spare: Further machines, without a node.
        settings: Environment variables of all nodes, such as Ray's health checks.
        store_b: Bytes of the object store of each node.
    """
    with Network(n_nodes + n_spare, memory_b=2**30 + store_b) as network:
        head, *workers = network.machines[:n_nodes]
        with Cluster(
            network.office, head, workers, cpus=1, settings=settings, store_b=store_b
        ) as cluster:
            here = {
                "SWEEPS_STORE": f"sqlite:///{TMP / FOLDER / STORE}",
                "RAY_ADDRESS": cluster.head.address,
            }
            program = Program(head, FOLDER, here)
            try:
                yield Room(network, cluster, program)
            finally:
                program.close()
