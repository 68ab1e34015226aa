"""Where a store is: from what the user wrote to a file; opens nothing."""

from __future__ import annotations

import os
from pathlib import Path

from sweeps.errors import StoreError
from sweeps.spec.secret import without_password

DEFAULT_URL = "sqlite:///sweeps.db"
VARIABLE = "SWEEPS_STORE"
_PREFIX = "sqlite:///"


def redacted(url: str) -> str:
    """Give the URL of a store without its password, fit to be shown, logged and stored.

    Example:
        >>> redacted("postgresql://ann:secret@host/db")
        'postgresql://ann@host/db'
    """
    return without_password(url)


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
            f"A store must be `sqlite:///FILE` or a path ending in `.db`, "
            f"got {redacted(text)!r}{source}. Write `{_PREFIX}sweeps.db`, for example."
        )
        raise StoreError(message)
    return Path(path).expanduser().absolute()


def _chosen(url: str | None) -> tuple[str, str]:
    """Give the URL that counts, and where it came from as a clause for messages."""
    if url:
        return url, ""
    if from_environment := os.environ.get(VARIABLE):
        return from_environment, f" (environment variable `{VARIABLE}`)"
    return DEFAULT_URL, ""


def _path_of(url: str, source: str) -> str:
    scheme = url.partition("://")[0].lower()
    shown = f"{redacted(url)!r}{source}"
    if scheme.partition("+")[0] in {"postgres", "postgresql"}:
        message = (
            f"PostgreSQL is not supported yet, got {shown}. "
            f"Use an SQLite file, such as `{DEFAULT_URL}`."
        )
        raise StoreError(message)
    if scheme != "sqlite":
        message = (
            f"A store must be an SQLite file, got {shown}, whose kind `{scheme}` is unknown. "
            f"Write `{_PREFIX}FILE`, or a path ending in `.db`."
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
