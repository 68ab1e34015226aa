"""Versions: older stores are upgraded whole, newer ones refused, strangers left alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, text

from sweeps.errors import StoreError, StoreVersionError, UnknownSweepError
from sweeps.planner.event import Config, RunEnded, Status
from sweeps.store import open_store
from sweeps.store.migrations import UPGRADES, examine, newest, upgrade
from sweeps.store.schema import metadata
from sweeps.store.sqlite import open_file
from tests.contracts.store_setting import create

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from sweeps.store.database import Database

# Version 1 as it was released. Never edit it: it stands for the files that people have.
VERSION_1 = """
CREATE TABLE sweeps_schema (version INTEGER NOT NULL);
INSERT INTO sweeps_schema VALUES (1);
CREATE TABLE sweeps (
    sweep_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    definition TEXT NOT NULL,
    identity TEXT NOT NULL,
    identity_hash TEXT NOT NULL,
    provenance TEXT NOT NULL,
    status TEXT NOT NULL,
    message TEXT,
    metric_names TEXT NOT NULL,
    created_at DOUBLE NOT NULL,
    updated_at DOUBLE NOT NULL,
    lease_token TEXT,
    lease_host TEXT,
    lease_boot_id TEXT,
    lease_pid BIGINT,
    lease_process_start DOUBLE,
    lease_since DOUBLE,
    lease_heartbeat DOUBLE
);
CREATE TABLE configs (
    sweep_id INTEGER NOT NULL,
    config_index BIGINT NOT NULL,
    config_id TEXT NOT NULL,
    configuration TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (sweep_id, config_index),
    UNIQUE (sweep_id, config_id)
);
CREATE TABLE runs (
    sweep_id INTEGER NOT NULL,
    config_index BIGINT NOT NULL,
    role TEXT NOT NULL,
    seed BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    status TEXT NOT NULL,
    score DOUBLE,
    steps BIGINT NOT NULL,
    duration_s DOUBLE NOT NULL,
    attempts INTEGER NOT NULL,
    started_at DOUBLE NOT NULL,
    node TEXT NOT NULL,
    metrics BLOB NOT NULL,
    error TEXT,
    traceback TEXT,
    output TEXT,
    PRIMARY KEY (sweep_id, config_index, role, seed)
);
CREATE TABLE curves (
    sweep_id INTEGER NOT NULL,
    config_index BIGINT NOT NULL,
    role TEXT NOT NULL,
    seed BIGINT NOT NULL,
    steps BLOB NOT NULL,
    metrics BLOB NOT NULL,
    PRIMARY KEY (sweep_id, config_index, role, seed)
);
CREATE TABLE decisions (
    sweep_id INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    at DOUBLE NOT NULL,
    kind TEXT NOT NULL,
    config_id TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (sweep_id, seq)
);
INSERT INTO sweeps VALUES (1, 'digits', '{"metric":"accuracy"}', '{}', 'abc',
    '{"sessions":[{}]}', 'running', NULL, '["accuracy"]', 1.0, 2.0,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO configs VALUES (1, 0, 'c0', '{"C":0.5}', 'random');
INSERT INTO runs VALUES (1, 0, 'race', 7, 0, 'finished', 0.5, 1, 0.25, 1, 9.0, 'host:1',
    x'000000000000e03f', NULL, NULL, NULL);
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of version 1 with one run."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    return path


def add_colour(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE configs ADD COLUMN colour TEXT DEFAULT 'red'"))


def add_weight(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE configs ADD COLUMN weight DOUBLE"))


def fail(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE configs ADD COLUMN colour TEXT"))
    message = "no more"
    raise ZeroDivisionError(message)


def columns_of(database: Database, table: str) -> list[str]:
    with database.reading() as connection:
        return [column["name"] for column in inspect(connection).get_columns(table)]


def shape_of(database: Database) -> dict[str, object]:
    """Give what two databases have in common if their tables are the same."""
    with database.reading() as connection:
        look = inspect(connection)
        return {
            table: (
                [
                    (one["name"], str(one["type"]), one["nullable"])
                    for one in look.get_columns(table)
                ],
                look.get_pk_constraint(table)["constrained_columns"],
                sorted(one["column_names"] for one in look.get_unique_constraints(table)),
            )
            for table in look.get_table_names()
        }


def test_a_store_of_version_1_is_read_and_continued(old: Path):
    """What was written by the first release stays readable and goes on."""
    with open_store(str(old)) as store:
        row = store.get("digits")
        assert store.configs(row.sweep_id) == [Config("c0", {"C": 0.5}, 0, "random")]
        (run,) = store.runs(row.sweep_id)
        assert (run.status, run.metrics, run.run.seed) == (Status.FINISHED, {"accuracy": 0.5}, 7)
        writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
        writer.add_run(RunEnded(run.run._replace(seed=8), Status.FINISHED), None)
        writer.close()
        assert [one.run.seed for one in store.runs(row.sweep_id)] == [7, 8]


def test_looking_at_an_older_store_changes_nothing(old: Path):
    """Those who share it with an older `sweeps` can go on."""
    before = old.read_bytes()
    with open_store(str(old), create=False) as store:
        row = store.get("digits")
        assert [each.name for each in store.sweeps()] == ["digits"]
        assert store.score_table(row.sweep_id)["score"].tolist() == [0.5]
        assert store.run_table(row.sweep_id)["metric:accuracy"].tolist() == [0.5]
        assert store.state(row.sweep_id) is None
    assert old.read_bytes() == before
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("change", ["acquire", "update", "rename", "delete", "create"])
def test_an_older_store_is_upgraded_with_the_first_write(old: Path, change: str):
    """Also where it was opened to be looked at."""
    with open_store(str(old), create=False) as store:
        sweep_id = store.get("digits").sweep_id
        {
            "acquire": lambda: store.acquire(sweep_id).release(),
            "update": lambda: store.update(sweep_id, status="finished"),
            "rename": lambda: store.rename("digits", "other"),
            "delete": lambda: store.delete("digits"),
            "create": lambda: create(store, "other"),
        }[change]()
        with store._database.reading() as connection:
            assert examine(connection, store.url) == newest()


def test_a_write_that_is_refused_leaves_an_older_store_as_it_was(old: Path):
    """The upgrade is part of the write."""
    with open_store(str(old), create=False) as store:
        with pytest.raises(UnknownSweepError):
            store.delete("nobody")
        with store._database.reading() as connection:
            assert examine(connection, store.url) == 1
        store.delete("digits")
        assert store.sweeps() == []


def test_a_driver_of_an_older_version_can_go_on_after_the_upgrade(old: Path):
    """It writes without revisions, and the file's stamp tells that it did."""
    with closing(sqlite3.connect(old)) as older, open_store(str(old)) as store:
        store.update(1, status="finished")
        assert store._cache is not None
        store._cache = replace(store._cache, fewest=0)
        for score in (0.5, 0.75):
            older.execute("UPDATE runs SET score = ?", (score,))
            older.commit()
            assert store.score_table(1)["score"].tolist() == [score]


def test_a_store_of_version_1_learns_to_keep_states(old: Path):
    """It has none at first."""
    with open_store(str(old)) as store:
        row = store.get("digits")
        assert store.state(row.sweep_id) is None
        writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
        writer.add_config(Config("c1", {"C": 0.25}, 1, "random"))
        writer.set_state(b"memory")
        writer.close()
        assert store.state(row.sweep_id) == b"memory"


def test_a_driver_of_an_older_store_can_be_asked_to_stop(old: Path):
    """Taking the sweep upgrades the store."""
    with open_store(str(old), create=False) as store:
        assert not store.request_stop("digits")
        writer = store.writer(1, store.acquire(1))
        assert store.request_stop("digits")
        writer.flush()
        assert writer.is_stop_requested


def test_an_upgraded_store_equals_a_new_one(old: Path, tmp_path: Path):
    """Whoever changes the tables has to append the upgrade that does the same."""
    with open_store(str(old)) as upgraded, open_store(str(tmp_path / "new.db")) as new:
        assert shape_of(upgraded._database) == shape_of(new._database)
        assert set(shape_of(new._database)) == set(metadata.tables)


def test_missing_upgrades_are_applied_in_order(old: Path):
    """Each once, also when the store is opened again by a still newer version."""
    database = open_file(old, create=True)
    for upgrades in ((add_colour,), (add_colour, add_weight), (add_colour, add_weight)):
        with database.writing() as connection:
            upgrade(connection, database.url, upgrades)
    assert columns_of(database, "configs")[-2:] == ["colour", "weight"]
    with database.reading() as connection:
        assert examine(connection, database.url, (add_colour, add_weight)) == 3
        colours = connection.scalars(text("SELECT colour FROM configs")).all()
    assert colours == ["red"]
    database.close()


def test_a_failing_upgrade_leaves_the_store_as_it_was(old: Path):
    """All upgrades happen, or none."""
    database = open_file(old, create=True)
    before = shape_of(database)
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        upgrade(connection, database.url, (add_weight, fail))
    assert shape_of(database) == before
    with database.reading() as connection:
        assert examine(connection, database.url) == 1
    database.close()


def test_a_new_store_gets_the_newest_version_at_once(tmp_path: Path):
    """Without going through its history."""
    with open_store(str(tmp_path / "new.db")) as store, store._database.reading() as connection:
        assert examine(connection, store.url) == newest() == 1 + len(UPGRADES)


@pytest.mark.parametrize("create", [True, False])
def test_a_newer_store_is_refused_and_left_alone(old: Path, create: bool):  # noqa: FBT001
    """The message says what to upgrade."""
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE sweeps_schema SET version = 99")
        connection.commit()
    before = old.read_bytes()
    with pytest.raises(StoreVersionError, match=r"has version 99, .* Upgrade `seed-sweeps`"):
        open_store(str(old), create=create)
    assert old.read_bytes() == before


@pytest.mark.parametrize("create", [True, False])
def test_a_database_of_something_else_is_left_alone(tmp_path: Path, create: bool):  # noqa: FBT001
    """Not a byte of it changes, and its tables are named."""
    path = tmp_path / "movies.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE movies (title)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"tables of something else \(`movies`\)"):
        open_store(str(path), create=create)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
