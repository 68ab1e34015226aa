"""Can this machine read and write the store?

Only the driver ever touches a store: the nodes that execute runs send what they found to the
driver, and need no way to the store and no password. So it is tried where the driver is going to
be, and nowhere else. Nothing that is tried stays.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from sweeps.engine.checkup.check import Check, bad, counted, good, within
from sweeps.errors import StoreMissingError, SweepError
from sweeps.store import open_store
from sweeps.store.migrations import upgrade
from sweeps.store.postgres import open_server
from sweeps.store.registry import insert_sweep
from sweeps.store.sqlite import open_file
from sweeps.store.url import is_server, server_url, store_file

if TYPE_CHECKING:
    from pathlib import Path

    from sweeps.store.database import Database

REMEDY = "Mend that, or name another store."
NONE_YET = "none yet; the first sweep makes it"


class _UndoneError(Exception):
    """Ends a transaction that was only tried."""


def store_check(url: str | None, limit_s: float) -> Check:
    """Read the store, and try to write it.

    Args:
        url: Its address; None for the default one.
        limit_s: Seconds that it may take to answer.
    """
    try:
        return good("store", within(limit_s, lambda: _tried(url)))
    except SweepError as error:
        return bad("store", error, REMEDY)
    except TimeoutError as error:
        return bad("store", error, "Look whether its server or its disk is well.")


def _tried(url: str | None) -> str:
    if not is_server(url) and not (file := store_file(url)).exists():
        _try_beside(file)
        return NONE_YET
    _try_to_write(url)
    try:
        with open_store(url, create=False) as store:
            return f"{store.url} with {counted(len(store.sweeps()), 'sweep')}"
    except StoreMissingError:
        return NONE_YET


def _try_beside(file: Path) -> None:
    """Make a store where there is none, under a name that nobody else uses, and remove it."""
    tried = file.with_name(f".{file.stem}-{os.urandom(6).hex()}.db")
    try:
        open_store(f"sqlite:///{tried}").close()
    finally:
        for path in (
            tried,
            tried.with_name(f"{tried.name}-wal"),
            tried.with_name(f"{tried.name}-shm"),
        ):
            path.unlink(missing_ok=True)


def _try_to_write(url: str | None) -> None:
    """Write a sweep, and undo it; an older store stays as old as it is."""
    database = _connected(url)
    try:
        with contextlib.suppress(_UndoneError), database.writing(alone=True) as connection:
            upgrade(connection, database.url)
            cells = {"definition": {}, "identity": {}, "identity_hash": "", "provenance": {}}
            insert_sweep(connection, f"check-up-{os.urandom(6).hex()}", time.time(), cells)
            raise _UndoneError
    finally:
        database.close()


def _connected(url: str | None) -> Database:
    if is_server(url):
        return open_server(server_url(url))
    return open_file(store_file(url), create=False)
