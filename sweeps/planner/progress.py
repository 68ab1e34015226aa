"""What a display is told while a sweep runs: one frozen snapshot at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The configuration that leads now, among those with the most finished seeds."""

    config_id: str
    values: Mapping[str, object]
    mean: float
    n_seeds: int


@dataclass(frozen=True, slots=True)
class Progress:
    """State of a sweep at one moment.

    Attributes:
        name: Name of the sweep.
        metric: Target metric.
        n_runs: Runs that the sweep will have when it is done, as far as is known; None where
            nobody can say.
        n_done: Runs that are over, whatever their status, earlier sessions included.
        n_running: Runs being executed now (one a busy slot).
        n_failed: Runs over that neither finished nor were stopped early.
        n_resumed: Runs that were already stored when this session began.
        elapsed_s: Wall-clock seconds since this session began.
        runs_per_s: Recent rate.
        time_left_s: Estimate, None before there is a rate.
        best: The leader, None before a run finished.
        phase: Role of the seeds that are being run: `race` or `validation`.
    """

    name: str
    metric: str
    n_runs: int | None
    n_done: int
    n_running: int
    n_failed: int
    n_resumed: int
    elapsed_s: float
    runs_per_s: float
    time_left_s: float | None
    best: BestSoFar | None
    phase: str = "race"


class Observer(Protocol):
    """Somebody who watches a sweep run; every call returns within a millisecond."""

    def start(self, progress: Progress) -> None:
        """Begin to watch."""

    def update(self, progress: Progress) -> None:
        """Take the newest state; called at most ten times a second."""

    def note(self, message: str) -> None:
        """Take one sentence for the user, such as that the space is exhausted."""

    def stop(self) -> None:
        """End watching and leave the terminal as it was; safe to call twice."""
