"""A driver with a real store, a clock that a test sets, and somebody who watches."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from sweeps.planner.batch import Batch
from sweeps.planner.plan import Plan
from sweeps.planner.planner import Planner
from sweeps.planner.samplers import ListedSampler
from sweeps.store import open_store
from sweeps.tune.driver import Driver
from sweeps.tune.wire import Point, Report, pack_points, pack_reports

if TYPE_CHECKING:
    from sweeps.planner.progress import Progress


class Clock:
    """Shows the time that a test sets."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Watcher:
    """Remembers what an observer is told."""

    updates: list[Progress] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def start(self, progress: Progress) -> None: ...

    def update(self, progress: Progress) -> None:
        self.updates.append(progress)

    def note(self, message: str) -> None:
        self.notes.append(message)

    def stop(self) -> None: ...


class Session:
    """One session on a store: a driver, and the test in the part of Ray and its workers."""

    def __init__(self, store, *, n_configs=2, n_seeds=2, n_wanted=None, slots=2, **plan):
        self.store = store
        self.clock = Clock()
        self.watcher = Watcher()
        row = store.find("test") or store.create(
            name="test", definition={}, identity={}, identity_hash="", provenance={}
        )
        self.sweep_id = row.sweep_id
        self.lease = store.acquire(self.sweep_id)
        self.writer = store.writer(self.sweep_id, self.lease)
        entries = tuple({"x": i} for i in range(n_configs))
        sampler = plan.pop("sampler", None) or ListedSampler("listed", entries)
        prune = plan.pop("prune", None)
        earlier_s = plan.pop("earlier_s", 0.0)
        self.plan = Plan(sampler, n_wanted, range(n_seeds), "score", "max", **plan)
        planner = Planner(
            self.plan,
            store.configs(self.sweep_id),
            store.runs(self.sweep_id),
            [decision for _, _, decision in store.decisions(self.sweep_id)],
            elapsed_s=earlier_s,
        )
        self.driver = Driver(
            "test",
            planner,
            self.writer,
            self.watcher,
            slots=slots,
            clock=self.clock,
            prune=prune,
            earlier_s=earlier_s,
        )

    def batch(self) -> Batch:
        """Take the next batch, which there has to be."""
        batch = self.driver.next_batch()
        assert isinstance(batch, Batch)
        return batch

    def report(self, batch, *reports, worker="host:1"):
        """Say of these runs of a batch that they are over."""
        self.driver.take_reports(batch.batch_id, pack_reports(reports), worker)

    def reach(self, batch, *points):
        """Say of these runs of a batch that they wait for a verdict."""
        self.driver.take_points(batch.batch_id, pack_points(points))

    def runs(self):
        """Flush, and give what the store has of runs that are over."""
        self.writer.flush()
        return self.store.runs(self.sweep_id)

    def decisions(self):
        """Flush, and give the decisions that are recorded."""
        self.writer.flush()
        return [decision for _, _, decision in self.store.decisions(self.sweep_id)]

    def leave(self):
        """End the session, so that another one can begin."""
        self.writer.close()
        self.lease.release()


def done(i_run, score=1.0, status="finished", **fields):
    """Report a run with a score; with None, one that reported nothing."""
    metrics = {} if score is None else {"score": score}
    values = {"steps": 1, "duration_s": 0.5, "started_at": 990.0, **fields}
    return Report(i_run, status, values.pop("metrics", metrics), **values)


def point(i_run, step=1, score=1.0):
    """Report a run that waits after a step."""
    return Point(i_run, step, {"score": score})


def malformed(i_run, **metrics):
    """Report a run whose objective gave back something else than asked for."""
    error = "the run must report the metric `score`"
    return done(i_run, metrics=metrics, status="failed", error=error, is_malformed=True)


@pytest.fixture
def session(tmp_path):
    """Begin a session on the test's store; keywords change the plan."""
    with open_store(f"sqlite:///{tmp_path}/sweeps.db") as store:
        yield lambda **plan: Session(store, **plan)


@pytest.fixture
def python():
    """Run code in a Python of its own; gives the process when it has ended."""

    def run(code):
        command = [sys.executable, "-c", code]
        return subprocess.run(  # noqa: S603 - our own interpreter
            command, capture_output=True, text=True, timeout=60, check=False
        )

    return run
