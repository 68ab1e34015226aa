"""Is this machine, or a cluster, fit to run sweeps? Each check really tries what it is about."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.engine.checkup import machine
from sweeps.engine.checkup.check import Check, Deadline, bad, within
from sweeps.engine.checkup.cluster import RayCheck
from sweeps.engine.checkup.store import store_check
from sweeps.engine.checkup.stored import Data, stored_sweep
from sweeps.errors import SweepError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.spec import Sweep

__all__ = ["Check", "checkup"]

TOTAL_S = 75.0
STORE_S = 20.0


def checkup(
    store: str | None = None,
    address: str | None = None,
    sweep: Sweep | None = None,
    *,
    fresh: bool = False,
    accept_code_change: bool = False,
) -> Iterator[Check]:
    """Look at one thing after the other, within a minute and a half in all.

    Nothing is left behind: no store where there was none, no file where runs save themselves. A
    Ray of its own is started for a few seconds where no cluster is named.

    Args:
        store: Address of the store; by default that of the sweep.
        address: Address of a Ray cluster to look at instead of this machine, `auto` or
            `HOST:PORT`, as this machine would connect to it.
        sweep: What is going to run: its objective is loaded on every node, and its resources,
            data, checkpoints and what is stored of it are looked at.
        fresh: Whether it would start from nothing.
        accept_code_change: Whether it may go on although its code or data changed.
    """
    deadline = Deadline(TOTAL_S)
    store = store or (sweep.store if sweep is not None else None)
    yield machine.python()
    yield machine.import_name()
    yield machine.open_files()
    yield machine.disk("temporary folder", Path(tempfile.gettempdir()))
    store_found = store_check(store, deadline.left(STORE_S))
    yield store_found
    ray = RayCheck(address, sweep, store, deadline)
    yield from ray.checks()
    if sweep is not None and store_found.is_ok and not fresh:
        limit_s, data = deadline.left(STORE_S), ray.data or Data(None)
        yield _stored(sweep, store, data, limit_s, accept_code_change=accept_code_change)


def _stored(
    sweep: Sweep, store: str | None, data: Data, limit_s: float, *, accept_code_change: bool
) -> Check:
    try:
        return within(
            limit_s,
            lambda: stored_sweep(sweep, store, data, accept_code_change=accept_code_change),
        )
    except (SweepError, TimeoutError) as error:
        return bad("stored sweep", error)
