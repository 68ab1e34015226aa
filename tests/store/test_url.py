"""Where a store is: which addresses are understood, and that no password gets out."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

import pytest

from sweeps.errors import StoreError
from sweeps.store import is_server, open_store, redacted
from sweeps.store.url import checkpoints_beside, server_url, store_file

SECRET = "s3cr:t"  # noqa: S105 - of nobody


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////data/sweeps.db", "/data/sweeps.db"),
        ("sqlite:////data/any name.sqlite", "/data/any name.sqlite"),
        ("/data/a?b%20.db", "/data/a?b%20.db"),
    ],
)
def test_an_absolute_file_is_itself(url: str, path: str):
    """In both ways of writing it."""
    assert store_file(url) == Path(path)


@pytest.mark.parametrize("url", ["sqlite:///runs/sweeps.db", "runs/sweeps.db"])
def test_a_relative_file_lies_in_the_current_folder(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """And stays there when the process moves on, since the path is made absolute."""
    monkeypatch.chdir(tmp_path)
    assert store_file(url) == tmp_path / "runs/sweeps.db"


@pytest.mark.parametrize("url", ["~/sweeps.db", "sqlite:///~/sweeps.db"])
def test_a_tilde_is_the_home_folder(url: str):
    """As in a shell."""
    assert store_file(url) == Path.home() / "sweeps.db"


def test_the_environment_comes_after_the_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An argument wins over `SWEEPS_STORE`, which wins over `./sweeps.db`."""
    monkeypatch.chdir(tmp_path)
    assert store_file() == tmp_path / "sweeps.db"
    monkeypatch.setenv("SWEEPS_STORE", "sqlite:////data/team.db")
    assert store_file() == Path("/data/team.db")
    assert store_file("/data/mine.db") == Path("/data/mine.db")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://host/db", "An SQLite file is needed here, got 'postgresql://host/db'"),
        ("mysql://host/db", "or a PostgreSQL database, got 'mysql://host/db', whose kind `mysql`"),
        ("sweeps.sqlite", r"must be `sqlite:///FILE`, .* got 'sweeps.sqlite'\. Write `sqlite:///"),
        ("sqlite://", "must name a file and nothing else"),
        ("sqlite:///", "must name a file and nothing else"),
        ("sqlite:///:memory:", "must name a file and nothing else"),
        ("sqlite:///a.db?mode=ro", "must name a file and nothing else"),
        ("sqlite://data/a.db", "must name a file and nothing else"),
    ],
)
def test_other_places_are_refused(url: str, message: str):
    """With what is wrong about them and how to write it."""
    with pytest.raises(StoreError, match=message):
        store_file(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ann@host/db", True),
        ("postgres://ann@host/db", True),
        ("PostgreSQL+psycopg://ann@host/db", True),
        ("sqlite:///sweeps.db", False),
        ("postgresql.db", False),
        ("mysql://host/db", False),
    ],
)
def test_a_server_is_told_from_a_file(url: str, expected: bool):  # noqa: FBT001
    """By the kind of its address, in any way of writing it."""
    assert is_server(url) is expected


def test_the_environment_may_name_a_server(monkeypatch: pytest.MonkeyPatch):
    """An argument still wins over it."""
    assert not is_server()
    monkeypatch.setenv("SWEEPS_STORE", "postgres://host/db")
    assert is_server()
    assert server_url() == "postgresql+psycopg://host/db"
    assert not is_server("sweeps.db")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql+psycopg2://u:s3cr@h/db", r"through psycopg, got 'postgresql\+psycopg2://u@h/"),
        ("postgresql://u:s3cr@t@host/db", r"may have one `@`, before the host, .* as `%40`"),
        ("postgresql://u:s3cr@host:five/db", r"must be `postgresql://USER:PASSWORD@HOST:PORT/DATA"),
        ("postgresql://u:s3cr@[::1/db", r"must be `postgresql://USER:PASSWORD@HOST:PORT/DATABASE"),
    ],
)
def test_an_address_that_cannot_be_told_apart_is_refused(url: str, message: str):
    """No part of a password is taken for a host, which a later message would show."""
    with pytest.raises(StoreError, match=message) as refusal:
        open_store(url)
    assert "s3cr" not in "".join(traceback.format_exception(refusal.value))


def test_a_server_needs_the_package_that_talks_to_it(monkeypatch: pytest.MonkeyPatch):
    """Its users are told how to get it; others need not have it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'seed-sweeps\[postgres\]'"):
        open_store("postgresql://ann:s3cret@host/db")


def test_checkpoints_lie_beside_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Beside a file; a server has no such place, so it is the current folder."""
    monkeypatch.chdir(tmp_path)
    assert checkpoints_beside() == tmp_path / "sweeps-checkpoints"
    assert checkpoints_beside("/data/team.db") == Path("/data/team-checkpoints")
    assert checkpoints_beside("postgresql://host/db") == tmp_path / "sweeps-checkpoints"


def test_the_refusal_says_where_the_address_came_from(monkeypatch: pytest.MonkeyPatch):
    """Nobody has to guess which setting is meant."""
    monkeypatch.setenv("SWEEPS_STORE", "redis://host")
    with pytest.raises(StoreError, match=r"got 'redis://host' \(environment variable `SWEEPS_ST"):
        store_file()


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://ann:{SECRET}@host/db",
        f"postgresql://ann:{SECRET}@h/db?options=a@b",
        f"postgresql://ann:{SECRET}@h@host/db",
        f"postgresql://host/db?user=ann&password={SECRET}",
        f"mysql://:{SECRET}@host/db",
        f"sqlite://ann:{SECRET}@host/a.db",
    ],
)
def test_a_password_is_never_shown(url: str):
    """Neither by `redacted` nor in a refusal."""
    assert SECRET not in redacted(url)
    with pytest.raises(StoreError) as refusal:
        open_store(url)
    assert SECRET not in repr(refusal.value)


def test_what_is_no_secret_is_kept():
    """Host, user and database still tell which store it is."""
    assert redacted("postgresql://ann:pw@host:5432/db") == "postgresql://ann@host:5432/db"
    assert redacted("sqlite:////data/a.db") == "sqlite:////data/a.db"
