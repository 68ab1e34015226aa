"""Is this machine fit? One thing at a time; Ray is looked at elsewhere."""

from __future__ import annotations

import platform
import resource
import socket
from pathlib import Path

import pytest

from sweeps.engine.checkup import machine
from sweeps.engine.checkup.check import Check
from sweeps.engine.checkup.store import store_check
from sweeps.store import open_store
from tests.postgres import PASSWORD


def test_this_python_will_do():
    """It runs these tests."""
    check = machine.python()
    assert check == Check("Python", is_ok=True, found=platform.python_version())


def test_the_import_name_is_ours():
    """No other distribution installs `sweeps` here."""
    assert machine.import_name().is_ok


def test_another_distribution_of_that_name_is_found(tmp_path, monkeypatch):
    """A package that installs the same import name is named, with the command that removes it."""
    info = tmp_path / "old_sweeps-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: old-sweeps\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("sweeps\n")
    (info / "RECORD").write_text("sweeps/__init__.py,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    check = machine.import_name()
    assert not check.is_ok
    assert check.found == "`sweeps` is also installed by old-sweeps"
    assert "pip uninstall old-sweeps " in check.remedy


@pytest.mark.parametrize(("limit", "is_ok"), [(1023, False), (1024, True)])
def test_few_open_files_are_too_few(limit, is_ok):
    """Below 1024 the remedy is the command that raises the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    try:
        check = machine.open_files()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (check.is_ok, check.found) == (is_ok, str(limit))
    assert check.remedy == ("" if is_ok else "Run:  ulimit -n 1024")


def test_a_folder_with_room_will_do(tmp_path, monkeypatch):
    """Free space is given in GiB."""
    monkeypatch.setattr(machine, "MINIMUM_FREE_GIB", 0.0)
    check = machine.disk("temporary folder", tmp_path)
    assert check.is_ok
    assert check.found.startswith(f"{tmp_path}: ")
    assert check.found.endswith(" GiB free")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a file system without room")
def test_a_full_disk_is_found():
    """With what is there, and what to do."""
    check = machine.disk("temporary folder", Path("/proc"))
    assert not check.is_ok
    assert check.found.startswith("/proc: 0.0 GiB free")
    assert check.remedy == "Free 1 GiB there, or set TMPDIR to another disk."


def test_no_store_yet_is_fine(tmp_path):
    """Looking for a store does not make one."""
    check = store_check(f"sqlite:///{tmp_path}/sweeps.db", 20)
    assert check.is_ok
    assert check.found == "none yet; the first sweep makes it"
    assert not list(tmp_path.iterdir())


def test_a_store_says_how_many_sweeps_it_has(make_sweep, put):
    """And where it is."""
    sweep = make_sweep()
    put(sweep)
    check = store_check(sweep.store, 20)
    assert check.is_ok
    assert check.found.endswith("sweeps.db with 1 sweep")


def test_a_file_that_is_no_store_is_found(tmp_path):
    """A wrong file is not fine, and the reason is shown."""
    path = tmp_path / "sweeps.db"
    path.write_text("this is no database, but it is long enough to be looked at\n" * 100)
    check = store_check(f"sqlite:///{path}", 20)
    assert not check.is_ok
    assert "sweeps.db" in check.found
    assert check.remedy == "Mend that, or name another store."


def test_looking_leaves_the_store_free(make_sweep, put):
    """The next command can write to it."""
    sweep = make_sweep()
    put(sweep)
    store_check(sweep.store, 20)
    with open_store(sweep.store) as store:
        assert store.delete(sweep.name) == 1


def test_trying_to_write_changes_nothing(make_sweep, put, tmp_path):
    """Not one byte of the store, and no file beside it."""
    sweep = make_sweep()
    put(sweep)
    before = {path: path.read_bytes() for path in tmp_path.glob("*.db*")}
    assert store_check(sweep.store, 20).is_ok
    assert {path: path.read_bytes() for path in tmp_path.glob("*.db*")} == before


def test_a_folder_that_is_not_there_is_found(tmp_path):
    """The first sweep could not make its store there."""
    check = store_check(f"sqlite:///{tmp_path}/nowhere/sweeps.db", 20)
    assert not check.is_ok
    assert "nowhere" in check.found
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_server_is_tried_and_left_as_it_was(postgres, postgres_url):
    """An empty database stays empty, and one with a sweep has that sweep and no other."""
    database = postgres_url.rpartition("/")[2]
    check = store_check(postgres_url, 20)
    assert (check.is_ok, check.found) == (True, "none yet; the first sweep makes it")
    assert not postgres.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", database)
    open_store(postgres_url).close()
    check = store_check(postgres_url, 20)
    assert check.is_ok
    assert check.found.endswith(" with 0 sweeps")
    assert PASSWORD not in check.found


@pytest.mark.slow
def test_a_server_that_may_only_be_read_is_found(postgres, postgres_url):
    """Writing is really tried."""
    database = postgres_url.rpartition("/")[2]
    open_store(postgres_url).close()
    postgres.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    check = store_check(postgres_url, 20)
    assert not check.is_ok
    assert "read-only" in check.found


@pytest.mark.slow
def test_a_server_that_hangs_is_given_up():
    """It takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        check = store_check(f"postgresql://ann:secret@127.0.0.1:{port}/db", 0.5)
    assert not check.is_ok
    assert check.found == "no answer within 0.5 s"
