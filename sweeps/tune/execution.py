"""Executes runs, one at a time, in whatever process this is. Knows nothing of Ray.

A run that raises, exits, diverges or takes too long is data: it becomes a report like any other.
"""

from __future__ import annotations

import math
import time
import traceback
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from sweeps.planner.event import Curve, Status
from sweeps.tune.capture import Tail, captured
from sweeps.tune.limits import RunTimeoutError, TimeLimit, reseed_globals
from sweeps.tune.metric import MalformedReportError, numbers
from sweeps.tune.wire import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sweeps.seeds import Seed
    from sweeps.tune.conditions import Conditions


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
        """Call the objective."""
        if self.conditions.takes_data:
            return self.function(dict(values), seed, self.data)
        return self.function(dict(values), seed)


class Execution:
    """One run on its way: `advance` until it gives a report.

    Args:
        executor: Whose objective it is.
        i_run: Position in the batch, for the report.
        values: Active values of the configuration.
        seed: Its seed.
        announce: Told the start and the output so far, before the run may take the process down.
    """

    def __init__(
        self,
        executor: Executor,
        i_run: int,
        values: Mapping[str, object],
        seed: Seed,
        announce: Callable[[int, float, str], None] | None = None,
    ) -> None:
        self._executor = executor
        self._i_run = i_run
        self._values = values
        self._seed = seed
        self._announce = announce
        self._tail = Tail(None if announce is None else self._announce_output)
        self._started_at = time.time()
        self._active_s = 0.0
        self._reports: Iterator[Mapping[str, object]] | None = None
        self._points: list[dict[str, float]] = []

    def advance(self, until: float) -> Report | None:
        """Go on until the run ends, or between two steps after `until` (monotonic seconds)."""
        limit = self._executor.limit
        entered = time.perf_counter()
        try:
            with captured(self._tail):
                if limit.timeout_s is not None:
                    limit.arm(limit.timeout_s - self._active_s)
                try:
                    status = self._go_on(until)
                finally:
                    limit.disarm()
            self._active_s += time.perf_counter() - entered
            return None if status is None else self._report(status)
        except BaseException as error:  # noqa: BLE001 - whatever a run does is data
            limit.disarm()
            self._active_s += time.perf_counter() - entered
            return self._failure(error)

    def _go_on(self, until: float) -> Status | None:
        if self._reports is None:
            reseed_globals(self._seed)
            if self._announce is not None:
                self._announce_output()
            outcome = self._executor.call(self._values, self._seed)
            if not isinstance(outcome, GeneratorType):
                self._take(outcome)
                return self._status()
            self._reports = outcome
        for report in self._reports:
            self._take(report)
            if time.monotonic() >= until:
                return None
        if not self._points:
            message = "the objective must yield at least one dict of metrics, but it yielded none"
            raise MalformedReportError(message)
        return self._status()

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
            self._announce(self._i_run, self._started_at, self._tail.text())

    def _metrics(self) -> dict[str, float]:
        return {name: value for point in self._points for name, value in point.items()}

    def _status(self) -> Status:
        """Judge the last value of the target metric."""
        score = self._metrics()[self._executor.conditions.metric]
        return Status.FINISHED if math.isfinite(score) else Status.DIVERGED

    def _report(
        self,
        status: Status,
        error: str | None = None,
        trace: str | None = None,
        *,
        is_malformed: bool = False,
    ) -> Report:
        metrics = self._metrics() if len(self._points) != 1 else self._points[0]
        if status is Status.DIVERGED:
            metric = self._executor.conditions.metric
            error = f"`{metric}` was {metrics[metric]} at the last step"
        return Report(
            self._i_run,
            status.value,
            metrics,
            len(self._points),
            self._active_s,
            self._started_at,
            error,
            trace,
            None if status is Status.FINISHED else self._tail.text(),
            self._curve(),
            is_malformed,
        )

    def _failure(self, error: BaseException) -> Report:
        if isinstance(error, RunTimeoutError):
            limit_s = self._executor.conditions.timeout_s
            text = f"ran longer than timeout_s={limit_s:g}"
            return self._report(Status.TIMED_OUT, text, _trace(error))
        is_malformed = isinstance(error, MalformedReportError)
        text = str(error) if is_malformed else _one_line(error)
        trace = None if is_malformed else _trace(error)
        return self._report(Status.FAILED, text, trace, is_malformed=is_malformed)

    def _curve(self) -> Curve | None:
        if self._reports is None or not self._points:
            return None
        names = dict.fromkeys(name for point in self._points for name in point)
        metrics = {name: tuple(point.get(name) for point in self._points) for name in names}
        return Curve(tuple(range(1, len(self._points) + 1)), metrics)


def _one_line(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"called sys.exit({error.code!r})"
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001 - the error of an error is no news
        lines = []
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _trace(error: BaseException) -> str:
    """Give the traceback from the objective's own first frame on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals.get("__name__") == __name__:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace or error.__traceback__))
