"""What jobs are called: `sweeps-<name>-<hash8>-<k>`, so that a job says whose it is.

Ray refuses a name that was ever used, so `k` counts the jobs of one sweep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIX = "sweeps"
_HASH_CHARS = 8
_FORM = re.compile(rf"{_PREFIX}-(.+)-([0-9a-f]{{{_HASH_CHARS}}})-([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class JobName:
    """The name of a job, in its parts.

    Attributes:
        sweep: Name of the sweep.
        hash8: First eight characters of the hash of the sweep's identity.
        number: Which job of this sweep it is, from 1.
    """

    sweep: str
    hash8: str
    number: int

    @classmethod
    def first(cls, sweep: str, identity_hash: str) -> JobName:
        """Give the name of a sweep's first job.

        Example:
            >>> str(JobName.first("digits.svm", "0123456789abcdef"))
            'sweeps-digits.svm-01234567-1'
        """
        return cls(sweep, identity_hash[:_HASH_CHARS], 1)

    @classmethod
    def parsed(cls, job_id: str) -> JobName | None:
        """Take the name of a job apart, None where it is none of ours.

        Example:
            >>> JobName.parsed("sweeps-a-1-01234567-12")
            JobName(sweep='a-1', hash8='01234567', number=12)
        """
        match = _FORM.fullmatch(job_id)
        return None if match is None else cls(match[1], match[2], int(match[3]))

    @property
    def prefix(self) -> str:
        """What the names of all jobs of this sweep begin with."""
        return f"{_PREFIX}-{self.sweep}-{self.hash8}-"

    def __str__(self) -> str:
        """Give the name as Ray knows it."""
        return f"{self.prefix}{self.number}"


def is_called(job_id: str, name: str) -> bool:
    """Tell whether a job is the one of that name, or one of the sweep of that name.

    Example:
        >>> is_called("sweeps-svm-01234567-2", "svm"), is_called("sweeps-svm-01234567-2", "sv")
        (True, False)
    """
    parsed = JobName.parsed(job_id)
    return job_id == name or (parsed is not None and parsed.sweep == name)
