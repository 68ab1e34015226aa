"""Revisions: the name of one state of a sweep, by which a copy of it is known to be current."""

from __future__ import annotations

import secrets


def new_revision() -> str:
    """Draw a name that no state of any sweep has had.

    Counting writes would not do: a store that was restored from a backup and written again
    reaches the same count with other rows. A random name stays with the rows it was drawn for.
    """
    return secrets.token_hex(16)
