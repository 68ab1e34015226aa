"""A database as the rest of this room sees it: transactions, repeatable writes, clear errors.

Whatever differs between databases comes in as a field; `sqlite.py` fills them for SQLite,
`postgres.py` for PostgreSQL.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection, Engine, Table

    from sweeps.errors import StoreError

WRITES = "sweeps_writes"
"""Execution option of a connection whose transaction is going to write."""
ALONE = "sweeps_alone"
"""Execution option of one that is going to make or change tables, as one process at a time may."""


class Explain(Protocol):
    """Turns an error of the driver into one of ours; None for a mistake of our own."""

    def __call__(self, error: DBAPIError) -> StoreError | None:
        """Say what happened, where, and what to do."""


class Upsert(Protocol):
    """Gives the statement that inserts a row or replaces the one with the same key."""

    def __call__(self, table: Table) -> str:
        """Give the text, with one positional parameter a column, in the table's order."""


def upsert_of(insert: Callable[[Table], Any], table: Table, engine: Engine) -> str:
    """Give the statement of `Upsert` for a database that knows `ON CONFLICT`.

    Args:
        insert: Its own form of an insert, from its dialect.
        table: Where to.
        engine: Its connections.
    """
    statement = insert(table)
    replaced = {
        column.name: statement.excluded[column.name]
        for column in table.columns
        if not column.primary_key
    }
    repeatable = statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=replaced
    )
    return str(repeatable.compile(dialect=engine.dialect))


class Stamp(Protocol):
    """Names the state of what a connection reads."""

    def __call__(self, connection: Connection) -> str | None:
        """Give words that no other state has had; None where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database.

    Attributes:
        engine: Its connections.
        url: Where it is, without a password.
        file: The file that it is in, None on a server.
        stamp: What changes with every write to it; None where that cannot be told. To be asked
            for before anything is read.
        explain: Its errors in our words.
        upsert: Its way to replace a row.
        ahead_s: How far its clock is ahead of this machine's, in seconds. Drivers on machines whose
            clocks differ measure each other's silence by it.
    """

    engine: Engine
    url: str
    file: Path | None
    stamp: Stamp
    explain: Explain
    upsert: Upsert
    ahead_s: float = 0.0

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database and keeps nobody from writing.

        Raises:
            StoreUnreachableError: The server does not answer.
            StoreError: The database cannot be read.
        """
        with self._explained(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Connection]:
        """Give a connection whose transaction is committed at the end, or undone on an error.

        Args:
            alone: Wait until nobody else is making or changing tables, to do that.

        Raises:
            StoreUnreachableError: The server went away. The transaction was most likely not stored,
                but may be, where only the answer was lost.
            StoreFullError: The disk is full; nothing of the transaction was stored.
            StoreError: The database cannot be written; nothing of the transaction was stored.
        """
        with self._explained(), self.engine.connect() as connection:
            connection.execution_options(**{WRITES: True, ALONE: alone})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection; safe to repeat."""
        self.engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            explanation = self.explain(error)
            if explanation is None:
                raise
            raise explanation from error
