"""Where a store is: from what the user wrote to a file or a server; opens nothing."""

from __future__ import annotations

import os
from pathlib import Path

from sweeps.errors import StoreError
from sweeps.spec.secret import without_password

DEFAULT_URL = "sqlite:///sweeps.db"
STORE_VARIABLE = "SWEEPS_STORE"
_PREFIX = "sqlite:///"
_SERVERS = {"postgres", "postgresql"}
_DRIVER = "psycopg"


def redacted(url: str) -> str:
    """Give the URL of a store without its password, fit to be shown, logged and stored.

    Example:
        >>> redacted("postgresql://ann:secret@host/db")
        'postgresql://ann@host/db'
    """
    return without_password(url)


def is_server(url: str | None = None) -> bool:
    """Tell whether a store is a PostgreSQL server's, which every machine can reach, or a file.

    Args:
        url: Address of the store; None for the environment variable `SWEEPS_STORE`, else
            `sqlite:///sweeps.db`.

    Example:
        >>> is_server("postgresql://ann@host/db"), is_server("sqlite:///sweeps.db")
        (True, False)
    """
    return _is_server(_chosen(url)[0])


def server_url(url: str | None = None) -> str:
    """Give the URL of a server in the one way of writing it that SQLAlchemy knows.

    Args:
        url: An address for which `is_server` is true; None as there.

    Raises:
        StoreError: It names another driver than psycopg, or its password cannot be told from the
            rest of it.

    Example:
        >>> server_url("postgres://ann@host/db")
        'postgresql+psycopg://ann@host/db'
    """
    text, source = _chosen(url)
    scheme, _, rest = text.partition("://")
    shown = f"{redacted(text)!r}{source}"
    if scheme.partition("+")[2] not in {"", _DRIVER}:
        message = (
            f"A PostgreSQL store is reached through psycopg, got {shown}. "
            "Write `postgresql://USER@HOST/DATABASE`."
        )
        raise StoreError(message)
    if rest.count("@") > 1:
        message = (
            f"The address of a store may have one `@`, before the host, got {shown}. Write other "
            "ones in user, password or options as `%40`, and likewise `:` as `%3A`, `/` as `%2F`."
        )
        raise StoreError(message)
    return f"postgresql+{_DRIVER}://{rest}"


def server_place(url: str) -> tuple[str, str, str]:
    """Give host, port and database that an address of a server names, each empty where it does not.

    Any text will do: what is wrong with an address is said where it is opened.

    Example:
        >>> server_place("postgresql://ann:p/w@Host:5433/db?sslmode=require")
        ('host', '5433', 'db')
    """
    # without its password first, which may hold a character that ends a host
    address = redacted(url).partition("://")[2].partition("?")[0]
    place, _, database = address.rpartition("@")[2].partition("/")
    host, port = place, ""
    if ":" in place.rpartition("]")[2]:
        host, _, port = place.rpartition(":")
    return host.strip("[]").lower(), port, database


def store_file(url: str | None = None) -> Path:
    """Give the absolute path of the SQLite file that a URL stands for.

    Args:
        url: `sqlite:///FILE` or a path that ends in `.db`; None for the environment variable
            `SWEEPS_STORE`, else `sqlite:///sweeps.db`.

    Raises:
        StoreError: Another kind of database, or no file.

    Example:
        >>> store_file("sqlite:////data/sweeps.db").as_posix()
        '/data/sweeps.db'
    """
    text, source = _chosen(url)
    if "://" in text:
        path = _path_of(text, source)
    elif text.endswith(".db"):
        path = text
    else:
        message = (
            "A store must be `sqlite:///FILE`, a path ending in `.db` or "
            f"`postgresql://USER@HOST/DATABASE`, got {redacted(text)!r}{source}. "
            f"Write `{_PREFIX}sweeps.db`, for example."
        )
        raise StoreError(message)
    return Path(path).expanduser().absolute()


def checkpoints_beside(url: str | None = None) -> Path:
    """Give the folder for checkpoints where a definition names none, as an absolute path.

    It lies beside an SQLite file, and in the current folder where the store is a server's.

    Args:
        url: Address of the store; None for the environment variable `SWEEPS_STORE`, else
            `sqlite:///sweeps.db`.

    Raises:
        StoreError: That is no address of a store.

    Example:
        >>> checkpoints_beside("sqlite:////data/sweeps.db").as_posix()
        '/data/sweeps-checkpoints'
    """
    if is_server(url):
        return Path("sweeps-checkpoints").absolute()
    file = store_file(url)
    return file.with_name(f"{file.stem}-checkpoints")


def _chosen(url: str | None) -> tuple[str, str]:
    """Give the URL that counts, and where it came from as a clause for messages."""
    if url:
        return url, ""
    if from_environment := os.environ.get(STORE_VARIABLE):
        return from_environment, f" (environment variable `{STORE_VARIABLE}`)"
    return DEFAULT_URL, ""


def _is_server(url: str) -> bool:
    scheme, mark, _ = url.partition("://")
    return bool(mark) and scheme.lower().partition("+")[0] in _SERVERS


def _path_of(url: str, source: str) -> str:
    scheme = url.partition("://")[0].lower()
    shown = f"{redacted(url)!r}{source}"
    if _is_server(url):
        message = f"An SQLite file is needed here, got {shown}. Write `{DEFAULT_URL}`, for example."
        raise StoreError(message)
    if scheme != "sqlite":
        message = (
            f"A store must be an SQLite file or a PostgreSQL database, got {shown}, whose kind "
            f"`{scheme}` is unknown. Write `{_PREFIX}FILE`, a path ending in `.db`, or "
            "`postgresql://USER@HOST/DATABASE`."
        )
        raise StoreError(message)
    path = url.removeprefix(_PREFIX)
    if path in {url, "", ":memory:"} or "?" in path:
        message = (
            f"An SQLite store must name a file and nothing else, got {shown}. "
            f"Write `{_PREFIX}sweeps.db` for a file in this folder, or "
            f"`{_PREFIX}/data/sweeps.db` for an absolute path."
        )
        raise StoreError(message)
    return path
