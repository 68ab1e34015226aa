"""The driver's side of a sweep: carries word between planner, store and display.

The shells around Ray Tune call it; it knows no Ray itself. All calls come from one thread.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sweeps.errors import ExecutionError, MetricError
from sweeps.planner.batch import Batch, BatchClosed, BatchLost
from sweeps.planner.event import Run, Status
from sweeps.planner.retry import Suspect
from sweeps.planner.samplers import Remembering
from sweeps.tune.meter import ProgressMeter
from sweeps.tune.outage import Outage
from sweeps.tune.verdicts import Verdicts
from sweeps.tune.wire import (
    PAUSED,
    ended,
    paused,
    reached,
    run_of,
    unpack_points,
    unpack_reports,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.planner.batch import Idle, Told
    from sweeps.planner.event import Decision, RunEnded
    from sweeps.planner.planner import Planner
    from sweeps.planner.progress import Observer, Progress
    from sweeps.store import Writer
    from sweeps.tune.recorder import Announcement
    from sweeps.tune.wire import Halt, Report

UPDATE_S = 0.25


class Driver:
    """One session of a sweep.

    Args:
        name: Name of the sweep, for the display.
        planner: Decides.
        writer: Records.
        observer: Watches.
        slots: Batches that can run at the same time, at least 1; may be changed at any time.
        clock: Seconds since the epoch.
        prune: Removes the checkpoints of a run; called when the run is stored.
        earlier_s: Wall-clock seconds of earlier sessions, for a budget of hours.
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
        prune: Callable[[Run], None] | None = None,
        earlier_s: float = 0.0,
    ) -> None:
        self.planner = planner
        self.slots = slots
        self._writer = writer
        self._observer = observer
        self._clock = clock
        self._prune = prune
        self._earlier_s = earlier_s
        self._started_at = clock()
        self._meter = ProgressMeter(name, planner, self._started_at)
        self._has_metric = planner.table.n_done > planner.table.n_failures
        self._batches = dict[int, Batch]()
        self._nodes = dict[int, str]()
        self._verdicts = Verdicts()
        self._outage = Outage(self._write_down, observer.note)
        self._flushing_at: float | None = None
        self._to_prune = list[Run]()
        self._has_proposed = False
        self._next_update = 0.0

    def next_batch(self) -> Batch | Idle:
        """Ask the planner, and record what it proposed on the way."""
        elapsed_s = self._earlier_s + self._clock() - self._started_at
        batch = self.planner.ask(self.slots, elapsed_s)
        self._record_decisions()
        if isinstance(batch, Batch):
            self._batches[batch.batch_id] = batch
            if self.planner.plan.stopping is not None:  # nobody else halts runs
                self._verdicts.hand_out(batch)
        return batch

    def take_reports(self, batch_id: int, packed: bytes, worker: str) -> None:
        """Record the runs that a worker says are over.

        A worker that was given up, because its machine was cut off, may report late: its runs were
        handed out again, so it is not listened to.

        Raises:
            MetricError: The first report of the sweep lacks the metric, or is no report.
        """
        batch = self._batches.get(batch_id)
        if batch is None:
            return
        self._nodes[batch_id] = worker
        reports = unpack_reports(packed)
        over = [report for report in reports if report.status != PAUSED]
        rows = [self._row(batch, report, worker) for report in over]
        self._write(rows)  # first: a stopping rule of the user's may raise
        self._follow(self.planner.tell(rows))
        self._to_prune += [run_of(batch, report.i_run) for report in over if report.has_checkpoint]
        for report in reports:
            if report.status == PAUSED:
                self._follow(self.planner.tell(paused(batch, report, node=worker)))

    def take_points(self, batch_id: int, packed: bytes) -> None:
        """Ask the planner about runs that wait after a step; `take_halts` has its verdicts."""
        batch = self._batches.get(batch_id)
        if batch is None:
            return
        points = [reached(batch, point) for point in unpack_points(packed)]
        self._follow(self.planner.tell(points))

    def take_halts(self) -> dict[int, list[Halt]]:
        """Give the verdicts that have not been taken yet, by batch."""
        return self._verdicts.take()

    def close(self, batch_id: int) -> None:
        """Take note that a batch is over."""
        self._forget(batch_id)
        self._nodes.pop(batch_id, None)
        self._follow(self.planner.tell(BatchClosed(batch_id)))

    def lose(
        self,
        batch_id: int,
        reason: str,
        last_word: Announcement | None,
        *,
        lost_at: float | None = None,
        node: str = "",
        is_node_lost: bool = False,
    ) -> None:
        """Take note that the process of a batch is gone.

        Args:
            batch_id: Which batch.
            reason: Why, one line.
            last_word: What the process announced last.
            lost_at: When it was seen, seconds since the epoch; by default now.
            node: Where it was, if it never reported.
            is_node_lost: Whether its machine went with it.
        """
        batch = self._forget(batch_id)
        if batch is None:
            return
        suspect = None
        if last_word is not None:
            run = run_of(batch, last_word.i_run)
            suspect = Suspect(run, last_word.started_at, last_word.output)
        node = self._nodes.pop(batch_id, node)
        lost_at = self._clock() if lost_at is None else lost_at
        event = BatchLost(batch_id, lost_at, reason, suspect, node, is_node_lost)
        self._follow(self.planner.tell(event))

    def tick(self) -> None:
        """Flush what is due and refresh the display; called ten times a second or more."""
        now = self._clock()
        if self._writer.due(now):
            self.flush(now)
        # also when the clock was set back
        if not 0 < self._next_update - now <= UPDATE_S:
            self._next_update = now + UPDATE_S
            self._observer.update(self.progress())

    @property
    def is_stop_requested(self) -> bool:
        """Whether somebody asked, through the store, that the sweep be stopped."""
        return self._writer.is_stop_requested

    def flush(self, now: float | None = None) -> None:
        """Store what is buffered; from then on checkpoints of runs that are over are useless.

        While the server of the store is away, everything is kept and tried again.

        Args:
            now: Seconds since the epoch; without it the store is waited for.

        Raises:
            StoreUnreachableError: It has been away for ten minutes.
        """
        self.gather()
        self._flushing_at = now
        if now is None:
            self._outage.write_all()
        else:
            self._outage.write()

    def _write_down(self) -> None:
        self._writer.flush(self._flushing_at)
        if self._prune is not None:
            for run in self._to_prune:
                self._prune(run)
        self._to_prune.clear()

    def gather(self) -> None:
        """Take what is still to be written: proposals, and what a searcher remembers of them."""
        self._record_decisions()
        sampler = self.planner.plan.sampler
        if self._has_proposed and isinstance(sampler, Remembering):
            state = sampler.save()
            if state is not None:
                self._writer.set_state(state)
        self._has_proposed = False

    def note_untold(self) -> None:
        """Say to the user what a searcher could not be told."""
        sampler = self.planner.plan.sampler
        if isinstance(sampler, Remembering) and sampler.n_untold:
            self._observer.note(
                f"`{sampler.name}` takes no results of configurations that it has not proposed "
                f"itself, so it did not learn of {sampler.n_untold} (defaults, pilot, or what "
                "came after its last stored state)."
            )

    def progress(self) -> Progress:
        """Describe the state of the sweep."""
        return self._meter.progress(self._clock())

    def fail_setup(self, trace: str) -> None:
        """Refuse to go on: workers cannot load the objective or its data.

        Raises:
            ExecutionError: Always.
        """
        message = f"a worker process could not load the objective or its data. It said:\n{trace}"
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

    def _follow(self, told: Told) -> None:
        """Record what follows from an event, and keep verdicts until a shell takes them."""
        self._write(told.ended)
        self._to_prune += [ended.run for ended in told.ended]
        for decision in told.decisions:
            self._writer.add_decision(decision, self._clock())
        for run, verdict in told.verdicts:
            self._verdicts.address(run, verdict)

    def _forget(self, batch_id: int) -> Batch | None:
        batch = self._batches.pop(batch_id, None)
        if batch is not None:
            self._verdicts.take_back(batch)
        return batch

    def _write(self, rows: list[RunEnded]) -> None:
        metric = self.planner.plan.metric
        for row in rows:
            self._writer.add_run(row, row.metrics.get(metric))

    def _record_decisions(self) -> None:
        planner, now = self.planner, self._clock()
        self._follow(planner.take_untold())
        self._has_proposed |= bool(planner.new_configs)
        for config in planner.new_configs:
            self._writer.add_config(config)
        for decision in planner.new_decisions:
            self._writer.add_decision(decision, now)
            if decision.kind == "exhausted":
                self._observer.note(_exhausted(decision))
        planner.new_configs.clear()
        planner.new_decisions.clear()


def _exhausted(decision: Decision) -> str:
    wanted, found = decision.detail["n_wanted"], decision.detail["n_found"]
    return f"The space has only {found} configurations, not {wanted}: all of them are run."
