"""The driver's side of a sweep: carries word between planner, store and display.

The shells around Ray Tune call it; it knows no Ray itself. All calls come from one thread.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from sweeps.errors import ExecutionError, MetricError
from sweeps.planner.event import Decision, Status
from sweeps.planner.planner import Batch, BatchClosed, BatchLost, Idle, Planner
from sweeps.planner.progress import Observer, Progress
from sweeps.planner.retry import Suspect
from sweeps.tune.wire import ended, run_of, unpack_reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.planner.event import RunEnded
    from sweeps.store import Writer
    from sweeps.tune.recorder import Announcement
    from sweeps.tune.wire import Report

UPDATE_S = 0.25
RATE_WINDOW_S = 20.0


class Driver:
    """One session of a sweep.

    Args:
        name: Name of the sweep, for the display.
        planner: Decides.
        writer: Records.
        observer: Watches.
        slots: Batches that can run at the same time, at least 1.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        name: str,
        planner: Planner,
        writer: Writer,
        observer: Observer,
        *,
        slots: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.planner = planner
        self.slots = slots
        self._name = name
        self._writer = writer
        self._observer = observer
        self._clock = clock
        self._started_at = clock()
        self._n_resumed = planner.table.n_done
        self._has_metric = planner.table.n_done > planner.table.n_failed
        self._batches = dict[int, Batch]()
        self._nodes = dict[int, str]()
        self._next_update = 0.0
        self._recent = deque[tuple[float, int]]()

    def next_batch(self) -> Batch | Idle:
        """Ask the planner, and record what it proposed on the way."""
        batch = self.planner.ask(self.slots)
        self._record_proposals()
        if isinstance(batch, Batch):
            self._batches[batch.batch_id] = batch
        return batch

    def take_reports(self, batch_id: int, packed: bytes, worker: str) -> None:
        """Record the runs that a worker says are over.

        Raises:
            MetricError: The first report of the sweep lacks the metric, or is no report.
        """
        batch = self._batches[batch_id]
        self._nodes[batch_id] = worker
        rows = [self._row(batch, report, worker) for report in unpack_reports(packed)]
        self.planner.tell(rows)
        self._write(rows)

    def close(self, batch_id: int) -> None:
        """Take note that a batch is over."""
        self._batches.pop(batch_id, None)
        self._nodes.pop(batch_id, None)
        self.planner.tell(BatchClosed(batch_id))

    def lose(self, batch_id: int, reason: str, last_word: Announcement | None) -> None:
        """Take note that the process of a batch is gone."""
        batch = self._batches.pop(batch_id, None)
        if batch is None:
            return
        suspect = None
        if last_word is not None:
            run = run_of(batch, last_word.i_run)
            suspect = Suspect(run, last_word.started_at, last_word.output)
        node = self._nodes.pop(batch_id, "")
        told = self.planner.tell(BatchLost(batch_id, self._clock(), reason, suspect, node))
        self._write(told.ended)
        for decision in told.decisions:
            self._writer.add_decision(decision, self._clock())

    def tick(self) -> None:
        """Flush what is due and refresh the display; called ten times a second or more."""
        now = self._clock()
        if self._writer.due(now):
            self._writer.flush(now)
        # also when the clock was set back
        if not 0 < self._next_update - now <= UPDATE_S:
            self._next_update = now + UPDATE_S
            self._observer.update(self.progress())

    def progress(self) -> Progress:
        """Describe the state of the sweep."""
        now = self._clock()
        table = self.planner.table
        n_left = max(self.planner.n_runs - table.n_done, 0)
        rate = self._rate(now, table.n_done)
        return Progress(
            name=self._name,
            metric=self.planner.plan.metric,
            n_runs=self.planner.n_runs,
            n_done=table.n_done,
            n_running=self.planner.n_live,
            n_failed=table.n_failed,
            n_resumed=self._n_resumed,
            elapsed_s=now - self._started_at,
            runs_per_s=rate,
            time_left_s=n_left / rate if rate > 0 else None,
            best=table.leader(self.planner.plan.mode),
        )

    def fail_setup(self, trace: str) -> None:
        """Refuse to go on: workers cannot load the objective.

        Raises:
            ExecutionError: Always.
        """
        message = f"a worker process could not load the objective. It said:\n{trace}"
        raise ExecutionError(message)

    def _row(self, batch: Batch, report: Report, worker: str) -> RunEnded:
        attempts = self.planner.attempts_of(run_of(batch, report.i_run))
        row = ended(batch, report, node=worker, attempts=attempts)
        if not self._has_metric:
            self._check_first(row, is_malformed=report.is_malformed)
        return row

    def _check_first(self, row: RunEnded, *, is_malformed: bool) -> None:
        metric = self.planner.plan.metric
        if is_malformed:
            came = ", ".join(f"`{name}`" for name in row.metrics) or "no metric at all"
            message = (
                f"the first run could not be scored: {row.error}. The metrics that came: {came}. "
                f"Change `metric` (now `{metric}`) or what the objective gives back."
            )
            raise MetricError(message)
        self._has_metric = metric in row.metrics or row.status is Status.FINISHED

    def _write(self, rows: list[RunEnded]) -> None:
        metric = self.planner.plan.metric
        for row in rows:
            self._writer.add_run(row, row.metrics.get(metric))

    def _record_proposals(self) -> None:
        planner, now = self.planner, self._clock()
        for config in planner.new_configs:
            self._writer.add_config(config)
        for decision in planner.new_decisions:
            self._writer.add_decision(decision, now)
            if decision.kind == "exhausted":
                self._observer.note(_exhausted(decision))
        planner.new_configs.clear()
        planner.new_decisions.clear()

    def _rate(self, now: float, n_done: int) -> float:
        """Runs per second over the recent past."""
        recent = self._recent
        recent.append((now, n_done))
        while len(recent) > 2 and now - recent[0][0] > RATE_WINDOW_S:
            recent.popleft()
        span_s = now - recent[0][0]
        return (n_done - recent[0][1]) / span_s if span_s > 0 else 0.0


def _exhausted(decision: Decision) -> str:
    wanted, found = decision.detail["n_wanted"], decision.detail["n_found"]
    return f"The space has only {found} configurations, not {wanted}: all of them are run."
