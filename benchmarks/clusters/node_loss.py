"""How long after the death of a node its run is running elsewhere."""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.clusters.room import room
from tests.cluster.raylets import QUICK_HEALTH
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.clusters.room import Room

NAME = "loss"
RUN_S = 1.0
NOTICED_S = 30.0
"""A death is noticed by then, with whatever health checks."""
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
        (`noticed_s`), and until that run was started elsewhere (`again_s`). A node that died in the
        milliseconds between two runs is left out.
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
            again = _wait_again(made, at)
            print(f"  {health}: {again or 'between two runs'}", file=sys.stderr, flush=True)
            found += [again] if again else []
        call.kill()
    return found


def _wait_again(made: Room, at: float) -> dict[str, float]:
    """Wait until the lost run is over elsewhere; nothing where the node died between two runs."""
    until(lambda: _again(made, at) or _lost_none(made, at), "the lost run to be over", within_s=120)
    return _again(made, at)


def _lost_none(made: Room, at: float) -> bool:
    """Tell whether the sweep goes on, long after a death, and no run had to be tried again."""
    return not _retried(made, at) and bool((made.runs(NAME)["started_at"] > at + NOTICED_S).any())


def _hosts(made: Room) -> set[str]:
    try:
        return {node.partition(":")[0] for node in made.runs(NAME)["node"]}
    except (pd.errors.DatabaseError, sqlite3.OperationalError):
        return set()  # the store is being made


def _again(made: Room, at: float) -> dict[str, float]:
    """Find the run that was lost after a moment; nothing as long as it is not over elsewhere."""
    if not (retried := _retried(made, at)):
        return {}
    runs = made.runs(NAME)
    noticed_at, config_id = retried[0]
    again = runs[(runs["config_id"] == config_id) & (runs["attempts"] > 1)]
    again = again[again["started_at"] > at]
    if again.empty:
        return {}
    started_at = float(again["started_at"].min())
    return {"noticed_s": noticed_at - at, "again_s": started_at - at}


def _retried(made: Room, at: float) -> list[tuple[float, str]]:
    query = "SELECT at, config_id FROM decisions WHERE kind = 'retried' AND at > ?"
    with closing(sqlite3.connect(made.store)) as connection:
        return connection.execute(query, (at,)).fetchall()
