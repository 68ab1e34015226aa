"""What a cluster says of a job, as a frozen record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

JobStatus = Literal["PENDING", "RUNNING", "STOPPED", "SUCCEEDED", "FAILED"]


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a cluster: the driver of a sweep.

    Attributes:
        id: Its name, such as `sweeps-digits-svm-0123abcd-1`.
        status: In Ray's words.
        message: What Ray says about it; after a failure the last lines of its log.
        started_at: Seconds since the epoch, None before it was taken up.
        ended_at: Seconds since the epoch, None while it lives.
        node: Address of the machine that it runs on, empty where that is not known.
        metadata: What was noted when it was submitted.
    """

    id: str
    status: JobStatus
    message: str = ""
    started_at: float | None = None
    ended_at: float | None = None
    node: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Tell whether it runs, or waits to run."""
        return self.status in {"PENDING", "RUNNING"}
