"""What is asked of a cluster: a command, the files that it needs, and its environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STOP_WAIT_S = 30
SETTINGS = {
    # a sweep that is interrupted ends at a clean point; what Ray sends by default kills it
    "RAY_JOB_STOP_SIGNAL": "SIGINT",
    # Ray's default of 3 s is too short to save checkpoints
    "RAY_JOB_STOP_WAIT_TIME_S": str(STOP_WAIT_S),
    "PYTHONUNBUFFERED": "1",
}
"""Environment of every job of ours."""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job to submit. The driver reserves no CPU, so all of them are for runs.

    Attributes:
        submission_id: Name of the job; Ray takes each name once.
        entrypoint: Shell command, without secrets: everybody on the cluster can read it.
        working_dir: Folder that travels to every node, None for no folder.
        excludes: Patterns of what stays at home, as in `.gitignore`.
        env: Environment variables of the driver and of all runs. Not shown by `repr`.
        metadata: What is noted about the job, without secrets.
    """

    submission_id: str
    entrypoint: str
    working_dir: Path | None = None
    excludes: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def runtime_env(self) -> dict[str, Any]:
        """Give folder and environment as Ray wants them."""
        files: dict[str, Any] = {}
        if self.working_dir is not None:
            files = {"working_dir": str(self.working_dir), "excludes": list(self.excludes)}
        return {**files, "env_vars": dict(self.env)}
