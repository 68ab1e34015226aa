"""How far a session has come and how fast, for the display."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sweeps.planner.event import Role
from sweeps.planner.progress import Progress

if TYPE_CHECKING:
    from sweeps.planner.planner import Planner

RATE_WINDOW_S = 20.0


class ProgressMeter:
    """Measures how far a session has come.

    Args:
        name: Name of the sweep.
        planner: Decides, and knows what came of it.
        started_at: When the session began, seconds since the epoch.
    """

    def __init__(self, name: str, planner: Planner, started_at: float) -> None:
        self._name = name
        self._planner = planner
        self._started_at = started_at
        self._n_resumed = planner.table.n_done
        self._recent = deque[tuple[float, int]]()

    def progress(self, now: float) -> Progress:
        """Describe the state at this time, seconds since the epoch."""
        planner, table = self._planner, self._planner.table
        n_runs = planner.n_runs
        n_left = None if n_runs is None else max(n_runs - table.n_done, 0)
        rate = self._rate(now, table.n_done)
        return Progress(
            name=self._name,
            metric=planner.plan.metric,
            n_runs=n_runs,
            n_done=table.n_done,
            n_running=planner.n_live,
            n_failed=table.n_failures,
            n_resumed=self._n_resumed,
            elapsed_s=now - self._started_at,
            runs_per_s=rate,
            time_left_s=None if n_left is None or rate <= 0 else n_left / rate,
            best=planner.leader(),
            phase=str(planner.phase if planner.plan.validation.n_seeds else Role.RACE),
        )

    def _rate(self, now: float, n_done: int) -> float:
        """Runs per second over the recent past."""
        recent = self._recent
        recent.append((now, n_done))
        while len(recent) > 2 and now - recent[0][0] > RATE_WINDOW_S:
            recent.popleft()
        span_s = now - recent[0][0]
        return (n_done - recent[0][1]) / span_s if span_s > 0 else 0.0
