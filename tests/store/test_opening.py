"""Opening a store on SQLite: what is refused, when, and what can be done read-only."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sweeps.errors import StoreError, StoreMissingError
from sweeps.store import open_store
from sweeps.store.sqlite import open_file, use_log
from tests.contracts.store_setting import create, ended, write

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534  # a user without rights, where the tests run as root


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users could reach too."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@contextmanager
def read_only(folder: Path, file_mode: int = 0o444) -> Iterator[None]:
    """Take away the right to write in `folder`, from root as well."""
    paths = [folder, *folder.iterdir()]
    modes = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else file_mode)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        for path, mode in zip(paths, modes, strict=True):
            if path.exists():
                path.chmod(mode)


def test_a_folder_that_cannot_be_written_is_found_out_at_once(folder: Path):
    """And nothing is left in it."""
    with read_only(folder), pytest.raises(StoreError, match=r"sweeps.db must be writable, and it"):
        open_store(str(folder / "sweeps.db"))
    assert list(folder.iterdir()) == []


def test_a_file_that_cannot_be_written_is_found_out_at_once(folder: Path):
    """Before any run: opening to write really writes."""
    path = folder / "sweeps.db"
    open_store(str(path)).close()
    with read_only(folder), pytest.raises(StoreError, match=r"must be writable, .* Check the perm"):
        open_store(str(path))


def test_a_read_only_store_can_be_read(folder: Path):
    """Results on a write-protected disk are still results; writing to them is refused."""
    path = folder / "sweeps.db"
    with open_store(str(path)) as store:
        write(store, create(store), ended())
    with read_only(folder), open_store(str(path), create=False) as store:
        assert len(store.runs(store.get("digits").sweep_id)) == 1
        with pytest.raises(StoreError, match="must be writable"):
            store.delete("digits")


def test_an_older_store_that_is_read_only_can_be_read(folder: Path):
    """Results in an archive need no upgrade, which they could not get."""
    path = folder / "sweeps.db"
    with open_store(str(path)) as store:
        write(store, create(store), ended())
    with closing(sqlite3.connect(path)) as connection:
        for column in ("stop_requested_at", "revision"):
            connection.execute(f"ALTER TABLE sweeps DROP COLUMN {column}")
        connection.execute("UPDATE sweeps_schema SET version = 2")
        connection.commit()
    with read_only(folder), open_store(str(path), create=False) as store:
        assert len(store.run_table(store.get("digits").sweep_id)["seed"]) == 1
        with pytest.raises(StoreError, match="must be writable"):
            store.delete("digits")


def test_a_store_that_somebody_else_drives_can_be_read(folder: Path):
    """Also by those who may not write to it."""
    path = folder / "sweeps.db"
    with open_store(str(path)) as store:
        write(store, create(store), ended())
        with read_only(folder), open_store(str(path), create=False) as other:
            assert len(other.runs(other.get("digits").sweep_id)) == 1


def test_a_log_that_cannot_be_merged_is_not_ignored(folder: Path):
    """A copy taken from a running sweep is refused rather than read without its newest runs."""
    path, copy = folder / "sweeps.db", folder / "copy.db"
    with open_store(str(path)) as store:
        create(store)
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    with read_only(folder), pytest.raises(StoreError, match="must be writable"):
        open_store(str(copy), create=False)
    with open_store(str(copy), create=False) as store:
        assert store.find("digits") is not None


def test_a_missing_store_is_not_made_by_looking(tmp_path: Path):
    """Only those who are going to write make one."""
    path = tmp_path / "sweeps.db"
    with pytest.raises(StoreMissingError, match=r"There is no store at .*sweeps.db"):
        open_store(str(path), create=False)
    assert list(tmp_path.iterdir()) == []
    path.touch()
    with pytest.raises(StoreMissingError, match=r"is empty\. Run a sweep first"):
        open_store(str(path), create=False)
    open_store(str(path)).close()
    open_store(str(path), create=False).close()


def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    """A text file keeps its text."""
    path = tmp_path / "notes.db"
    path.write_text("Buy milk, and do not forget the bread.")
    with pytest.raises(StoreError, match=r"must be an SQLite file made by `sweeps`, .* is none"):
        open_store(str(path))
    assert path.read_text() == "Buy milk, and do not forget the bread."


def test_folders_are_neither_stores_nor_made(tmp_path: Path):
    """A folder where a file should be, and a folder that is missing."""
    with pytest.raises(StoreError, match=r"must be a file, .* is a folder"):
        open_store(f"sqlite:///{tmp_path}")
    with pytest.raises(StoreError, match=r"There is no folder .*missing for the store sweeps.db"):
        open_store(str(tmp_path / "missing/sweeps.db"))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_named(folder: Path):
    """With the reason that the system gives."""
    path = folder / "sweeps.db"
    open_store(str(path)).close()
    with (
        read_only(folder, file_mode=0),
        pytest.raises(StoreError, match="cannot be read: Permission denied"),
    ):
        open_store(str(path), create=False)


def test_many_may_open_a_new_store_at_the_same_moment(tmp_path: Path):
    """Whoever comes second waits: making the file and turning its log on take a moment."""
    n = 4
    start = threading.Barrier(n)

    def open_together(path: str) -> str:
        start.wait()
        with open_store(path) as store:
            return store.url

    with ThreadPoolExecutor(n) as pool:
        for i in range(4):
            path = tmp_path / f"{i}.db"
            assert set(pool.map(open_together, [str(path)] * n)) == {f"sqlite:///{path}"}


def test_a_file_that_is_just_being_read_is_waited_for(tmp_path: Path):
    """SQLite refuses to turn the log on at once where waiting could block two openers for good."""
    path = tmp_path / "sweeps.db"
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    reader.executescript("CREATE TABLE t (a); BEGIN; SELECT * FROM t")
    database = open_file(path, create=True)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    with closing(reader):
        reader.execute("SELECT * FROM t").fetchall()
        timer = threading.Timer(0.05, reader.rollback)
        timer.start()
        use_log(database)
        timer.join()
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.close()


def test_a_power_cut_costs_nothing_that_was_committed(tmp_path: Path):
    """A flush returns when its transaction is on the disk (2 is FULL)."""
    with (
        open_store(str(tmp_path / "sweeps.db")) as store,
        store._database.reading() as connection,
    ):
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_damaged_store_says_how_to_save_it(tmp_path: Path):
    """Damage is neither a crash nor an empty list."""
    path = tmp_path / "sweeps.db"
    with open_store(str(path)) as store:
        create(store)
    content = bytearray(path.read_bytes())
    content[4096 : 3 * 4096] = b"\xff" * (2 * 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"is damaged .* `sqlite3 .*sweeps.db .recover`"):
        open_store(str(path), create=False)


def test_a_store_closes_with_its_block_and_leaves_one_file(tmp_path: Path):
    """A closed store is a single file that can be copied; closing twice does no harm."""
    path = tmp_path / "sweeps.db"
    with open_store(str(path)) as store:
        create(store)
        assert store.url == f"sqlite:///{path}"
    store.close()
    assert list(tmp_path.iterdir()) == [path]
