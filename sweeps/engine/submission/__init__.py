"""A sweep becomes a job of a cluster: what travels, what is asked for, and what comes of it."""

from sweeps.engine.submission.preparing import Prepared, prepare
from sweeps.engine.submission.sending import plan, send
from sweeps.engine.submission.watching import (
    Standing,
    found_job,
    standing,
    stop_by_store,
    sweep_name,
    wait_until_over,
)

__all__ = [
    "Prepared",
    "Standing",
    "found_job",
    "plan",
    "prepare",
    "send",
    "standing",
    "stop_by_store",
    "sweep_name",
    "wait_until_over",
]
