"""Copies of finished sweeps: as good as the store, never older, and never in the way."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sweeps.planner.event import Role, Status
from sweeps.store import Store, open_store
from sweeps.store.cache import FEWEST_RUNS, VARIABLE
from tests.contracts.store_setting import INF, NAN, config, create, ended, write

if TYPE_CHECKING:
    from pathlib import Path

    from sweeps.store.table import Columns

TABLES = ("score_table", "run_table")
SCORES = "sweeps.store.store.read_score_table"


def opened(path: Path, fewest: int = 0) -> Store:
    """Open a store whose sweeps get a copy however small they are."""
    store = open_store(str(path))
    assert store._cache is not None
    store._cache = replace(store._cache, fewest=fewest)
    return store


def finished(path: Path, name: str = "digits") -> int:
    """Store a finished sweep with all kinds of cells, and give its number."""
    with opened(path) as store:
        row = create(store, name)
        runs = [
            ended(0, 0, metrics={"accuracy": 0.5}, steps=3, node="a:1"),
            ended(0, 1, metrics={"accuracy": INF}),
            ended(1, 0, metrics={"accuracy": NAN}, status=Status.DIVERGED, error="no\nnumber"),
            ended(1, 2, Role.VALIDATION, status=Status.FAILED, error="ä"),
        ]
        write(store, row, *runs, configs=[config(0), config(1, C=2.0)])
        store.update(row.sweep_id, status="finished")
        return row.sweep_id


def tables(store: Store, sweep_id: int) -> dict[str, Columns]:
    return {table: getattr(store, table)(sweep_id) for table in TABLES}


def from_the_store(path: Path, sweep_id: int) -> dict[str, Columns]:
    with opened(path) as store:
        store._cache = None
        return tables(store, sweep_id)


def assert_same(found: dict[str, Columns], wanted: dict[str, Columns]) -> None:
    for table in TABLES:
        assert list(found[table]) == list(wanted[table])
        for name, column in wanted[table].items():
            assert found[table][name].dtype == column.dtype, name
            assert not found[table][name].flags.writeable, name
            np.testing.assert_array_equal(found[table][name], column, err_msg=name)


def copies(path: Path) -> list[Path]:
    return sorted(path.with_name(f"{path.name}.cache").glob("*.arrow"))


def refuse(*_: Any) -> Columns:
    pytest.fail("the store was read although there is a copy")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a store is to be."""
    return tmp_path / "sweeps.db"


def test_a_second_reading_needs_no_rows_of_the_store(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Every cell comes back from the copy as it came from the store, also in a later session."""
    sweep_id = finished(path)
    wanted = from_the_store(path, sweep_id)
    with opened(path) as store:
        assert_same(tables(store, sweep_id), wanted)
    assert len(copies(path)) == len(TABLES)
    for reader in ("read_score_table", "read_run_table"):
        monkeypatch.setattr(f"sweeps.store.store.{reader}", refuse)
    with opened(path) as store:
        assert_same(tables(store, sweep_id), wanted)


def test_small_and_unfinished_sweeps_get_no_copy(path: Path):
    """They are read as fast from the store, or change again in a moment."""
    sweep_id = finished(path)
    with opened(path, FEWEST_RUNS) as store:
        tables(store, sweep_id)
    with opened(path) as store:
        for status in ("running", "interrupted", "failed"):
            store.update(sweep_id, status=status)
            tables(store, sweep_id)
    assert copies(path) == []


def overwrite(store: Store, path: Path, sweep_id: int) -> int:
    """Write a run again, as a resumed sweep does."""
    row = store.get("digits")
    score = 0.25 + len(row.provenance["sessions"]) / 100
    write(store, row, ended(0, 0, metrics={"accuracy": score}))
    store.update(sweep_id, provenance={})
    return sweep_id


def append(store: Store, path: Path, sweep_id: int) -> int:
    """Add a run from another connection, as another process does."""
    with opened(path) as other:
        row = other.get("digits")
        write(other, row, ended(1, 100 + len(other.runs(sweep_id))))
    return sweep_id


def edit(store: Store, path: Path, sweep_id: int) -> int:
    """Change a cell with another program."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE runs SET score = coalesce(score, 0) + 1, steps = steps + 1")
        connection.commit()
    return sweep_id


def recreate(store: Store, path: Path, sweep_id: int) -> int:
    """Delete the sweep and make another one of its name."""
    store.delete("digits")
    return finished(path)


def rename(store: Store, path: Path, sweep_id: int) -> int:
    """Move the sweep aside, and put another one in its place."""
    store.rename("digits", f"digits.{sweep_id}")
    return finished(path)


