"""What one driver sustains: planner, driver and store at work without Ray.

`benchmarks.cluster` measures it; `python -m benchmarks.driver_loop POLICY SLOTS RUN_S` says where
the time goes.
"""

from __future__ import annotations

import contextlib
import cProfile
import pstats
import random
import resource
import secrets
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

import sweeps
from benchmarks.clusters.simulation import Simulation
from benchmarks.clusters.slot import NOISE_SD, Length
from objectives.synthetic import METRIC, SPACE, expected_score
from sweeps.engine.planning import plan_of
from sweeps.planner.event import Config, Role, Run, RunEnded, Status
from sweeps.planner.planner import Planner
from sweeps.space import config_id
from sweeps.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

N_STEPS = 27
SETTLE = 4
"""Of the time of a measurement, so much at most is spent on reaching a steady state."""
MANY = 1_000_000
POLICIES: dict[str, dict[str, Any]] = {
    "fixed seeds, random": {
        "search": {"sampler": "random", "configs": MANY},
        "seeds": 10,
    },
    "race, tpe": {
        "search": {"sampler": "tpe"},
        "seeds": {"race": 27, "validate": 20},
        "budget": {"runs": MANY},
    },
    "asha by step, random": {
        "objective": "objectives.synthetic:train_steps",
        "search": {"sampler": "random", "configs": MANY},
        "seeds": 10,
        "stopping": {"rule": "asha", "grace": 3, "reduction": 3, "max_steps": N_STEPS},
    },
}


def definition(policy: str, store: str) -> sweeps.Sweep:
    """Define the sweep of a policy."""
    settings = {"objective": "objectives.synthetic", **POLICIES[policy]}
    return sweeps.Sweep(name="loop", space=SPACE, store=store, **settings)


def loads(
    policy: str, slots: int, run_s: Sequence[float], real_s: float, store: str | None = None
) -> list[dict[str, Any]]:
    """Measure one driver with runs of several lengths; a process of its own, for its memory.

    Args:
        policy: One of `POLICIES`.
        slots: Batches at the same time.
        run_s: Mean seconds of a run, one sweep each.
        real_s: Seconds of the driver to measure in each.
        store: Address of a store, by default a new SQLite file each.
    """
    found, empty_b = [], psutil.Process().memory_info().rss
    for each in run_s:
        with simulation_of(policy, slots, each, store) as (simulation, opened):
            measured = _measured(simulation, opened, each, real_s)
        memory_b = max(peak_resident_b() - empty_b, 0)  # the most so far
        here = {"policy": policy, "slots": slots, "run_s": each, "memory_b": memory_b}
        found.append({**here, **measured})
    return found


def _measured(
    simulation: Simulation, store: Store, run_s: float, real_s: float
) -> dict[str, float]:
    """Let it settle, then measure.

    Returns:
        `load`: seconds that the driver works for a second of the sweep. Rates a second of work:
        `batches_per_s`, `decisions_per_s`, `runs_per_s`. What comes in a second of the sweep:
        `batches_due_per_s`, `results_due_per_s`. `ask_ms` and `ask_p99_ms`.
    """
    simulation.turn_over(real_s=SETTLE * real_s)
    n_decisions, n_runs = _stored(simulation, store)
    simulation.reset()
    simulation.play(real_s=real_s, virtual_s=max(60.0, 3 * run_s))
    n_decisions_now, n_runs_now = _stored(simulation, store)
    watch, lasted_s = simulation.watch, max(simulation.virtual_s, 1e-9)
    spent_s = watch.total_s
    asks_ms = sorted(1000 * each for each in watch.ask_s) or [0.0]
    return {
        "load": spent_s / lasted_s,
        "batches_per_s": simulation.n_batches / spent_s,
        "decisions_per_s": (n_decisions_now - n_decisions) / spent_s,
        "runs_per_s": (n_runs_now - n_runs) / spent_s,
        "batches_due_per_s": simulation.n_batches / lasted_s,
        "results_due_per_s": simulation.n_events / lasted_s,
        "ask_ms": statistics.median(asks_ms),
        "ask_p99_ms": asks_ms[int(0.99 * (len(asks_ms) - 1))],
    }


@contextlib.contextmanager
def simulation_of(
    policy: str, slots: int, run_s: float, url: str | None = None
) -> Iterator[tuple[Simulation, Store]]:
    """Give a simulation and its store in the middle of a sweep: all slots have their batch.

    Args:
        policy: One of `POLICIES`.
        slots: Batches at the same time.
        run_s: Mean seconds of a run.
        url: Address of a store, by default a new SQLite file.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{Path(folder, 'sweeps.db')}"
        sweep = definition(policy, url)
        plan = plan_of(sweep)
        length = Length(run_s)
        if plan.stopping is not None:
            length = Length(run_s, N_STEPS, plan.stopping.milestones)
        with open_store(url) as store:
            row = store.create(
                name=f"loop-{secrets.token_hex(4)}",
                definition=sweep.document(),
                identity=sweep.identity(),
                identity_hash=sweep.identity_hash,
                provenance={},
            )
            with store.acquire(row.sweep_id) as lease:
                planner = Planner(plan)
                planner.pace.observe(run_s, 50)  # as if some runs had been timed
                simulation = Simulation(planner, store.writer(row.sweep_id, lease), slots, length)
                simulation.fill()
                if plan.rungs:
                    _tell_earlier(sweep, planner, slots)
                simulation.reset()
                yield simulation, store


def _tell_earlier(sweep: sweeps.Sweep, planner: Planner, n: int) -> None:
    """Tell a race of as many runs that are over as there are slots: now it has to learn."""
    rng = random.Random(1)  # noqa: S311 - no cryptography here
    runs = []
    for k in range(n):
        values = sweep.space.propose(1, k)
        config = Config(config_id(values), values, len(planner.table.configs), "earlier")
        planner.table.register(config)
        planner.new_configs.append(config)  # for the store
        run = Run(config.config_id, Role.RACE, 0)
        metrics = {METRIC: expected_score(values) + rng.gauss(0, NOISE_SD)}
        runs.append(RunEnded(run, Status.FINISHED, metrics, steps=1, duration_s=1.0))
    planner.tell(runs)


def _stored(simulation: Simulation, store: Store) -> tuple[int, int]:
    """Count the decisions and the runs that are in the store by now."""
    simulation.flush()
    newest = store.sweeps()[-1]
    return len(store.decisions(store.get(newest.name).sweep_id)), newest.n_runs


def peak_resident_b() -> int:
    """Give the highest resident size of this process so far; macOS counts in bytes, Linux KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Profile what the command line names."""
    policy, slots, run_s = sys.argv[1:4]
    with simulation_of(policy, int(slots), float(run_s)) as (simulation, _):
        profile = cProfile.Profile()
        profile.enable()
        simulation.play(real_s=4.0, virtual_s=60.0)
        profile.disable()
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
