"""Executes runs, one at a time, in whatever process this is. Knows nothing of Ray.

A run that raises, exits, diverges or takes too long is data: it becomes a report like any other.
"""

from __future__ import annotations

import inspect
import math
import time
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from sweeps.planner.event import Curve, Status
from sweeps.tune.capture import Tail, captured
from sweeps.tune.failure import one_line, trace_of
from sweeps.tune.limits import RunTimeoutError, TimeLimit, reseed_globals
from sweeps.tune.metric import MalformedReportError, numbers
from sweeps.tune.saving import Saving
from sweeps.tune.stepping import Steps
from sweeps.tune.wire import PAUSED, Point, Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sweeps.planner.stopping import Milestones
    from sweeps.seeds import Seed
    from sweeps.tune.conditions import Conditions
    from sweeps.tune.keeper import Keeper

_END = object()
_QUIET = (Status.FINISHED, Status.STOPPED, PAUSED)
"""Statuses of runs whose output nobody will ask for."""


class Executor:
    """Makes executions of one objective.

    Args:
        function: The objective's callable.
        conditions: What all runs have in common.
        data: What `load_data` gave.
        may_end_process: Whether a run that is stuck in C may take the process with it.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        conditions: Conditions,
        data: Any = None,
        *,
        may_end_process: bool = False,
    ) -> None:
        self.function = function
        self.conditions = conditions
        self.data = data
        self.limit = TimeLimit(conditions.timeout_s, may_end_process=may_end_process)

    def call(self, values: Mapping[str, object], seed: Seed) -> Any:
        """Call the objective; make an instance of a class and set it up.

        Returns:
            What a function gives back, a generator, or the `Steps` of a class.
        """
        arguments = (dict(values), seed, *([self.data] if self.conditions.takes_data else []))
        if not inspect.isclass(self.function):
            return self.function(*arguments)
        instance: Any = self.function()
        instance.setup(*arguments)
        return Steps(instance)


class Execution:
    """One run on its way: `advance` until it gives a report.

    Args:
        executor: Whose objective it is.
        i_run: Position in the batch, for the report.
        values: Active values of the configuration.
        seed: Its seed.
        announce: Told the start and the output so far, before the run may take the process down.
        milestones: Steps after which the run waits for a verdict.
        keeper: Keeps the run's checkpoints, None where it has none.
    """

    def __init__(
        self,
        executor: Executor,
        i_run: int,
        values: Mapping[str, object],
        seed: Seed,
        announce: Callable[[int, float, str], None] | None = None,
        *,
        milestones: Milestones | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self.i_run = i_run
        self._executor = executor
        self._values = values
        self._seed = seed
        self._announce = announce
        self._milestones = milestones
        self._saving = None if keeper is None else Saving(keeper, executor.conditions, self._note)
        self._tail = Tail(None if announce is None else self._announce_output)
        self._started_at = time.time()
        self._entered_at = 0.0
        self._active_s = 0.0
        self._earlier_s = 0.0
        self._steps: Iterator[object] | None = None
        self._points: list[dict[str, float]] = []
        self._halt: tuple[str, str] | None = None
        self._is_noted = False

    def advance(self, until: float) -> Report | Point | None:
        """Go on until the run ends, waits for a verdict, or is between two steps after `until`.

        Args:
            until: Seconds of the monotonic clock.
        """
        limit = self._executor.limit
        self._entered_at = time.perf_counter()
        try:
            with captured(self._tail):
                self._arm()
                try:
                    outcome = self._go_on(until)
                finally:
                    limit.disarm()
            self._active_s += time.perf_counter() - self._entered_at
            return self._report(outcome) if isinstance(outcome, str) else outcome
        except BaseException as error:  # noqa: BLE001 - whatever a run does is data
            limit.disarm()
            self._active_s += time.perf_counter() - self._entered_at
            return self._failure(error)

    def stop(self, reason: str) -> None:
        """Let the run end at its next `advance`, without another step."""
        self._halt = (Status.STOPPED, reason)

    def pause(self) -> None:
        """Let the run save itself and leave at its next `advance`, without another step."""
        self._halt = (PAUSED, "")

    def _go_on(self, until: float) -> str | Point | None:
        """Take steps; give the status where the run is over."""
        if self._halt is not None:
            return self._leave()
        if self._steps is None:
            outcome = self._begin()
            if not isinstance(outcome, GeneratorType | Steps):
                self._take(outcome)
                return self._status()
            self._steps = outcome
        while (report := self._next_report(self._steps)) is not _END:
            self._take(report)
            step = len(self._points)
            if step == self._executor.conditions.max_steps:
                self._close()
                break
            if self._milestones is not None and self._milestones.includes(step):
                return Point(self.i_run, step, self._metrics())
            if time.monotonic() >= until:
                return None
        if not self._points:
            how = "return" if isinstance(self._steps, Steps) else "yield"
            message = f"the objective must {how} at least one dict of metrics, but it {how}ed none"
            raise MalformedReportError(message)
        return self._status()

    def _next_report(self, steps: Iterator[object]) -> object:
        # before a step rather than after one: what is saved at a milestone has had its verdict
        if self._saving is not None and self._points and self._saving.is_due():
            self._save(self._saving)
        return next(steps, _END)

    def _begin(self) -> Any:
        """Call the objective; go on from its newest checkpoint where there is one."""
        found = None if self._saving is None else self._saving.resume(self._call)
        if found is None:
            return self._call()
        steps, saved = found
        self._points = list(saved.points)
        self._earlier_s = saved.active_s
        self._arm()
        self._announce_output()
        return steps

    def _call(self) -> Any:
        reseed_globals(self._seed)
        self._announce_output()
        return self._executor.call(self._values, self._seed)

    def _save(self, saving: Saving) -> None:
        assert isinstance(self._steps, Steps)  # noqa: S101 - only a class has a keeper
        active_s = self._spent_s() + time.perf_counter() - self._entered_at
        saving.save(self._steps, self._points, active_s)

    def _leave(self) -> str:
        """End because somebody said so."""
        assert self._halt is not None  # noqa: S101 - the caller looked
        status = self._halt[0]
        if status == PAUSED and self._saving is not None:
            self._save(self._saving)
        self._close()
        return status

    def _close(self) -> None:
        """Let a generator clean up behind itself; its reports are in already."""
        if isinstance(self._steps, GeneratorType):
            try:
                self._steps.close()
            except Exception as error:  # noqa: BLE001 - the run is over, and went well
                self._note(f"closing the generator raised {one_line(error)}")

    def _note(self, text: str) -> None:
        """Say something of our own in the run's output, which is then kept in any case."""
        self._is_noted = True
        self._tail.write(f"sweeps: {text}\n")

    def _arm(self) -> None:
        limit = self._executor.limit
        if limit.timeout_s is not None:
            limit.arm(limit.timeout_s - self._spent_s())

    def _spent_s(self) -> float:
        """Give the seconds of this attempt and of those that it went on from."""
        return self._earlier_s + self._active_s

    def _take(self, report: object) -> None:
        """Keep a report; the first one must have the target metric, or hours could be lost."""
        self._points.append(numbers(report))
        metric = self._executor.conditions.metric
        if metric not in self._points[0]:
            reported = ", ".join(f"`{name}`" for name in self._points[0]) or "nothing"
            message = f"the run must report the metric `{metric}`, but it reported {reported}"
            raise MalformedReportError(message)

    def _announce_output(self) -> None:
        if self._announce is not None:
            # as if one attempt had done all of it: a time limit counts from there
            started_at = self._started_at - self._earlier_s
            self._announce(self.i_run, started_at, self._tail.text())

    def _metrics(self) -> dict[str, float]:
        return {name: value for point in self._points for name, value in point.items()}

    def _status(self) -> Status:
        """Judge the last value of the target metric."""
        score = self._metrics()[self._executor.conditions.metric]
        return Status.FINISHED if math.isfinite(score) else Status.DIVERGED

    def _report(
        self,
        status: str,
        error: str | None = None,
        trace: str | None = None,
        *,
        is_malformed: bool = False,
    ) -> Report:
        metrics = self._metrics() if len(self._points) != 1 else self._points[0]
        if status == Status.DIVERGED:
            metric = self._executor.conditions.metric
            error = f"`{metric}` was {metrics[metric]} at the last step"
        if self._halt is not None and status == self._halt[0]:
            error = self._halt[1] or None
        is_quiet = status in _QUIET and not self._is_noted
        return Report(
            self.i_run,
            str(status),
            metrics,
            len(self._points),
            self._spent_s(),
            self._started_at,
            error,
            trace,
            None if is_quiet else self._tail.text(),
            self._curve(),
            is_malformed,
            self._saving is not None and self._saving.has_checkpoint,
        )

    def _failure(self, error: BaseException) -> Report:
        if isinstance(error, RunTimeoutError):
            limit_s = self._executor.conditions.timeout_s
            text = f"ran longer than timeout_s={limit_s:g}"
            return self._report(Status.TIMED_OUT, text, trace_of(error))
        is_malformed = isinstance(error, MalformedReportError)
        text = str(error) if is_malformed else one_line(error)
        trace = None if is_malformed else trace_of(error)
        return self._report(Status.FAILED, text, trace, is_malformed=is_malformed)

    def _curve(self) -> Curve | None:
        if self._steps is None or not self._points:
            return None
        names = dict.fromkeys(name for point in self._points for name in point)
        metrics = {name: tuple(point.get(name) for point in self._points) for name in names}
        return Curve(tuple(range(1, len(self._points) + 1)), metrics)
