"""Tries whether a store can be written, as a driver is going to; nothing that is tried stays."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from sweeps.store.migrations import upgrade
from sweeps.store.opening import connect, open_store
from sweeps.store.registry import insert_sweep
from sweeps.store.url import is_server, store_file

if TYPE_CHECKING:
    from pathlib import Path


class _UndoneError(Exception):
    """Ends a transaction that was only tried."""


def try_to_write(url: str | None = None) -> None:
    """Write a sweep, and undo it; an older store stays as old as it is, a missing one missing.

    Args:
        url: As for `open_store`.

    Raises:
        StoreUnreachableError: Its server does not answer.
        StoreError: It cannot be written, or is something else.
    """
    if not is_server(url) and not (file := store_file(url)).exists():
        _try_beside(file)
        return
    database = connect(url, create=False)
    try:
        with contextlib.suppress(_UndoneError), database.writing(alone=True) as connection:
            upgrade(connection, database.url)
            cells = {"definition": {}, "identity": {}, "identity_hash": "", "provenance": {}}
            insert_sweep(connection, f"tried-{os.urandom(6).hex()}", time.time(), cells)
            raise _UndoneError
    finally:
        database.close()


def _try_beside(file: Path) -> None:
    """Make a store where there is none, under a name that nobody else uses, and remove it."""
    tried = file.with_name(f".{file.stem}-{os.urandom(6).hex()}.db")
    try:
        open_store(f"sqlite:///{tried}").close()
    finally:
        for ending in ("", "-wal", "-shm"):
            tried.with_name(f"{tried.name}{ending}").unlink(missing_ok=True)
