"""What a lost process costs: who is to blame, who is tried again, who is given up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sweeps.planner.event import Run


@dataclass(frozen=True, slots=True)
class Suspect:
    """The run that was being executed when its process was lost.

    Attributes:
        run: Which run.
        started_at: Its start, seconds since the epoch.
        output: Tail of what it printed.
    """

    run: Run
    started_at: float
    output: str = ""


class Verdict(Enum):
    """What happens to a run whose process was lost."""

    QUEUE = auto()  # it was not to blame: back among the others
    ALONE = auto()  # it may be to blame: once more, in a batch of its own
    TIMED_OUT = auto()
    LOST = auto()


def verdict(
    run: Run,
    *,
    suspect: Suspect | None,
    is_only: bool,
    n_losses: int,
    retries: int,
    lost_at: float,
    timeout_s: float | None,
) -> Verdict:
    """Judge one unfinished run of a lost batch.

    Args:
        run: The run.
        suspect: Who was being executed, None where nobody knows.
        is_only: Whether it is the only unfinished run of the batch.
        n_losses: Times that it was to blame, this time not included.
        retries: Times that a run may be tried again.
        lost_at: When the loss was seen, seconds since the epoch.
        timeout_s: Time limit of a run, None for no limit.
    """
    if suspect is not None and suspect.run != run:
        return Verdict.QUEUE
    if suspect is None and not is_only:
        return Verdict.ALONE
    if suspect is not None and timeout_s is not None and lost_at - suspect.started_at >= timeout_s:
        return Verdict.TIMED_OUT  # a limit is a rule, not an accident: no second try
    return Verdict.ALONE if n_losses < retries else Verdict.LOST
