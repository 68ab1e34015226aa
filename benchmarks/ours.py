"""What `sweeps` takes for the same evaluations, all of them stored.

Each function is one measurement for `benchmarks.child`, in a process of its own.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

import sweeps
from benchmarks.stored import stored_runs

if TYPE_CHECKING:
    import pandas as pd

CORES = 2
N_SEEDS = 10
SPACE = {
    "lr": {"float": [1e-4, 1], "log": True},
    "width": {"int": [1, 8]},
    "optimizer": {"choice": ["sgd", "momentum", "adam"]},
    "irrelevant": {"float": [0, 1]},
}


class MemoryWatch:
    """Samples the memory that this process shares with no other, in a thread."""

    def __init__(self, period_s: float = 0.05) -> None:
        self.peak_b = 0
        self._period_s = period_s
        self._process = psutil.Process()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> MemoryWatch:
        """Start sampling."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop sampling."""
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(self._period_s):
            memory = self._process.memory_info()
            # Pages of Ray's object store count as resident too; macOS does not tell them apart.
            self.peak_b = max(self.peak_b, memory.rss - getattr(memory, "shared", 0))


def throughput(n: int) -> dict[str, float]:
    """Run a sweep of `n` trivial runs; times of the whole call and of its executing part.

    `growth` is the time that the ninth tenth of the runs took over that of the second: it shows
    costs that grow with the number of runs, which start and end would hide in a mean.
    """
    with tempfile.TemporaryDirectory() as directory:
        with MemoryWatch() as memory:
            wall_s = _run(directory, n)
        runs = _finished_runs(directory, n)
    return {
        "wall_s": wall_s,
        "executing_s": float(runs["ended_at"].max() - runs["started_at"].min()),
        "growth": _growth(runs["ended_at"]),
        "private_b": memory.peak_b,
        "resident_b": _peak_resident_b(),
    }


def efficiency(n: int, work_s: float) -> dict[str, float]:
    """Run `n` runs of `work_s` seconds of CPU each; their CPU time over cores x wall.

    Each run burns exactly `work_s` of its thread's CPU, so the CPU time needs no measuring. The
    window opens when the second worker starts its first run and closes when the first worker
    ends its last one: after that, cores idle for want of runs.
    """
    with tempfile.TemporaryDirectory() as directory:
        wall_s = _run(directory, n, work_s=work_s)
        runs = _finished_runs(directory, n)
    start_at, end_at = _window(runs)
    inside_s = runs["ended_at"].clip(upper=end_at) - runs["started_at"].clip(lower=start_at)
    n_inside = float((inside_s / runs["duration_s"]).clip(lower=0).sum())
    return {
        "efficiency": n_inside * work_s / (CORES * (end_at - start_at)),
        "window_s": end_at - start_at,
        "wall_s": wall_s,
    }


def _run(directory: str, n: int, **constants: float) -> float:
    """Run a sweep of `n` runs, ten seeds a configuration; wall-clock seconds of the call."""
    sweep = sweeps.Sweep(
        name="overhead",
        objective="objectives.synthetic",
        space={**SPACE, **constants},
        search={"sampler": "random", "configs": n // N_SEEDS},
        seeds=N_SEEDS,
        store=f"sqlite:///{_store(directory)}",
    )
    start_s = time.perf_counter()
    sweeps.run(sweep, cpus=CORES, progress=False)
    return time.perf_counter() - start_s


def _finished_runs(directory: str, n: int) -> pd.DataFrame:
    """Give the stored runs; a fast answer must be a whole one."""
    runs = stored_runs(_store(directory))
    n_finished = int((runs["status"] == "finished").sum())
    if n_finished != n:
        msg = f"All runs of a benchmark must finish, got {n_finished} of {n}."
        raise RuntimeError(msg)
    return runs


def _growth(ended_at: pd.Series[float]) -> float:
    """Give the time from 80 to 90 % of the runs over that from 10 to 20 %."""
    at = ended_at.quantile([0.1, 0.2, 0.8, 0.9]).to_numpy()
    return float((at[3] - at[2]) / (at[1] - at[0]))


def _window(runs: pd.DataFrame) -> tuple[float, float]:
    """Give the times at which the last worker had begun and at which the first one was through."""
    by_worker = runs.groupby("node").agg(first=("started_at", "min"), last=("ended_at", "max"))
    if len(by_worker) != CORES:
        msg = f"The efficiency of {CORES} cores needs as many workers, got {len(by_worker)}."
        raise RuntimeError(msg)
    return float(by_worker["first"].max()), float(by_worker["last"].min())


def _store(directory: str) -> Path:
    return Path(directory, "sweeps.db")


def _peak_resident_b() -> int:
    """Give the highest resident size so far; macOS counts in bytes, Linux in KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
