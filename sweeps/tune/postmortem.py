"""Whose fault it is that a process is gone: its run's, or that of the machine under it.

What Ray says depends on the moment. When a process dies, it says so at once. When a machine is
switched off, it says first that the process does not answer, and seconds later, or a minute with a
cut network, that the machine is gone; in between nobody can tell the two apart. A machine that is
shut down in good order may end its processes first.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sweeps.tune.survey import Finding

SETTLING_S = 1.0
"""So long after a process died its machine may still turn out to have gone with it."""

UNANSWERED_S = 40.0
"""A process that does not answer, on a machine that does, is given up after this. By default Ray
takes 15 seconds to see that a machine was switched off."""

OURS = ("RAY_KILL", "OUT_OF_SCOPE", "REF_DELETED")
"""Ray ends a process that does not answer because we gave it up: that tells nothing."""


class Fate(Enum):
    """What became of a process."""

    UNKNOWN = auto()
    PROCESS = auto()  # it died by itself
    NODE = auto()  # its machine went, or cannot be reached


def fate_of(finding: Finding | None, waited_s: float, *, has_actor: bool) -> Fate:
    """Judge what is known of a process that is gone.

    Args:
        finding: What the cluster says, None where it has not answered yet.
        waited_s: Seconds since Ray gave the process up.
        has_actor: Whether Ray had got so far as to name a process.
    """
    if finding is None:
        return Fate.UNKNOWN
    if not has_actor:
        return Fate.PROCESS
    if finding.is_node_dead or finding.is_node_leaving or finding.cause == "NODE_DIED":
        return Fate.NODE
    if finding.cause and finding.cause not in OURS:
        is_settled = finding.is_alone or waited_s >= SETTLING_S
        return Fate.PROCESS if is_settled else Fate.UNKNOWN
    return Fate.NODE if waited_s >= UNANSWERED_S else Fate.UNKNOWN


def reason_of_node(finding: Finding) -> str:
    """Say in one line what became of the machine."""
    if finding.is_node_leaving:
        why = "was taken away (preempted, or shut down)"
    elif finding.is_node_dead or finding.cause == "NODE_DIED":
        why = "was lost"
    else:
        why = "could not be reached any more"
    return f"its node {why}" + (f": {finding.reason}" if finding.reason else "")
