"""A copy of finished sweeps as columns, so that opening a large one again takes no time.

It lies in the folder `FILE.cache` beside the store, or in the folder that the environment
variable `SWEEPS_CACHE` names; `SWEEPS_CACHE=off` does without. Whatever is wrong with it, the
answer comes from the store: a folder that cannot be written means no cache, a damaged file is
written anew, and removing the folder costs nothing but time.

A copy is only used for exactly the rows that it was made of. It carries the sweep's revision,
which no two states of any two sweeps share, and the stamp of the store's file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from sweeps.store.columnar import read_columns, write_columns
from sweeps.store.schema import sweeps
from sweeps.store.table import fixed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from sweeps.store.database import Database
    from sweeps.store.table import Columns

VARIABLE = "SWEEPS_CACHE"
OFF = {"off", "0", "no", "false"}
FEWEST_RUNS = 10_000
"""Smaller sweeps are read from the store about as fast, so they get no copy."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Copies of the finished sweeps of one store.

    Attributes:
        file: The store's file, links resolved, so that it has one name.
        folder: Where the copies lie, None for no copies.
        fewest: Sweeps with fewer runs get no copy.
    """

    file: Path
    folder: Path | None
    fewest: int = FEWEST_RUNS

    @classmethod
    def of(cls, file: Path) -> Cache:
        """Give the cache of a store, where the environment wants it."""
        real, wanted = file.resolve(), os.environ.get(VARIABLE, "").strip()
        if wanted.lower() in OFF:
            return cls(real, None)
        if not wanted:
            return cls(real, _beside(real))
        # Unlike `Path.expanduser`, this is no error where there is no such user.
        return cls(real, Path(os.path.expanduser(wanted)).absolute())  # noqa: PTH111

    def table(
        self,
        database: Database,
        sweep_id: int,
        part: str,
        read: Callable[[Connection, int], Columns],
    ) -> Columns:
        """Give a table of a sweep from its copy, else from the store, with a copy for next time.

        Args:
            database: The store.
            sweep_id: The sweep.
            part: Name of the table.
            read: Reads it from the store.

        Raises:
            StoreError: The store cannot be read.
        """
        with database.reading() as connection:
            # Before anything is read: a write that comes in between must not pass for older.
            stamp = database.stamp(connection) if self.folder else None
            revision = _finished_revision(connection, sweep_id) if stamp else None
            if self.folder is None or revision is None:
                return fixed(read(connection, sweep_id))
            key = f"{revision} {stamp}"
            path = self.folder / f"{self._prefix(sweep_id)}{part}.arrow"
            known = read_columns(path, key)
            if known is not None:
                return fixed(known)
            columns = read(connection, sweep_id)
        if _n_rows(columns) >= self.fewest:
            # No room, no right to write, or a name that UTF-8 cannot write: no copy.
            with contextlib.suppress(OSError, ValueError):
                _make_folder(path.parent)
                write_columns(path, columns, key, mode=self.file.stat().st_mode)
        return fixed(columns)

    def remove(self, sweep_id: int) -> None:
        """Remove the copies of a sweep, as far as that is allowed.

        They are also looked for beside the store, where they lay when nothing else was asked for.
        """
        for folder in {self.folder or _beside(self.file), _beside(self.file)}:
            with contextlib.suppress(OSError):
                for path in folder.glob(f"{self._prefix(sweep_id)}*"):
                    path.unlink(missing_ok=True)

    def _prefix(self, sweep_id: int) -> str:
        """Begin the names of a sweep's files; several stores may share one folder."""
        store = hashlib.sha256(os.fsencode(self.file)).hexdigest()[:12]
        return f"{store}-{sweep_id}-"


def _beside(file: Path) -> Path:
    return file.with_name(f"{file.name}.cache")


def _finished_revision(connection: Connection, sweep_id: int) -> str | None:
    """Give the revision of a sweep that is finished, None for any other and in older stores."""
    known = {column["name"] for column in inspect(connection).get_columns(sweeps.name)}
    if sweeps.c.revision.name not in known:
        return None
    query = select(sweeps.c.revision, sweeps.c.status).where(sweeps.c.sweep_id == sweep_id)
    row = connection.execute(query).one_or_none()
    return row.revision or None if row is not None and row.status == "finished" else None


def _n_rows(columns: Columns) -> int:
    return len(next(iter(columns.values())))


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True)
        (folder / ".gitignore").write_text("*\n", encoding="ascii")
