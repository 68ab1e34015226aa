"""Asks the cluster what a submission means there, and submits; safe to repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.cluster.attaching import Attach, Submit, decide
from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from sweeps.cluster import Jobs
    from sweeps.engine.submission.preparing import Prepared

MOST_RACES = 5


def plan(prepared: Prepared, jobs: Jobs) -> Attach | Submit:
    """Say what submitting means now: nothing is sent.

    Raises:
        ClusterError: The name is taken by another sweep that runs, or the cluster does not answer.
    """
    return decide(jobs.find(), prepared.first, prepared.metadata, fresh=prepared.is_fresh)


def send(prepared: Prepared, jobs: Jobs) -> Attach | Submit:
    """Submit a sweep, or attach to the job that runs it already.

    Of two submissions at the same moment one is first, and the other one attaches.

    Raises:
        ClusterError: As for `plan`, or the cluster refuses.
    """
    for _ in range(MOST_RACES):
        decision = plan(prepared, jobs)
        if isinstance(decision, Attach) or jobs.submit(prepared.request(decision.name)):
            return decision
    message = (
        f"jobs of `{prepared.sweep.name}` appear and end faster than this one can be submitted. "
        "Somebody else submits it, too; see  sweeps status "
    )
    raise ClusterError(f"{message}{prepared.sweep.name}")
