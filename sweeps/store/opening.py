"""Opening a store: where it is, what it is, and whether it can be written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sweeps.errors import StoreMissingError
from sweeps.store.driver import Driver
from sweeps.store.migrations import examine, newest, upgrade
from sweeps.store.sqlite import open_file, use_log
from sweeps.store.store import Store
from sweeps.store.url import store_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.store.database import Database


def open_store(
    url: str | None = None,
    *,
    create: bool = True,
    driver: Driver | None = None,
    clock: Callable[[], float] = time.time,
) -> Store:
    """Open a store.

    Args:
        url: `sqlite:///FILE` or a path that ends in `.db`; None for the environment variable
            `SWEEPS_STORE`, else `sqlite:///sweeps.db`.
        create: For those who are going to write: make the store if it is missing, and find out by
            writing whether it can be written. Without, a store that is read-only can be read.
        driver: This process, as other drivers see it; found out if None.
        clock: Seconds since the epoch.

    Returns:
        The open store, a context manager that closes it.

    Raises:
        StoreMissingError: There is no store yet, and `create` is false.
        StoreError: It cannot be read or written, or is something else.
        StoreVersionError: The store was written by a newer version of `sweeps`.
    """
    database = open_file(store_file(url), create=create)
    try:
        _prepare(database, create=create)
    except BaseException:
        database.close()
        raise
    return Store(database, driver or Driver.here(), clock)


def _prepare(database: Database, *, create: bool) -> None:
    """Make sure that a database is a store of the newest version; leave anything else alone."""
    with database.reading() as connection:
        version = examine(connection, database.url)
    if create:
        use_log(database)
    elif version is None:
        message = f"The store {database.url} is empty. Run a sweep first, or name another store."
        raise StoreMissingError(message)
    elif version == newest():
        return
    with database.writing() as connection:
        upgrade(connection, database.url)
