"""Opening a store: where it is, what it is, and whether it can be written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sweeps.errors import StoreMissingError
from sweeps.store.driver import Driver
from sweeps.store.migrations import examine, newest, upgrade
from sweeps.store.postgres import open_server
from sweeps.store.sqlite import open_file, use_log
from sweeps.store.store import Store
from sweeps.store.url import is_server, server_url, store_file

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
        url: `sqlite:///FILE`, a path that ends in `.db`, or `postgresql://USER:PW@HOST/DATABASE`;
            None for the environment variable `SWEEPS_STORE`, else `sqlite:///sweeps.db`.
        create: For those who are going to write: make the store if it is missing, and find out by
            writing whether it can be written. Without, a store that is read-only can be read.
        driver: This process, as other drivers see it; found out if None.
        clock: Seconds since the epoch.

    Returns:
        The open store, a context manager that closes it.

    Raises:
        StoreMissingError: There is no store yet, and `create` is false.
        StoreUnreachableError: Its server does not answer.
        StoreError: It cannot be read or written, or is something else.
        StoreVersionError: The store was written by a newer version of `sweeps`.
    """
    database = connect(url, create=create)
    try:
        is_newest = _prepare(database, create=create)
    except BaseException:
        database.close()
        raise
    return Store(database, driver or Driver.here(), clock, is_newest=is_newest)


def connect(url: str | None, *, create: bool) -> Database:
    """Open the database that an address stands for, whatever is in it; arguments as above.

    Raises:
        StoreMissingError: There is no file yet, and `create` is false.
        StoreUnreachableError: Its server does not answer.
        StoreError: It cannot be read.
    """
    if is_server(url):
        return open_server(server_url(url))
    return open_file(store_file(url), create=create)


def _prepare(database: Database, *, create: bool) -> bool:
    """Make sure that a database is a store; say whether it is one of the newest version.

    Looking changes nothing: an older store is upgraded by those who write to it.
    """
    with database.reading() as connection:
        version = examine(connection, database.url)
    if create:
        if database.file is not None:
            use_log(database)
        with database.writing(alone=True) as connection:
            upgrade(connection, database.url)
        return True
    if version is None:
        message = f"The store {database.url} is empty. Run a sweep first, or name another store."
        raise StoreMissingError(message)
    return version == newest()
