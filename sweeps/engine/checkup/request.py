"""What `sweeps doctor` is asked to look at, and who looks: this process, or a job on a cluster."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sweeps.cluster import JobRequest
from sweeps.cluster.address import takes_jobs
from sweeps.cluster.request import SETTINGS
from sweeps.engine.checkup import checkup
from sweeps.engine.checkup.check import Check, bad, good
from sweeps.engine.checkup.submitted import checkup_by_job
from sweeps.engine.entry import read
from sweeps.engine.submission import prepare
from sweeps.engine.submission.preparing import variables_of
from sweeps.errors import ClusterError, SweepError
from sweeps.store import is_server
from sweeps.store.url import STORE_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCTOR = "python -m sweeps doctor --address auto"
"""What looks at a cluster where no sweep is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to look at.

    Attributes:
        file: Definition of the sweep that is going to run, None for none.
        overrides: Changes of the file; not shown by `repr`, since one may name a store.
        store: Address of the store, with its password; not shown by `repr`. None for that of the
            definition.
        address: Address of a cluster, None for this machine.
        working_dir: Folder that travels to the cluster, None for the usual one.
        is_fresh: Whether the sweep is to start from nothing.
        may_change_code: Whether its code or data may have changed.
        variables: Environment variables for a job, `NAME=VALUE` or `NAME`; not shown by `repr`.
    """

    file: Path | None = None
    overrides: tuple[str, ...] = field(default=(), repr=False)
    store: str | None = field(default=None, repr=False)
    address: str | None = None
    working_dir: Path | None = None
    is_fresh: bool = False
    may_change_code: bool = False
    variables: tuple[str, ...] = field(default=(), repr=False)


def checks_of(asked: Asked) -> Iterator[Check]:
    """Look at one thing after the other.

    Raises:
        ClusterError: Variables are given, and no cluster that takes jobs.
    """
    by_job = asked.address is not None and takes_jobs(asked.address)
    if asked.variables and not by_job:
        message = "--env is for a job on a cluster, and none is named."
        raise ClusterError(f"{message} Write --address http://HOST:8265 too, or leave it out.")
    sweep = None
    if asked.file is not None:
        try:
            sweep = read(asked.file, overrides=asked.overrides)
        except SweepError as error:
            yield bad("definition", error)
            return
        yield good("definition", f"{asked.file}, the sweep `{sweep.name}`")
    if asked.address is None or not by_job:
        yield from checkup(
            asked.store,
            asked.address,
            sweep,
            fresh=asked.is_fresh,
            accept_code_change=asked.may_change_code,
        )
        return
    try:
        request, store = _request(asked)
    except SweepError as error:
        yield bad("submission", error)
        return
    yield from checkup_by_job(asked.address, request, store)


def _request(asked: Asked) -> tuple[JobRequest, str | None]:
    """Give the job that looks at the cluster, and the address of the store that it will use.

    Raises:
        ClusterError: Something of the sweep cannot travel.
    """
    if asked.file is None:
        store = asked.store or os.environ.get(STORE_VARIABLE)
        own = {STORE_VARIABLE: store} if store and is_server(store) else {}
        own |= variables_of(asked.variables, os.environ)
        return JobRequest("", DOCTOR, env={**SETTINGS, **own}), store
    prepared = prepare(
        asked.file,
        overrides=asked.overrides,
        store=asked.store,
        working_dir=asked.working_dir,
        variables=asked.variables,
        fresh=asked.is_fresh,
        accept_code_change=asked.may_change_code,
    )
    return prepared.request(prepared.first), prepared.store
