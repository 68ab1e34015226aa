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


MOST_NODES = 20
"""A run that was being executed on so many machines when they went is given up all the same."""

UNSEEN_NODES = 3
"""Where nobody knows which run was being executed, all that it may have been stay together for so
many machines; after that each is tried alone, so that one that takes machines down is found."""


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


def verdict_of_node(run: Run, *, suspect: Suspect | None, is_only: bool, n_nodes: int) -> Verdict:
    """Judge one unfinished run of a batch whose machine was lost: its retries stay as they are.

    Args:
        run: The run.
        suspect: Who was being executed, None where nobody knows.
        is_only: Whether it is the only unfinished run of the batch.
        n_nodes: Machines that were lost under it in a row, this one included.
    """
    if suspect is not None and suspect.run != run:
        return Verdict.QUEUE
    if n_nodes >= MOST_NODES:
        return Verdict.LOST
    is_known = suspect is not None or is_only
    return Verdict.ALONE if is_known or n_nodes > UNSEEN_NODES else Verdict.QUEUE
