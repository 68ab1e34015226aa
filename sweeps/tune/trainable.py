"""What Ray Tune runs: a trial executes the runs of one batch, in turn.

It comes back to the driver when a time slice is over, so that results are stored soon and the
driver can stop it; and at once when a run waits for a verdict. The process is used again for the
next batch.
"""

from __future__ import annotations

import os
import socket
import time
import traceback
from typing import TYPE_CHECKING, Any

from ray.tune import Trainable

from sweeps.planner.event import Role, Run
from sweeps.tune.checkpoint import Checkpoints
from sweeps.tune.execution import Execution, Executor
from sweeps.tune.keeper import Keeper
from sweeps.tune.limits import hide_gpus, limit_threads
from sweeps.tune.recorder import Recorder, batch_key
from sweeps.tune.wire import Point, Report, pack_points, pack_reports, unpack_batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.tune.conditions import Conditions
    from sweeps.tune.data import Box
    from sweeps.tune.wire import Halt

HOLD_S = 0.005
"""How long a worker whose batch is over waits before it asks again whether it may end it."""


class BatchTrainable(Trainable):
    """Executes batches; built once a process, then reset for each batch.

    The driver hands over objective and data through the object store, once a node.
    """

    _broken: str | None = None
    _execution: Execution | None = None
    _checkpoints: Checkpoints | None = None

    def setup(
        self,
        config: dict[str, Any],
        shipment: Any = None,
        conditions: Conditions | None = None,
        data: Box | None = None,
        session: str = "",
    ) -> None:
        """Load the objective; what goes wrong is told to the driver, which ends the sweep."""
        self._session = session
        self._node = f"{socket.gethostname()}:{os.getpid()}"
        assert shipment is not None  # noqa: S101 - the runner hands both over
        assert conditions is not None  # noqa: S101
        try:
            if not conditions.sees_gpus:
                hide_gpus()
            limit_threads(conditions.n_threads)
            function = shipment.load()
            limit_threads(conditions.n_threads)  # again: importing it may have loaded libraries
            opened = None if data is None else data.open()
            self._run = Executor(function, conditions, opened, may_end_process=True)
            if conditions.checkpoint_path is not None:
                self._checkpoints = Checkpoints(conditions.checkpoint_path)
        except Exception:  # noqa: BLE001 - the driver must hear of it, whatever it is
            self._broken = traceback.format_exc()
        self._take(config)

    def reset_config(self, new_config: dict[str, Any]) -> bool:
        """Take the next batch."""
        self._take(new_config)
        return True

    def step(self) -> dict[str, Any]:
        """Execute runs until the time slice is over, and report those that ended."""
        if self._broken is not None:
            return self._result([], [], is_complete=True)
        until = time.monotonic() + self._order.slice_s
        reports: list[Report] = []
        points: list[Point] = []
        while not points and not self._is_complete() and time.monotonic() < until:
            if self._execution is None:
                self._execution = self._start_next()
            outcome = self._execution.advance(until)
            if isinstance(outcome, Point):
                points.append(outcome)
            elif outcome is not None:
                reports.append(outcome)
                self._execution = None
        is_complete = self._is_complete()
        if is_complete:
            self._run.limit.rest()
            if not reports:
                time.sleep(HOLD_S)
        return self._result(reports, points, is_complete=is_complete)

    def halt(self, batch_id: int, halts: Sequence[Halt]) -> None:
        """Take verdicts on runs; one that is over or of a batch that is over needs none.

        The driver calls this between two calls of `train`, which the actor executes in turn.
        """
        for halt in halts:
            execution = self._execution
            if execution is None or (batch_id, halt.i_run) != (
                self._order.batch_id,
                execution.i_run,
            ):
                continue
            if halt.is_pause:
                execution.pause()
            else:
                execution.stop(halt.reason)

    def save_checkpoint(self, checkpoint_dir: str) -> None:
        """Save nothing: the store has every run that is over."""

    def load_checkpoint(self, checkpoint: dict[str, Any] | None) -> None:
        """Load nothing."""

    def _take(self, config: dict[str, Any]) -> None:
        self._order = unpack_batch(config["batch"])
        self._next = 0
        self._ends_at = time.monotonic() + self._order.limit_s
        self._execution = None
        key = batch_key(self._session, self._order.batch_id)
        self._recorder = Recorder(key) if self._order.is_watched else None

    def _is_complete(self) -> bool:
        if self._execution is not None:
            return False
        # the first run is started however late it is, or an empty batch could come back for ever
        is_late = self._next > 0 and time.monotonic() >= self._ends_at
        return is_late or self._next == len(self._order.runs)

    def _start_next(self) -> Execution:
        i_config, role, seed = self._order.runs[self._next]
        config_id, values = self._order.configs[i_config]
        conditions = self._run.conditions
        execution = Execution(
            self._run,
            self._next,
            values,
            conditions.seed(role, seed, config_id),
            None if self._recorder is None else self._recorder.announce,
            milestones=conditions.milestones if role == Role.RACE else None,
            keeper=self._keeper(Run(config_id, role, seed)),
        )
        self._next += 1
        return execution

    def _keeper(self, run: Run) -> Keeper | None:
        if self._checkpoints is None:
            return None
        return Keeper(self._checkpoints, run, self._run.conditions.checkpoint_every_s)

    def _result(
        self, reports: list[Report], points: list[Point], *, is_complete: bool
    ) -> dict[str, Any]:
        return {
            "batch_id": self._order.batch_id,
            "reports": pack_reports(reports) if reports else b"",
            "points": pack_points(points) if points else b"",
            "is_complete": is_complete,
            "broken": self._broken,
            "worker": self._node,
        }
