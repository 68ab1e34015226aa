"""Define: names of ours, or classes of another package by import path. Imports nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sweeps.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
IMPORT_PATH = rf"^{_NAME}(\.{_NAME})*:{_NAME}$"


def is_import_path(name: str) -> bool:
    """Tell whether a name has the form of an import path.

    Example:
        >>> is_import_path("ray.tune.search.hyperopt:HyperOptSearch"), is_import_path("tpe")
        (True, False)
    """
    return re.fullmatch(IMPORT_PATH, name) is not None


def name_or_import_path(known: Sequence[str]) -> Callable[[str], str]:
    """Make the check of a name that is one of ours, or else an import path."""

    def check(name: str) -> str:
        if name in known or is_import_path(name):
            return name
        if ":" in name or "." in name:
            message = "an import path must have the form `package.module:Class`"
        else:
            words = nearest(name, known).removesuffix(".")
            message = f"must be a known name or `package.module:Class`. {words}"
        raise ValueError(message)

    return check


def name_schema(known: Sequence[str]) -> dict[str, Any]:
    """Give the JSON Schema of such a name, without its explanation."""
    return {"anyOf": [{"enum": list(known)}, {"type": "string", "pattern": IMPORT_PATH}]}
