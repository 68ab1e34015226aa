"""What a PostgreSQL server, or the way to it, can answer, in our words.

A server that answers gives a code (https://www.postgresql.org/docs/current/errcodes-appendix.html).
Where the connection could not be made there is only a text, which is looked into for what is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import InterfaceError, OperationalError

from sweeps.errors import StoreError, StoreFullError, StoreUnreachableError

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Something known to go wrong.

    Attributes:
        codes: What the server's code starts with.
        words: Pattern of what is said where there is no code; empty for none.
        message: The sentence, with `{url}` and `{text}`.
        kind: The error.
    """

    codes: tuple[str, ...]
    words: str
    message: str
    kind: type[StoreError] = StoreError

    def is_in(self, code: str | None, text: str) -> bool:
        if code is not None:
            return code.startswith(self.codes)
        return bool(self.words) and re.search(self.words, text) is not None


_INTACT = "What was stored is intact; a sweep that ended over this goes on by the same command."
_MISSPELT = _Trouble(
    codes=(),
    words="connection is bad: invalid",
    message="The address of the store {url} has an option that PostgreSQL does not know ({text}). "
    "Correct what comes after the `?`.",
)
_GONE = _Trouble(
    # Class 08 is the connection; 25P03 and 57P05, we were silent for too long; 40001 and 40P01,
    # others were in the way; 57P01 to 57P03, it ends, crashed or starts.
    codes=("08", "25P03", "40001", "40P01", "57P01", "57P02", "57P03", "57P05"),
    words="",
    message="The server of the store {url} does not answer ({text}). Check host, port and network, "
    f"and that the server runs. {_INTACT}",
    kind=StoreUnreachableError,
)
_TROUBLES = (
    _GONE,
    _MISSPELT,
    _Trouble(
        codes=("53300",),
        words="too many (clients|connections)|remaining connection slots",
        message="The server of the store {url} has no connection left ({text}). End others, or "
        f"raise its `max_connections`. {_INTACT}",
        kind=StoreUnreachableError,
    ),
    _Trouble(
        codes=("53100",),
        words="",
        message="The disk under the server of the store {url} is full ({text}). Free some space. "
        f"{_INTACT}",
        kind=StoreFullError,
    ),
    _Trouble(
        codes=("55P03",),
        words="",
        message="The store {url} was locked by another process for too long ({text}). Find it in "
        f"the server's `pg_stat_activity`. {_INTACT}",
    ),
    _Trouble(
        codes=("28",),
        words="authentication failed|no password supplied",
        message="The server of the store {url} refuses user or password ({text}). Correct them in "
        "the address of the store (`%40` for an `@` in a password), or in `PGUSER`, `PGPASSWORD` "
        "or `~/.pgpass`.",
    ),
    _Trouble(
        codes=("3D",),
        words="database .* does not exist",
        message="The store {url} must be a database that exists ({text}). Make it with "
        "`CREATE DATABASE sweeps`, or name another one.",
    ),
    _Trouble(
        codes=(),
        words="role .* does not exist",
        message="The server of the store {url} does not know the user ({text}). Make it with "
        "`CREATE USER`, or name another one in the address of the store.",
    ),
    _Trouble(
        codes=("3F",),
        words="",
        message="The store {url} must be in a schema that exists ({text}). Make the one that its "
        "address names with `CREATE SCHEMA`.",
    ),
    _Trouble(
        codes=("42501", "25006"),
        words="permission denied",
        message="The user of the store {url} must be allowed to do that, and is not ({text}). Take "
        "another user, or let an administrator grant it: reading needs `GRANT SELECT ON ALL TABLES "
        "IN SCHEMA public TO ...`, writing a database that it owns "
        "(`ALTER DATABASE ... OWNER TO ...`).",
    ),
    _Trouble(
        codes=("26", "42P05"),
        words="",
        message="The store {url} must be reached in one session, and a pooler in between mixes "
        "several ({text}). Use its session mode, or the server's own address. "
        f"{_INTACT}",
    ),
    _Trouble(
        codes=(),
        words="no pg_hba.conf entry|not support SSL|certificate",
        message="The server of the store {url} does not let this machine in that way ({text}). Set "
        "`?sslmode=require` or another one in the address of the store, or allow it in the "
        "server's `pg_hba.conf`.",
    ),
)
_OURS = ("22", "23", "42")  # data, constraints, statements


def explain(error: DBAPIError, url: str) -> StoreError | None:
    """Say what happened, where, and what to do; None for a mistake of our own.

    Args:
        error: What SQLAlchemy raised.
        url: Where the store is, without a password.
    """
    code = getattr(error.orig, "sqlstate", None)
    text = _text(error)
    known = next((trouble for trouble in _TROUBLES if trouble.is_in(code, text)), None)
    if known is None and code is None:
        is_lost = error.connection_invalidated or isinstance(
            error, OperationalError | InterfaceError
        )
        # An error before the first statement that is no refusal is one of the address.
        known = _GONE if is_lost else None if error.statement else _MISSPELT
    if known is not None:
        return known.kind(known.message.format(url=url, text=text))
    if code is None or code.startswith(_OURS):
        return None
    return StoreError(f"The store {url} could not be read or written ({text}). {_INTACT}")


def _text(error: DBAPIError) -> str:
    """Give what was said in one line, without the address, which the message names anyway."""
    said = str(error.orig).strip().partition("\n")[0]
    return " ".join(said.rpartition(" failed: ")[2].split()).removesuffix(".")
