"""What a sweep may spend, counted in runs so that all limits can be compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.planner.event import Decision
    from sweeps.planner.table import Table

HOUR_S = 3600.0


@dataclass(slots=True)
class Spending:
    """What runs that are over have cost, of one kind.

    Attributes:
        spent: By all of them.
        n: How many they are.
        full: By those that went to their last step.
        n_full: How many those are.
    """

    spent: float = 0.0
    n: int = 0
    full: float = 0.0
    n_full: int = 0

    def add(self, cost: float, *, is_full: bool) -> None:
        """Add a run that is over."""
        self.spent += cost
        self.n += 1
        self.full += cost if is_full else 0.0
        self.n_full += is_full

    def runs_in(self, left: float, reserved: int) -> float:
        """Give the runs of mean cost that fit into `left`, beside `reserved` full ones."""
        left -= reserved * self.full / self.n_full if self.n_full else 0.0
        if left <= 0:
            return 0.0
        return left * self.n / self.spent if self.spent > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits, whichever is reached first; None for no limit.

    Attributes:
        runs: Runs in all, those of the validation included.
        steps: Steps of all runs.
        hours: Wall-clock hours of all sessions together.
    """

    runs: int | None = None
    steps: int | None = None
    hours: float | None = None

    def left(self, table: Table, *, reserved: int, elapsed_s: float, slots: int) -> float:
        """Count the runs that the tightest limit still pays for; runs under way are paid.

        Steps and hours are turned into runs by the mean of the runs that are over, so before
        the first one is over they allow what is asked for.

        Args:
            table: The runs so far.
            reserved: Runs to their last step that are kept for later.
            elapsed_s: Wall-clock seconds of all sessions so far.
            slots: Runs that are executed at the same time, at least 1.
        """
        lefts = self._lefts(table, reserved, elapsed_s, slots)
        return max(0.0, min((left for left, _ in lefts), default=math.inf))

    @property
    def is_of_effort(self) -> bool:
        """Whether it counts steps or hours, of which nobody knows how many runs they pay for."""
        return self.steps is not None or self.hours is not None

    def is_spent(self, table: Table, *, reserved: int, elapsed_s: float, slots: int) -> bool:
        """Tell whether steps or hours are used up, so that no run that waits is started.

        Args:
            table: The runs so far.
            reserved: Runs to their last step that are kept for later.
            elapsed_s: Wall-clock seconds of all sessions so far.
            slots: Runs that are executed at the same time, at least 1.
        """
        lefts = []
        if self.steps is not None:
            lefts.append(table.steps.runs_in(self.steps - table.steps.spent, reserved))
        if self.hours is not None:
            left_s = (self.hours * HOUR_S - elapsed_s) * slots
            lefts.append(table.seconds.runs_in(left_s, reserved))
        return 0.0 in lefts

    def has_ended(self, decisions: Iterable[Decision]) -> bool:
        """Tell whether an earlier session said that it is spent, and it has not grown since."""
        limits = {"runs": self.runs, "steps": self.steps, "hours": self.hours}
        ended = [each.detail for each in decisions if each.kind == "budget_ended"]
        if not ended:
            return False
        now, then = limits.get(str(ended[-1].get("what"))), ended[-1].get("limit")
        return now is not None and isinstance(then, int | float) and now <= then

    def runs_left(self, table: Table, reserved: int) -> float:
        """Count the runs that the limit of runs still pays for, beside those kept for later."""
        if self.runs is None:
            return math.inf
        return float(self.runs - reserved - table.n_begun)

    def tightest(
        self, table: Table, *, reserved: int, elapsed_s: float, slots: int
    ) -> dict[str, object]:
        """Name the limit that `left` comes from, with what was spent of it."""
        lefts = self._lefts(table, reserved, elapsed_s, slots)
        return min(lefts, key=lambda each: each[0])[1] if lefts else {}

    def _lefts(
        self, table: Table, reserved: int, elapsed_s: float, slots: int
    ) -> list[tuple[float, dict[str, object]]]:
        lefts: list[tuple[float, dict[str, object]]] = []
        if self.runs is not None:
            left = self.runs_left(table, reserved)
            lefts.append((left, _detail("runs", self.runs, table.n_begun)))
        if self.steps is not None:
            left = table.steps.runs_in(self.steps - table.steps.spent, reserved)
            lefts.append((left - table.n_taken, _detail("steps", self.steps, table.steps.spent)))
        if self.hours is not None:
            left = table.seconds.runs_in((self.hours * HOUR_S - elapsed_s) * slots, reserved)
            spent_h = round(elapsed_s / HOUR_S, 4)
            lefts.append((left - table.n_taken, _detail("hours", self.hours, spent_h)))
        return lefts


def _detail(what: str, limit: float, spent: float) -> dict[str, object]:
    return {"what": what, "limit": limit, "spent": spent}
