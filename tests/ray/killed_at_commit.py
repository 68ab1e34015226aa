"""Runs `sweeps run FILE` and meets with an accident at a chosen point of a transaction.

Usage: python killed_at_commit.py FILE before|inside|after|full
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import event
from sqlalchemy.engine import Engine

from sweeps.cli.main import main

_seen = {"runs": 0, "committed": False}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _writes_runs(statement: str) -> bool:
    return statement.startswith("INSERT INTO runs")


def watch(when: str) -> None:
    """Arrange the accident for the first transaction that writes runs (for `full`, the second)."""

    @event.listens_for(Engine, "before_cursor_execute")
    def _before(_connection, cursor, statement, *_rest):
        if not _writes_runs(statement):
            return
        _seen["runs"] += 1
        if when == "before":
            _die()
        if when == "full" and _seen["runs"] == 2:
            n_pages = cursor.connection.execute("PRAGMA page_count").fetchone()[0]
            cursor.connection.execute(f"PRAGMA max_page_count={n_pages}")

    @event.listens_for(Engine, "after_cursor_execute")
    def _after(_connection, _cursor, statement, *_rest):
        if when == "inside" and _writes_runs(statement):
            _die()

    @event.listens_for(Engine, "commit")
    def _commit(_connection):
        _seen["committed"] = _seen["runs"] > 0

    @event.listens_for(Engine, "begin")
    def _begin(_connection):
        if when == "after" and _seen["committed"]:
            _die()


if __name__ == "__main__":
    watch(sys.argv[2])
    sys.argv = ["sweeps", "run", sys.argv[1], "--quiet"]
    main()
