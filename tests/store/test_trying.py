"""Trying whether a store can be written; the check-up says what comes of it."""

from __future__ import annotations

import sqlite3

import pytest

from sweeps.errors import StoreError
from sweeps.store import open_store
from sweeps.store.migrations import newest
from sweeps.store.trying import try_to_write


def test_a_missing_store_stays_missing(tmp_path):
    """Another one is made and removed, with all its files."""
    try_to_write(f"sqlite:///{tmp_path}/sweeps.db")
    assert not list(tmp_path.iterdir())


def test_a_store_stays_as_old_as_it_is(tmp_path):
    """Trying does not upgrade what an older `sweeps` still has to read."""
    file = tmp_path / "sweeps.db"
    open_store(f"sqlite:///{file}").close()
    execute(file, "ALTER TABLE sweeps DROP COLUMN stop_requested_at")
    execute(file, "UPDATE sweeps_schema SET version = version - 1")
    try_to_write(str(file))
    assert execute(file, "SELECT version FROM sweeps_schema") == [(newest() - 1,)]
    assert execute(file, "SELECT name FROM sweeps") == []


def test_another_database_is_refused(tmp_path):
    """And left as it was."""
    file = tmp_path / "other.db"
    execute(file, "CREATE TABLE birds (name TEXT)")
    with pytest.raises(StoreError, match="made by `sweeps`"):
        try_to_write(str(file))
    assert execute(file, "SELECT name FROM sqlite_master") == [("birds",)]


def execute(file, statement):
    """Execute a statement on a file; gives its rows."""
    connection = sqlite3.connect(file)
    try:
        with connection:
            return connection.execute(statement).fetchall()
    finally:
        connection.close()
