"""How long after the death of a node its run is running elsewhere."""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.clusters.room import room
from tests.cluster.raylets import QUICK_HEALTH
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.clusters.room import Room

NAME = "loss"
RUN_S = 1.0
HEALTH: dict[str, Mapping[str, str]] = {"Ray's own": {}, "fast": QUICK_HEALTH}
DEFINITION = """\
objective: objectives.synthetic
space: {{lr: {{float: [1e-4, 1], log: true}}, sleep_s: {run_s}}}
search: {{sampler: random, configs: 10000}}
seeds: 5
resources: {{cpu: 1}}
"""


def node_loss(health: str, n_losses: int) -> list[dict[str, float]]:
    """Kill one node after the other under a sweep whose slots are all busy.

    Args:
        health: Ray's health checks, one of `HEALTH`.
        n_losses: How many nodes.

    Returns:
        For each, the seconds from its death until the driver decided that its run is tried again
        (`noticed_s`), and until that run was started elsewhere (`again_s`).
    """
    found = []
    with room(1 + n_losses, settings=HEALTH[health]) as made:
        made.program.write(f"{NAME}.yaml", DEFINITION.format(run_s=RUN_S))
        call = made.program.start("run", f"{NAME}.yaml")

        def are_busy() -> bool:
            if call.process.poll() is not None:
                raise RuntimeError(call.said)
            return len(_hosts(made)) == 1 + n_losses

        until(are_busy, "all nodes to have ended a run", within_s=120)
        for worker in list(made.cluster.workers):
            time.sleep(RUN_S / 2)  # in the middle of a run
            at = time.time()
            worker.kill()
            found.append(_wait_again(made, at))
            print(f"  {health}: {found[-1]}", file=sys.stderr, flush=True)
        call.kill()
    return found


def _wait_again(made: Room, at: float) -> dict[str, float]:
    until(lambda: _again(made, at), "the run to be stored", within_s=120)
    return _again(made, at)


def _hosts(made: Room) -> set[str]:
    try:
        return {node.partition(":")[0] for node in made.runs(NAME)["node"]}
    except (pd.errors.DatabaseError, sqlite3.OperationalError):
        return set()  # the store is being made


def _again(made: Room, at: float) -> dict[str, float]:
    """Find the run that was lost after a moment; nothing as long as it is not over elsewhere."""
    query = "SELECT at, config_id, detail FROM decisions WHERE kind = 'retried' AND at > ?"
    with closing(sqlite3.connect(made.store)) as connection:
        retried: list[tuple[Any, ...]] = connection.execute(query, (at,)).fetchall()
    if not retried:
        return {}
    runs = made.runs(NAME)
    noticed_at, config_id, _ = retried[0]
    again = runs[(runs["config_id"] == config_id) & (runs["attempts"] > 1)]
    again = again[again["started_at"] > at]
    if again.empty:
        return {}
    started_at = float(again["started_at"].min())
    return {"noticed_s": noticed_at - at, "again_s": started_at - at}