def reread(store: Store, path: Path, sweep_id: int) -> int:
    """Change nothing."""
    return sweep_id


@settings(max_examples=15, deadline=None)
@given(
    actions=st.lists(
        st.sampled_from([overwrite, append, edit, recreate, rename, reread]), max_size=5
    )
)
@pytest.mark.slow
def test_no_answer_is_ever_older_than_the_store(
    tmp_path_factory: pytest.TempPathFactory, actions: list[Any]
):
    """Whatever is written between two readings, and by whom, the second one has it."""
    path = tmp_path_factory.mktemp("cache") / "sweeps.db"
    sweep_id = finished(path)
    with opened(path) as store:
        for action in actions:
            tables(store, sweep_id)
            sweep_id = action(store, path, sweep_id)
            assert_same(tables(store, sweep_id), from_the_store(path, sweep_id))


def test_a_store_from_a_backup_does_not_meet_a_later_copy(path: Path):
    """It may get as many writes again as the lost one had, and at the same times."""
    sweep_id = finished(path)
    backup = path.read_bytes()

    def go_on(score: float) -> dict[str, Columns]:
        with opened(path) as store:
            write(store, store.get("digits"), ended(1, 5, metrics={"accuracy": score}))
            store.update(sweep_id, status="finished")
            return tables(store, sweep_id)

    assert go_on(0.5)["score_table"]["score"][3] == 0.5
    path.write_bytes(backup)
    assert go_on(0.75)["score_table"]["score"][3] == 0.75


def set_scores(path: Path, score: float) -> None:
    """Change cells with another program, without a revision."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE runs SET score = ?", (score,))
        connection.commit()


def first_score(path: Path, sweep_id: int) -> float:
    with opened(path) as store:
        return float(store.score_table(sweep_id)["score"][0])


def test_a_store_restored_in_place_with_its_times_is_read_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Though size, number and time of the last write are those that the copy was made at."""
    sweep_id = finished(path)
    backup = path.with_name("backup.db")
    shutil.copy2(path, backup)
    from sweeps.store import cache

    def late(connection: Any, number: int) -> str | None:
        set_scores(path, 9.0)
        return ask(connection, number)

    ask = cache._finished_revision
    with monkeypatch.context() as patched:
        patched.setattr(cache, "_finished_revision", late)
        assert first_score(path, sweep_id) == 9.0
    shutil.copy2(backup, path)
    assert first_score(path, sweep_id) == 0.5


def test_what_is_read_of_a_file_that_was_replaced_is_not_kept(path: Path):
    """A store that is open goes on reading the file that it opened."""
    sweep_id = finished(path)
    other = path.with_name("other.db")
    with opened(path) as store:
        assert store.score_table(sweep_id)["score"][0] == 0.5
        shutil.copy(path, other)
        set_scores(other, 9.0)
        other.replace(path)
        assert store.score_table(sweep_id)["score"][0] == 0.5
    assert first_score(path, sweep_id) == 9.0


def test_a_link_to_a_store_is_the_store(path: Path):
    """Its log and its copies lie beside the file, not beside the link."""
    sweep_id = finished(path)
    link = path.parent / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with opened(link) as store, closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA wal_autocheckpoint = 0")
        for score in (8.0, 9.0):
            other.execute("UPDATE runs SET score = ?", (score,))
            other.commit()
            assert store.score_table(sweep_id)["score"][0] == score
        assert list(link.parent.iterdir()) == [link]
    with opened(link) as store:
        store.score_table(sweep_id)
        assert len(copies(path)) == 1
    with opened(path) as store:
        store.delete("digits")
    assert copies(path) == []


