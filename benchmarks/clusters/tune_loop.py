"""What Ray Tune's loop costs a driver: for each batch, each result, and each slot it waits for."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import ray

import sweeps
from benchmarks.clusters.simulation import Quiet
from sweeps.planner import planner
from sweeps.tune.local import connected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.planner.progress import Progress

SPACE = {"lr": {"float": [1e-4, 1.0], "log": True}}
CPU = 0.25
CORES = 2
N_WAITS = 20


def batch_cost(n: int) -> dict[str, float]:
    """Run a sweep whose batches have one trivial run each: what one batch takes."""
    with mock.patch.object(planner, "batch_size", return_value=1):
        return _measured(n, objective="objectives.synthetic", space=SPACE, seeds=1)


def result_cost(n: int, n_steps: int) -> dict[str, float]:
    """Run a sweep that asks for a verdict after each step: what one result takes."""
    found = _measured(
        n,
        objective="objectives.synthetic:train_steps",
        space={**SPACE, "n_steps": n_steps},
        seeds=1,
        stopping={"rule": "threshold", "below": -1000, "every": 1},
    )
    return {name: value / n_steps for name, value in found.items()}


def wait_costs(n_waiting: Sequence[int]) -> list[float]:
    """Give the seconds of `ray.wait` for the first of so many calls, as Tune asks at each event."""
    with connected("local", CORES):
        never = ray.remote(lambda: None).options(resources={"never": 1})
        return [_wait_s([never.remote() for _ in range(n)]) for n in n_waiting]


def _wait_s(waiting: Sequence[Any]) -> float:
    times = []
    for _ in range(N_WAITS):
        done = ray.put(None)
        start = time.perf_counter()
        ray.wait([*waiting, done], num_returns=1)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


class Pulse(Quiet):
    """Notes how many runs are over, by the clock and by this process's CPU time."""

    def __init__(self) -> None:
        self.noted: list[tuple[int, float, float]] = []

    def update(self, progress: Progress) -> None:
        """Take the newest state."""
        self.noted.append((progress.n_done, time.perf_counter(), time.process_time()))

    def cost(self, n: int) -> dict[str, float]:
        """Give the seconds and CPU seconds of a run, without the first and the last of `n`."""
        inside = [each for each in self.noted if 0.1 * n <= each[0] <= 0.9 * n]
        (n_first, *first), (n_last, *last) = inside[0], inside[-1]
        wall_s, cpu_s = (after - before for before, after in zip(first, last, strict=True))
        return {"wall_s": wall_s / (n_last - n_first), "cpu_s": cpu_s / (n_last - n_first)}


def _measured(n: int, **definition: Any) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        sweep = sweeps.Sweep(
            name="tune-loop",
            search={"sampler": "random", "configs": n},
            resources={"cpu": CPU},
            store=f"sqlite:///{Path(folder, 'sweeps.db')}",
            **definition,
        )
        pulse = Pulse()
        sweeps.run(sweep, cpus=CORES, progress=pulse)
    return pulse.cost(n)
