"""Real processes on one SQLite file, which stays sound whatever happens to them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.contracts.store_process import ProcessContract

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.slow
class TestSqliteProcesses(ProcessContract):
    """One file in an empty folder."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> Iterator[str]:
        path = tmp_path / "sweeps.db"
        yield f"sqlite:///{path}"
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
