"""What the planner hands out and what it is told: batches, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sweeps.planner.event import Config, Decision, Run, RunEnded
    from sweeps.planner.retry import Suspect
    from sweeps.planner.stopping import Pause, Stop


class Idle(Enum):
    """Why `ask` gives no batch."""

    WAIT = auto()  # everything left is being executed, or waits for results
    DONE = auto()


@dataclass(frozen=True, slots=True)
class Batch:
    """The runs that one Ray Tune trial carries.

    Attributes:
        batch_id: Counts from 1 within a driver's session.
        configs: The configurations that occur in it.
        runs: For each run the position of its configuration in `configs`, its role and its seed.
        limit_s: No run is started when the batch is older than that.
        slice_s: After so long a worker comes back with what it has.
        is_watched: Whether each run is announced before it starts.
    """

    batch_id: int
    configs: tuple[Config, ...]
    runs: tuple[tuple[int, str, int], ...]
    limit_s: float
    slice_s: float
    is_watched: bool


@dataclass(frozen=True, slots=True)
class BatchClosed:
    """A batch is over; its runs that have not ended were never started."""

    batch_id: int


@dataclass(frozen=True, slots=True)
class BatchLost:
    """The process or machine that executed a batch is gone.

    Attributes:
        batch_id: Which batch.
        lost_at: When it was seen, seconds since the epoch.
        reason: What Ray said, one line.
        suspect: The run that was being executed, None where nobody knows.
        node: Where it ran.
        is_node_lost: Whether the whole machine went or was taken away, which is no run's fault.
    """

    batch_id: int
    lost_at: float
    reason: str
    suspect: Suspect | None = None
    node: str = ""
    is_node_lost: bool = False


@dataclass
class Told:
    """What follows from an event, for the record and for the workers.

    Attributes:
        ended: Runs that the planner itself ended (lost, timed out, stopped while they paused).
        decisions: Why, in their order.
        verdicts: Runs that are to end or to pause at the milestone where they wait.
    """

    ended: list[RunEnded] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    verdicts: list[tuple[Run, Stop | Pause]] = field(default_factory=list)
