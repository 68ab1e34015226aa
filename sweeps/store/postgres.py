"""PostgreSQL: the only file that knows how a server differs from other databases.

A transaction that reads is REPEATABLE READ, so that it sees one moment and blocks nobody. One that
writes is READ COMMITTED: the row of the sweep, which each flush changes first, is its lock, so two
sweeps never wait for each other.

psycopg is an extra, and imported by SQLAlchemy alone.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event, make_url
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import ArgumentError

from sweeps.errors import StoreError
from sweeps.store.database import ALONE, WRITES, Database, upsert_of
from sweeps.store.postgres_errors import explain
from sweeps.store.url import redacted

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

SETTINGS = {
    "application_name": "sweeps",
    "client_encoding": "utf8",
    "connect_timeout": "10",  # seconds
    # A cut network is noticed in about 15 s: after 5 s without a word we ask, three times.
    "keepalives_idle": "5",  # seconds
    "keepalives_interval": "3",  # seconds
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",  # milliseconds
}
"""Options of a connection (libpq's); those in the URL win."""

CLOCKS_AGREE_S = 1.0

# A driver that hangs or was cut off lets go of its locks before those who wait for them give up.
_READ = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
    "SET LOCAL idle_in_transaction_session_timeout = '5min'"
)
_WRITE = (
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    "SET LOCAL idle_in_transaction_session_timeout = '10s';"
    "SET LOCAL lock_timeout = '15s';"
    # Else a crash of the server would cost what it had said was stored.
    "SELECT set_config('synchronous_commit', 'on', true)"
    " WHERE current_setting('synchronous_commit') = 'off'"
)
_LOCK = "SELECT pg_advisory_xact_lock(8247625214867)"  # any number that no other program takes
_ENCODINGS = {"UTF8", "SQL_ASCII"}

# Unless the program has a log of its own, what psycopg says of broken connections goes nowhere:
# it comes as an error, too.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


def open_server(url: str) -> Database:
    """Open a database of a PostgreSQL server.

    Args:
        url: As `server_url` gives it.

    Raises:
        StoreUnreachableError: The server does not answer.
        StoreError: It answers, but lets us in no further; or psycopg is not installed.
    """
    shown = redacted(url).replace("+psycopg", "", 1)
    engine = _engine(_parsed(url, shown), shown)
    database = _database(engine, shown)
    try:
        with database.reading() as connection:
            _check_encoding(connection, shown)
            ahead_s = _ahead_s(connection)
    except BaseException:
        database.close()
        raise
    return replace(database, ahead_s=ahead_s)


def _database(engine: Engine, shown: str) -> Database:
    return Database(
        engine=engine,
        url=shown,
        file=None,
        stamp=lambda _: None,
        explain=lambda error: explain(error, shown),
        upsert=lambda table: upsert_of(insert, table, engine),
    )


def _parsed(url: str, shown: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        message = (
            f"The address of a store must be `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, "
            f"got {shown!r}. Write odd characters in it as `%` and two digits, such as `%40`."
        )
        # Without the cause, which quotes the address.
        raise StoreError(message) from None
    return parsed.update_query_dict(SETTINGS | dict(parsed.query))


def _engine(url: URL, shown: str) -> Engine:
    try:
        engine = create_engine(
            url,
            connect_args={"autocommit": True},  # we say BEGIN ourselves (`_begin`)
            hide_parameters=True,  # an error must not print thousands of rows
            paramstyle="format",
            pool_pre_ping=True,
            use_native_hstore=False,  # saves a question a connection
        )
    except ImportError as error:
        message = (
            f"A PostgreSQL store needs the package psycopg, got {shown!r} without it. "
            "Install it with `pip install 'seed-sweeps[postgres]'`."
        )
        raise StoreError(message) from error
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(_WRITE if options.get(WRITES) else _READ)
    if options.get(ALONE):
        connection.exec_driver_sql(_LOCK)


def _check_encoding(connection: Connection, shown: str) -> None:
    """Refuse a database that has no place for most characters."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding not in _ENCODINGS:
        message = (
            f"A store must be able to keep any text, and the database {shown} is of encoding "
            f"{encoding}. Make one of its own with "
            "`CREATE DATABASE sweeps ENCODING 'UTF8' TEMPLATE template0`."
        )
        raise StoreError(message)


def _ahead_s(connection: Connection) -> float:
    """Tell how far the server's clock is ahead of ours; those that agree are taken as one."""
    before = time.time()
    there = connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())").scalar_one()
    ahead_s = float(there) - (before + time.time()) / 2
    return ahead_s if abs(ahead_s) > CLOCKS_AGREE_S else 0.0
