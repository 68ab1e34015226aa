"""Define: keeps passwords out of everything that is stored, hashed, shown or logged."""

from __future__ import annotations

import re

LONGEST_SHOWN = 100  # characters of a value in a message

# `://user:password@`: up to the last `@` before a query, else up to the last `@` at all, so that
# a password that should have been percent-encoded does not leak either
_PASSWORDS = (
    re.compile(r"(://[^:/?@\s]*):[^?\n]*@"),
    re.compile(r"(://[^:/?@\s]*):.*@"),
)
_SECRET_OPTION = re.compile(r"[?&]\w*(?:passw|pwd|secret|token)\w*=[^&\s'\"]*", re.IGNORECASE)


def without_password(url: str) -> str:
    """Give the URL of a store without its password and other secrets.

    Example:
        >>> without_password("postgresql://ann:pw@host/db?sslmode=require")
        'postgresql://ann@host/db?sslmode=require'
        >>> without_password("sqlite:///sweeps.db")
        'sqlite:///sweeps.db'
    """
    for pattern in _PASSWORDS:
        url = pattern.sub(r"\1@", url)
    url = _SECRET_OPTION.sub("", url)
    return url if "?" in url else url.replace("&", "?", 1)


def shown(value: object) -> str:
    """Give a value for a message: as `repr`, short, without passwords.

    Example:
        >>> shown("40")
        "'40'"
    """
    text = repr(value)
    for pattern in _PASSWORDS:
        text = pattern.sub(r"\1@", text)
    text = _SECRET_OPTION.sub("", text)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
