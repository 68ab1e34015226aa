"""SQLite: the only file that knows how it differs from other databases.

Write-ahead logging lets readers go on while the driver writes. `synchronous` is FULL: `kill -9`
would lose nothing with NORMAL either, but a power cut would lose whatever came after the last
checkpoint, perhaps a run of hours. A flush comes at most twice a second and its fsync took 0.3 ms.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from typing import TYPE_CHECKING, Literal

from sqlalchemy import create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from sweeps.errors import StoreError, StoreFullError, StoreMissingError
from sweeps.store.database import WRITES, Database, upsert_of
from sweeps.store.stamp import log_of, stamp_of

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine
    from sqlalchemy.pool import ConnectionPoolEntry

BUSY_S = 15
"""How long a write waits for another; below the silence after which a driver counts as dead."""
ROOM_BYTES = 1 << 20  # with less than this left, an input/output error means a full disk
MAGIC = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat.html, section 1.3

_INODE = "inode"

Access = Literal["mode=rwc", "mode=rw", "immutable=1"]


def open_file(path: Path, *, create: bool) -> Database:
    """Open an SQLite file for reading and, as far as that is allowed, for writing.

    Args:
        path: Absolute path.
        create: Make the file if it is missing.

    Raises:
        StoreMissingError: There is no such file, and `create` is false.
        StoreError: There is no such folder, or the file cannot be read, or is no database.
    """
    _check_place(path, create=create)
    if create:
        return _connect(path, "mode=rwc")
    try:
        return _connect(path, "mode=rw")
    except StoreError as error:
        # Reading a log that is still to be merged needs files beside it. Without such a log,
        # and where nobody can write, the file stands still and needs none.
        if not _is_denied(error) or _has_log(path):
            raise
        return _connect(path, "immutable=1")


def use_log(database: Database) -> None:
    """Turn write-ahead logging on; it stays on in the file.

    Raises:
        StoreError: The file cannot be written.
    """
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            with database.engine.connect() as connection:
                # SQLAlchemy opens a transaction by itself, in which the mode cannot change.
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        except DBAPIError as error:
            # The change needs the file for itself and does not wait: others may just be opening.
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                explanation = database.explain(error)
                raise (explanation or error) from error
            time.sleep(0.01)
        else:
            return


def _check_place(path: Path, *, create: bool) -> None:
    """Refuse what is no place for a store, before SQLite says so in its own words."""
    if path.is_dir():
        message = f"A store must be a file, {path} is a folder. Name a file in it."
        raise StoreError(message)
    if path.exists():
        _check_magic(path)
    elif not create:
        message = (
            f"There is no store at {path}. Run a sweep first, or name another store, such as with "
            "the environment variable `SWEEPS_STORE`."
        )
        raise StoreMissingError(message)
    elif not path.parent.is_dir():
        message = f"There is no folder {path.parent} for the store {path.name}. Make it first."
        raise StoreError(message)


def _check_magic(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        message = f"The store {path} cannot be read: {error.strerror}. {_WAY_OUT}"
        raise StoreError(message) from error
    if start not in {b"", MAGIC}:
        raise StoreError(_no_database(path))


def _connect(path: Path, access: Access) -> Database:
    engine = _engine(path, access)
    database = Database(
        engine=engine,
        url=f"sqlite:///{path}",
        file=path,
        stamp=lambda connection: stamp_of(path, connection.info[_INODE]),
        explain=lambda error: _explain(error, path),
        upsert=lambda table: upsert_of(insert, table, engine),
    )
    try:
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
    except BaseException:
        database.close()
        raise
    return database


def _engine(path: Path, access: Access) -> Engine:
    uri = f"{path.as_uri()}?{access}"

    def connect() -> sqlite3.Connection:
        # `isolation_level=None`: we say BEGIN ourselves (`_begin`), also before DDL.
        connection = sqlite3.connect(
            uri, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    # An error must not print thousands of rows, hence `hide_parameters`.
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    def remember(_: object, record: ConnectionPoolEntry) -> None:
        record.info[_INODE] = _inode(path)

    event.listen(engine, "connect", remember)
    event.listen(engine, "begin", lambda connection: _begin(connection, path))
    return engine


def _begin(connection: Connection, path: Path) -> None:
    """Begin a transaction; one that writes waits for its turn now, as it could not do later."""
    if not connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("BEGIN")
        return
    if _inode(path) != connection.info[_INODE]:
        # SQLite would go on writing into a file that nobody finds any more.
        message = (
            f"The store {path} was moved or deleted while it was in use. Put it back and run the "
            "same command again to resume."
        )
        raise StoreError(message)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _has_log(path: Path) -> bool:
    log = log_of(path)
    return log.exists() and log.stat().st_size > 0


def _code(error: DBAPIError) -> int:
    """Give SQLite's primary result code (https://www.sqlite.org/rescode.html)."""
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF


def _is_denied(error: StoreError) -> bool:
    cause = error.__cause__
    return isinstance(cause, DBAPIError) and _code(cause) in _DENIED


_DENIED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
_OURS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)
_WAY_OUT = (
    "Check the permissions of the file and of its folder, or name another store, such as with the "
    "environment variable `SWEEPS_STORE`."
)


def _no_database(path: Path) -> str:
    return f"A store must be an SQLite file made by `sweeps`, {path} is none. Name another file."


def _explain(error: DBAPIError, path: Path) -> StoreError | None:
    code = _code(error)
    if isinstance(error.orig, _OURS):
        return None
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
        message = (
            f"The disk under the store {path} is full. What was stored is intact: free some space "
            "and run the same command again to resume."
        )
        return StoreFullError(message)
    return StoreError(_sentence(code, error, path))


def _sentence(code: int, error: DBAPIError, path: Path) -> str:
    if code in _DENIED:
        return f"The store {path} must be writable, and it is not ({error.orig}). {_WAY_OUT}"
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return (
            f"The store {path} was locked by another process for {BUSY_S} s. What was stored is "
            "intact: find who has the file open and run the same command again to resume."
        )
    if code == sqlite3.SQLITE_NOTADB:
        return _no_database(path)
    if code == sqlite3.SQLITE_CORRUPT:
        return (
            f"The store {path} is damaged ({error.orig}). Restore a copy, or save what can be "
            f"read with `sqlite3 {path} .recover`."
        )
    return (
        f"The store {path} could not be read or written ({error.orig}). What was stored is intact: "
        "check the disk and run the same command again to resume."
    )


def _is_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < ROOM_BYTES
    except OSError:
        return False
