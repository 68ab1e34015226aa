"""How much of their time the slots of a cluster spend in runs, beside plain Ray tasks.

Runs sleep for nine tenths of their time, so that the cores of the one machine that all nodes share
are not the limit.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.clusters.room import room
from tests.cluster.machines import ROOT, environment

if TYPE_CHECKING:
    from benchmarks.clusters.room import Room

CPU_PER_RUN = 0.5
WORK_S, SLEEP_S = 0.05, 0.45
DEFINITION = """\
objective: objectives.synthetic
space: {{lr: {{float: [1e-4, 1], log: true}}, work_s: {work_s}, sleep_s: {sleep_s}}}
search: {{sampler: random, configs: {n_configs}}}
seeds: 5
resources: {{cpu: {cpu}}}
"""


def efficiency(n_nodes: int, n_repeats: int, runs_per_slot: int) -> list[dict[str, float]]:
    """Measure clusters of 1 to `n_nodes` nodes, several times each.

    Returns:
        One record a measurement: `n_nodes`, the efficiency `within` (all slots busy) and
        `overall` (of the whole call), and the same for plain Ray tasks (`peer_within`,
        `peer_overall`).
    """
    found = []
    with room(1, n_spare=n_nodes - 1) as made:
        for n in range(1, n_nodes + 1):
            if n > 1:
                made.cluster.add(made.network.machines[n - 1])
                made.cluster.wait_alive(n)
            for repeat in range(n_repeats):
                ours = _ours(made, f"nodes{n}-{repeat}", n, runs_per_slot)
                peer = _peer(made, n, runs_per_slot)
                found.append({"n_nodes": n, **ours, **peer})
                print(f"  {found[-1]}", file=sys.stderr, flush=True)
    return found


def share_of(runs: pd.DataFrame, slots: int) -> float:
    """Give the share of their time that slots spent in runs, while there was work for all of them.

    That is from the first to the last moment at which all slots were busy.

    Args:
        runs: `started_at` and `ended_at` of each run.
        slots: How many run at the same time.

    Raises:
        RuntimeError: That many never did.

    Example:
        >>> share_of(pd.DataFrame({"started_at": [0.0, 1.0], "ended_at": [2.0, 3.0]}), 2)
        1.0
    """
    starts = pd.DataFrame({"at": runs["started_at"], "change": 1})
    ends = pd.DataFrame({"at": runs["ended_at"], "change": -1})
    moments = pd.concat([ends, starts]).sort_values("at", kind="stable", ignore_index=True)
    is_full = moments["change"].cumsum() >= slots
    if not is_full.any():
        message = f"{slots} runs at the same time never were."
        raise RuntimeError(message)
    start = moments["at"][is_full].iloc[0]
    end = moments["at"][is_full.shift(fill_value=False)].iloc[-1]
    inside_s = runs["ended_at"].clip(upper=end) - runs["started_at"].clip(lower=start)
    return float(inside_s.clip(lower=0).sum() / (slots * (end - start)))


def _ours(made: Room, name: str, n_nodes: int, runs_per_slot: int) -> dict[str, float]:
    slots = int(n_nodes / CPU_PER_RUN)
    definition = DEFINITION.format(
        work_s=WORK_S, sleep_s=SLEEP_S, cpu=CPU_PER_RUN, n_configs=slots * runs_per_slot // 5
    )
    wall_s = made.call(name, definition)
    runs = made.runs(name)
    return {
        "within": share_of(runs, slots),
        "overall": float(runs["duration_s"].sum() / (slots * wall_s)),
        "wall_s": wall_s,
    }


def _peer(made: Room, n_nodes: int, runs_per_slot: int) -> dict[str, float]:
    slots = int(n_nodes / CPU_PER_RUN)
    task = {"n": slots * runs_per_slot, "cpu": CPU_PER_RUN, "slots": slots}
    arguments = json.dumps({**task, "work_s": WORK_S, "sleep_s": SLEEP_S})
    script = ROOT / "benchmarks" / "clusters" / "plain_tasks.py"
    start = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own command
        made.program.machine.command(
            [sys.executable, str(script), made.cluster.head.address, arguments]
        ),
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    wall_s = time.monotonic() - start
    runs = pd.DataFrame(json.loads(done.stdout.splitlines()[-1]))
    busy_s = float((runs["ended_at"] - runs["started_at"]).sum())
    return {"peer_within": share_of(runs, slots), "peer_overall": busy_s / (slots * wall_s)}
