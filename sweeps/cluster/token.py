"""The token that a cluster may ask for: where it is looked for, and what to do without one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Mapping

MODE_VARIABLE = "RAY_AUTH_MODE"
_TOKEN_VARIABLE = "RAY_AUTH_TOKEN"  # noqa: S105 - a name
_FILE_VARIABLE = "RAY_AUTH_TOKEN_PATH"
REMEDY = (
    f"Set {_TOKEN_VARIABLE} to the cluster's token, or {_FILE_VARIABLE} to a file that holds it, "
    "or put it into ~/.ray/auth_token. On the head node `ray get-auth-token` shows it."
)


def find_token(environment: Mapping[str, str] = os.environ) -> tuple[str, str] | None:
    r"""Look for a token where Ray does, and in the same order.

    Returns:
        The token and where it was found, None where there is none.

    Raises:
        ClusterError: `RAY_AUTH_TOKEN_PATH` names a file that cannot be read.

    Example:
        >>> find_token({"RAY_AUTH_TOKEN": " abc\n"})
        ('abc', 'RAY_AUTH_TOKEN')
    """
    if token := environment.get(_TOKEN_VARIABLE, "").strip():
        return token, _TOKEN_VARIABLE
    if named := environment.get(_FILE_VARIABLE):
        token = _content(Path(named).expanduser())
        if not token:
            message = f"{_FILE_VARIABLE} must name a file with a token, {named} is none. {REMEDY}"
            raise ClusterError(message)
        return token, f"{_FILE_VARIABLE} ({named})"
    home = environment.get("HOME")
    file = (Path(home) if home else Path.home()) / ".ray" / "auth_token"
    token = _content(file)
    return (token, str(file)) if token else None


def is_forbidden(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the user forbade to send a token."""
    return environment.get(MODE_VARIABLE, "").lower() == "disabled"


def _content(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
