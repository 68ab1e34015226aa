"""How a sweep stands, asked of its job and of its store alike; and how it is stopped."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.cluster.address import cluster_address
from sweeps.cluster.attaching import newest
from sweeps.cluster.jobs import Jobs
from sweeps.cluster.naming import JobName
from sweeps.errors import (
    ClusterError,
    StoreError,
    StoreMissingError,
    SweepError,
    UnknownSweepError,
)
from sweeps.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.cluster import Job
    from sweeps.store import Store, SweepSummary

PAUSE_S = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sweep stands, as far as it can be seen from here.

    Attributes:
        name: Name of the sweep.
        job: Its job, None where there is none or no cluster was asked.
        address: The cluster that was asked, None for none.
        stored: What the store says of it, None where it says nothing.
        store: The store that was asked, without a password; None where it could not be.
        troubles: What could not be asked, and why, a sentence each.
    """

    name: str
    job: Job | None
    address: str | None
    stored: SweepSummary | None
    store: str | None
    troubles: tuple[str, ...]


def standing(name: str, *, address: str | None = None, store: str | None = None) -> Standing:
    """Ask the cluster, where one is named, and the store.

    Args:
        name: Name of the sweep, or of one of its jobs.
        address: Address of the cluster; by default what the environment names.
        store: Address of the store; by default `SWEEPS_STORE`, else `sqlite:///sweeps.db`.

    Raises:
        SweepError: Neither knows the sweep; the error is the first one that came.
    """
    troubles: list[SweepError] = []
    job, asked = None, None
    try:
        if cluster_address(address) is not None:
            jobs = Jobs(address)
            asked = jobs.address
            job = newest(jobs.find(), name, store)
            if job is None:
                troubles.append(ClusterError(f"The cluster at {asked} has no job of `{name}`."))
    except ClusterError as error:
        troubles.append(error)
    stored, place = None, None
    try:
        with closing(open_store(store, create=False)) as opened:
            place = opened.url
            sweep = sweep_name(name)
            opened.get(sweep)
            stored = opened.summary(sweep)
    except (StoreError, UnknownSweepError) as error:
        troubles.append(error)
    if job is None and stored is None:
        raise troubles[0]
    return Standing(name, job, asked, stored, place, tuple(map(str, troubles)))


def sweep_name(name: str) -> str:
    """Give the name of the sweep, where a job was named."""
    parsed = JobName.parsed(name)
    return name if parsed is None else parsed.sweep


def found_job(jobs: Jobs, name: str, store: str | None = None) -> Job:
    """Give the job that runs a sweep, else the last one that did.

    Raises:
        ClusterError: There is none, or several run.
    """
    job = newest(jobs.find(), name, store)
    if job is None:
        others = sorted({p.sweep for job in jobs.find() if (p := JobName.parsed(job.id))})
        listed = ", ".join(f"`{other}`" for other in others) or "none"
        message = f"The cluster at {jobs.address} has no job of `{name}`. Sweeps there: {listed}."
        raise ClusterError(message)
    return job


def wait_until_over(jobs: Jobs, job_id: str, *, within_s: float) -> Job:
    """Wait until a job has ended.

    Raises:
        ClusterError: It still runs then, or the cluster no longer knows it.
    """
    deadline = time.monotonic() + within_s
    while (job := jobs.get(job_id)) is not None and job.is_live:
        if time.monotonic() > deadline:
            message = f"{job_id} still runs after {within_s:.0f} s. Wait, or stop it again."
            raise ClusterError(message)
        time.sleep(PAUSE_S)
    if job is None:
        raise ClusterError(f"The cluster at {jobs.address} no longer knows {job_id}.")
    return job


def stop_by_store(
    name: str,
    *,
    store: str | None = None,
    within_s: float = 0.0,
    asked: Callable[[str], None] = lambda _where: None,
) -> bool:
    """Ask the driver of a sweep to stop, through its store.

    Args:
        name: Name of the sweep.
        store: Address of the store.
        within_s: How long to wait until it has ended, 0 for not at all.
        asked: Is told which driver was asked.

    Returns:
        False where nobody drives the sweep.

    Raises:
        UnknownSweepError: There is no such sweep.
        StoreError: The store cannot be reached or written.
        ClusterError: It still runs after that time.
    """
    try:
        opened = open_store(store, create=False)
    except StoreMissingError as error:
        message = f"{error} For a sweep on a cluster, name it with --address."
        raise StoreMissingError(message) from error
    with closing(opened):
        if not opened.request_stop(name):
            return False
        driver = _driver(opened, name)
        asked(driver or "a driver that has just ended")
        deadline = time.monotonic() + within_s
        while within_s and driver is not None and _driver(opened, name) is not None:
            if time.monotonic() > deadline:
                message = (
                    f"{driver} still drives `{name}` after {within_s:.0f} s: a run may be in a "
                    "long step. It stops when it comes to a clean point."
                )
                raise ClusterError(message)
            time.sleep(PAUSE_S)
    return True


def _driver(store: Store, name: str) -> str | None:
    summary = store.summary(name)
    return None if summary is None else summary.driver