def test_copies_beside_the_store_go_with_the_sweep_wherever_new_ones_lie(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Nothing of a deleted sweep is left because the variable was set meanwhile."""
    sweep_id = finished(path)
    with opened(path) as store:
        tables(store, sweep_id)
    monkeypatch.setenv(VARIABLE, "off")
    with opened(path) as store:
        store.delete("digits")
    assert copies(path) == []


@pytest.mark.parametrize("wanted", ["off", "OFF ", "0", "no", "false", "~nobody-of-that-name/x"])
def test_odd_words_for_the_folder_are_no_error(
    path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
):
    """And words for no make no folder of their name."""
    sweep_id = finished(path)
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv(VARIABLE, wanted)
    with opened(path) as store:
        tables(store, sweep_id)
    left = {each.name for each in path.parent.iterdir()} - {path.name}
    assert left <= {"~nobody-of-that-name"}


def test_a_name_that_no_file_can_hold_costs_the_copy_alone(path: Path):
    """A store can hold it, as it writes plain ASCII."""
    with opened(path) as store:
        row = create(store)
        write(store, row, ended(metrics={"accuracy": 0.5, "\ud800": 1.0}))
        store.update(row.sweep_id, status="finished")
        assert store.run_table(row.sweep_id)["metric:\ud800"].tolist() == [1.0]
    assert copies(path) == []


def test_a_copy_is_as_readable_as_its_store(path: Path):
    """Colleagues who may read the one may read the other, and nobody else."""
    sweep_id = finished(path)
    for mode in (0o600, 0o644):
        path.chmod(mode)
        with opened(path) as store:
            tables(store, sweep_id)
        assert {copy.stat().st_mode & 0o777 for copy in copies(path)} == {mode}


def test_readers_may_copy_at_the_same_moment(path: Path):
    """Each writes its own file and puts it in place whole."""
    sweep_id = finished(path)
    wanted = from_the_store(path, sweep_id)

    def read(_: int) -> dict[str, Columns]:
        with opened(path) as store:
            return tables(store, sweep_id)

    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(read, range(12)):
            assert_same(found, wanted)
    assert len(copies(path)) == len(list(path.with_name("sweeps.db.cache").glob("*.*"))) - 1


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign"])
def test_a_damaged_copy_is_ignored_and_written_anew(path: Path, damage: str):
    """A disk that fails costs time and no number."""
    sweep_id = finished(path)
    wanted = from_the_store(path, sweep_id)
    with opened(path) as store:
        tables(store, sweep_id)
    whole = {copy: copy.read_bytes() for copy in copies(path)}
    for copy, content in whole.items():
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        damaged = {"empty": b"", "cut": content[:-9], "flipped": flipped, "foreign": b"PAR1" * 99}
        copy.write_bytes(damaged[damage])
    with opened(path) as store:
        assert_same(tables(store, sweep_id), wanted)
    assert {copy: copy.read_bytes() for copy in copies(path)} == whole


def test_where_no_copy_can_be_written_nothing_is_missing(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A folder that cannot be made is no error."""
    sweep_id = finished(path)
    monkeypatch.setenv(VARIABLE, str(path / "below-a-file"))
    with opened(path) as store:
        assert_same(tables(store, sweep_id), from_the_store(path, sweep_id))
        assert store.delete("digits") == 4


def test_the_environment_says_where_copies_lie(path: Path, monkeypatch: pytest.MonkeyPatch):
    """In a folder that stores may share, or nowhere."""
    sweep_id = finished(path)
    other = path.with_name("other.db")
    assert finished(other) == sweep_id
    monkeypatch.setenv(VARIABLE, "off")
    with opened(path) as store:
        tables(store, sweep_id)
    assert copies(path) == []
    shared = path.parent / "shared"
    monkeypatch.setenv(VARIABLE, str(shared))
    for one in (path, other):
        with opened(one) as store:
            tables(store, sweep_id)
    assert len(list(shared.glob("*.arrow"))) == 2 * len(TABLES)
    assert copies(path) == []


def test_copies_stay_out_of_version_control(path: Path):
    """They would be as large as the sweep."""
    sweep_id = finished(path)
    with opened(path) as store:
        tables(store, sweep_id)
    assert (path.with_name("sweeps.db.cache") / ".gitignore").read_text(encoding="ascii") == "*\n"


def test_deleting_a_sweep_deletes_its_copies(path: Path):
    """Those of the others stay."""
    kept, gone = finished(path, "kept"), finished(path)
    with opened(path) as store:
        for sweep_id in (kept, gone):
            tables(store, sweep_id)
        before = copies(path)
        store.delete("digits")
    assert copies(path) == [copy for copy in before if f"-{kept}-" in copy.name]


def test_a_write_between_the_look_and_the_reading_is_not_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What is read stays one moment of the store, and its copy is one of that moment."""
    sweep_id = finished(path)
    from sweeps.store import cache

    def late(connection: Any, number: int) -> str | None:
        found = ask(connection, number)
        append(store, path, sweep_id)
        return found

    ask = cache._finished_revision
    monkeypatch.setattr(cache, "_finished_revision", late)
    with opened(path) as store:
        assert len(store.score_table(sweep_id)["seed"]) == 4
        monkeypatch.setattr(cache, "_finished_revision", ask)
        assert len(store.score_table(sweep_id)["seed"]) == 5
