"""Versions of the schema: what a database is, and how an older one becomes the newest.

A new database gets the newest tables at once. An older one gets the upgrades that it lacks, in
order and in one transaction: all of them or none. Whoever changes `schema.py` appends the upgrade
that makes the same change to a database that exists, and never edits one that was released.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.schema import CreateColumn

from sweeps.errors import StoreError, StoreVersionError
from sweeps.store.revision import new_revision
from sweeps.store.schema import metadata, schema, states, sweeps
from sweeps.store.url import is_server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    Upgrade = Callable[[Connection], None]

FIRST_VERSION = 1

_OWN_DATABASE = (
    "Give it a database of its own (`CREATE DATABASE sweeps`), or a schema of its own in this one "
    "(`CREATE SCHEMA sweeps`, and `?options=-csearch_path%3Dsweeps` at the end of the address)."
)


def _add_states(connection: Connection) -> None:
    states.create(connection)


def _add_revisions(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE sweeps ADD COLUMN revision TEXT NOT NULL DEFAULT ''")
    for sweep_id in connection.scalars(select(sweeps.c.sweep_id)).all():
        row = update(sweeps).where(sweeps.c.sweep_id == sweep_id)
        connection.execute(row.values(revision=new_revision()))


def _add_stop_requests(connection: Connection) -> None:
    column = CreateColumn(sweeps.c.stop_requested_at).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE sweeps ADD COLUMN {column}")


UPGRADES: tuple[Upgrade, ...] = (_add_states, _add_revisions, _add_stop_requests)
"""The i-th one, from 0, leads from version `FIRST_VERSION + i` to the next."""


def newest(upgrades: Sequence[Upgrade] = UPGRADES) -> int:
    """Give the version that all upgrades lead to."""
    return FIRST_VERSION + len(upgrades)


def examine(connection: Connection, url: str, upgrades: Sequence[Upgrade] = UPGRADES) -> int | None:
    """Give the version of a database, None for an empty one; changes nothing.

    Args:
        connection: A connection to it.
        url: Where it is, for messages.
        upgrades: The upgrades known.

    Raises:
        StoreError: It has tables, but was not made by `sweeps`.
        StoreVersionError: It is newer than the newest version known.
    """
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if schema.name not in tables:
        named = ", ".join(f"`{table}`" for table in sorted(tables)[:3])
        message = (
            f"A store must be a database made by `sweeps`; {url} has the tables of something else "
            f"({named}). {_OWN_DATABASE if is_server(url) else 'Name another file.'}"
        )
        raise StoreError(message)
    version: int = connection.scalars(select(schema.c.version)).one()
    if version > newest(upgrades):
        message = (
            f"The store {url} has version {version}, written by a newer `sweeps`; this one knows "
            f"versions up to {newest(upgrades)}. Upgrade `seed-sweeps` to use it."
        )
        raise StoreVersionError(message)
    return version


def upgrade(connection: Connection, url: str, upgrades: Sequence[Upgrade] = UPGRADES) -> None:
    """Bring a database to the newest version; safe to repeat.

    It writes in any case, so that a database that cannot be written is found out.

    Args:
        connection: A connection in a transaction that writes, and changes tables alone.
        url: Where it is, for messages.
        upgrades: The upgrades known.

    Raises:
        StoreError: It was not made by `sweeps`.
        StoreVersionError: It is newer than the newest version known.
    """
    # Another process may have been faster since the first look.
    version = examine(connection, url, upgrades)
    if version is None:
        metadata.create_all(connection)
        connection.execute(insert(schema).values(version=newest(upgrades)))
        return
    for step in upgrades[version - FIRST_VERSION :]:
        step(connection)
    connection.execute(update(schema).values(version=newest(upgrades)))
