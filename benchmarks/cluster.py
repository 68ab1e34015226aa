"""Measure what a cluster costs: the driver's own work, idle slots, lost nodes, data on each node.

`python -m benchmarks.cluster` prints tables for docs/benchmarks.md and writes nothing. What needs
several machines is measured on this one, in network namespaces.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.clusters import tables
from benchmarks.driver_loop import POLICIES
from benchmarks.figures import conditions
from benchmarks.measuring import in_fresh_process

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = ("ray", "numpy", "SQLAlchemy")
RUN_S = (1.0, 10.0, 60.0)
SHORT_S = 0.1
"""Runs as short as that are for designs, where nothing has to be decided for each."""

FIXED = next(iter(POLICIES))


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured.

    Attributes:
        slots: Numbers of simulated slots.
        real_s: Seconds of the simulated driver to measure, for each case.
        n_batches: Batches, and results, that Ray Tune's loop is measured with.
        n_nodes: Nodes of the largest cluster.
        n_repeats: Repeats of each efficiency.
        runs_per_slot: Runs of half a second for each slot.
        health: Settings of Ray's health checks to lose nodes with.
        n_losses: Nodes that are killed with each of them.
        data_b: Bytes of the data that objectives take.
    """

    slots: tuple[int, ...] = (100, 1_000, 10_000)
    real_s: float = 0.7
    n_batches: int = 500
    n_nodes: int = 3
    n_repeats: int = 3
    runs_per_slot: int = 12
    health: tuple[str, ...] = ("Ray's own", "fast")
    n_losses: int = 5
    data_b: int = 2**30


QUICK = Size((100, 1_000), 0.1, 200, 1, 1, 10, ("fast",), 1, 2**27)


def driver(size: Size) -> str:
    """Simulate planner and driver, measure Ray Tune's part, and say what both sustain."""
    cases = [
        case for policy in POLICIES for slots in size.slots for case in _loads(size, policy, slots)
    ]
    n = size.n_batches
    tune = {
        "batch": _measure("clusters.tune_loop", "batch_cost", n=n),
        "result": _measure("clusters.tune_loop", "result_cost", n=n // 10, n_steps=50),
    }
    waits = _measure("clusters.tune_loop", "wait_costs", n_waiting=size.slots)
    tune["wait"] = dict(zip(size.slots, waits, strict=True))
    return tables.driver(cases, tune)


def postgres(size: Size) -> str:
    """Do the same with a PostgreSQL server on this machine, where there is one."""
    from tests.postgres import reason_to_skip, start_server  # noqa: PLC0415 - only here

    if (reason := reason_to_skip()) is not None:
        return f"Not measured: {reason}."
    cases = []
    with start_server() as server:
        for slots in size.slots[-1:]:
            for name, url in (("SQLite", None), ("PostgreSQL", server.create_database())):
                found = _loads(size, FIXED, slots, run_s=(1.0,), store=url)
                cases += [{**case, "store": name} for case in found]
    return tables.stores(cases)


def efficiency(size: Size) -> str:
    """Say how much of their time slots spend in runs, with one node and with several."""
    arguments = {"n_nodes": size.n_nodes, "n_repeats": size.n_repeats}
    found = _measure(
        "clusters.efficiency", "efficiency", **arguments, runs_per_slot=size.runs_per_slot
    )
    return tables.efficiency(found)


def loss(size: Size) -> str:
    """Say how long after a node's death its run is running elsewhere."""
    found = {
        health: _measure("clusters.node_loss", "node_loss", health=health, n_losses=size.n_losses)
        for health in size.health
    }
    return tables.node_loss(found)


def data(size: Size) -> str:
    """Say what data of the objective costs on each node and in each process."""
    found = {
        size_b: _measure("clusters.once", "data_once", n_nodes=min(size.n_nodes, 2), size_b=size_b)
        for size_b in (8, size.data_b)
    }
    return tables.data_once(found)


SECTIONS: dict[str, Callable[[Size], str]] = {
    "driver": driver,
    "postgres": postgres,
    "efficiency": efficiency,
    "loss": loss,
    "data": data,
}


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, a few minutes: a trial")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="may be repeated")
    options = parser.parse_args()
    for section in options.only or list(SECTIONS):
        print(f"Measuring {section} …", file=sys.stderr, flush=True)
        print(SECTIONS[section](QUICK if options.quick else Size()), end="\n\n", flush=True)
    print(conditions("make bench-cluster", PACKAGES))


def _loads(
    size: Size,
    policy: str,
    slots: int,
    run_s: tuple[float, ...] = RUN_S,
    store: str | None = None,
) -> list[dict[str, Any]]:
    if policy == FIXED and run_s == RUN_S:
        run_s = (SHORT_S, *RUN_S)
    arguments = {"policy": policy, "slots": slots, "run_s": run_s, "store": store}
    found: list[dict[str, Any]] = _measure("driver_loop", "loads", **arguments, real_s=size.real_s)
    return found


def _measure(module: str, function: str, **arguments: Any) -> Any:
    """Run one measurement in a fresh process, and say what it found."""
    found: Any = in_fresh_process(module, function, **arguments)
    shown = {name: value for name, value in arguments.items() if name != "store"}
    print(f"  {module}.{function} {shown}: {found}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    main()
