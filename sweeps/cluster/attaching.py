"""A sweep is submitted again: is there a job to attach to, or does another one follow?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from sweeps.cluster.naming import JobName, is_called
from sweeps.errors import ClusterError
from sweeps.store.url import server_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.cluster.job import Job

STORE = "sweeps_store"
POSTGRES_PORT = "5432"
_SAID = {
    "sweeps_definition": "the definition is another one here",
    "sweeps_source": "the objective's code is another one here",
    "sweeps_version": "it runs `sweeps` {there}, here is {here}",
}


@dataclass(frozen=True, slots=True)
class Attach:
    """The sweep runs already.

    Attributes:
        job: The job that runs it.
        differences: What is other here than there, a clause each.
    """

    job: Job
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Submit:
    """Nobody runs the sweep.

    Attributes:
        name: What the new job is called.
        former: The job before it, None for the first one.
    """

    name: JobName
    former: Job | None


def decide(
    jobs: Sequence[Job], first: JobName, metadata: Mapping[str, str], *, fresh: bool = False
) -> Attach | Submit:
    """Decide what submitting a sweep means, given all jobs of the cluster.

    Args:
        jobs: All jobs, in the order in which they were submitted.
        first: Name of the sweep's first job.
        metadata: What would be noted about a new job.
        fresh: Whether the sweep is to start from nothing.

    Raises:
        ClusterError: A live job holds the name of the sweep, and it is another sweep, or this one
            is to start from nothing.
    """
    named = [(job, name) for job in jobs if (name := JobName.parsed(job.id)) is not None]
    for job, name in reversed(named):
        if not job.is_live or name.sweep != first.sweep or not _same_store(job, metadata):
            continue
        if name.hash8 != first.hash8:
            message = (
                f"the name `{first.sweep}` is taken by another sweep that is running: {job.id}. "
                f"Give this one another `name`, or stop that one:  sweeps stop {first.sweep}"
            )
            raise ClusterError(message)
        if fresh:
            message = (
                f"`{first.sweep}` cannot start from nothing while {job.id} runs it. "
                f"Stop it first:  sweeps stop {first.sweep}"
            )
            raise ClusterError(message)
        return Attach(job, _differences(job, metadata))
    own = [(job, name) for job, name in named if name.prefix == first.prefix]
    if not own:
        return Submit(first, None)
    job, name = max(own, key=lambda pair: pair[1].number)
    return Submit(replace(first, number=name.number + 1), job)


def newest(jobs: Sequence[Job], name: str, store: str | None = None) -> Job | None:
    """Give the job that runs a sweep, else the last one that did.

    Args:
        jobs: All jobs, in the order in which they were submitted.
        name: Name of the sweep, or of a job.
        store: Address of its store, where sweeps of one name are in several.

    Raises:
        ClusterError: Several sweeps of that name are running.
    """
    called = [job for job in jobs if is_called(job.id, name)]
    if store is not None:
        called = [job for job in called if _place(job.metadata.get(STORE)) == _place(store)]
    live = [job for job in called if job.is_live]
    if len(live) > 1:
        names = ", ".join(job.id for job in live)
        message = (
            f"several jobs of the name `{name}` are running: {names}. "
            "Give the full name of one, or the address of its store."
        )
        raise ClusterError(message)
    return next(iter(live or called[-1:]), None)


def _same_store(job: Job, metadata: Mapping[str, str]) -> bool:
    return _place(job.metadata.get(STORE)) == _place(metadata.get(STORE))


def _place(store: str | None) -> tuple[str, ...]:
    """Give the address of a store without who asks for it and how; `options` may name a schema."""
    host, port, database = server_place(store or "")
    query = parse_qs((store or "").partition("?")[2])
    host, schema = host or query.get("host", [""])[0], query.get("options", [""])[0]
    return host, port or POSTGRES_PORT, database, schema


def _differences(job: Job, metadata: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        clause.format(there=job.metadata.get(key, "unknown"), here=metadata.get(key, "unknown"))
        for key, clause in _SAID.items()
        if job.metadata.get(key) != metadata.get(key)
    )
