"""Where results come from: code, data, machine and command of one session, as plain data."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sweeps.spec.secret import without_password

if TYPE_CHECKING:
    from sweeps.objective import Objective

MOST_DIFF_CHARS = 200_000
"""A longer diff is cut: it is a reminder of what was changed, not a backup."""


def provenance_of(
    objective: Objective, hashed: str | None, *, folder: Path | None = None
) -> dict[str, Any]:
    """Describe the session that is about to start.

    Args:
        objective: What is trained.
        hashed: Hash of its data, as `data_hash` gives it.
        folder: Folder whose git repository is described, the current one by default.

    Returns:
        A JSON-able dict with the keys `python`, `platform`, `machine`, `cores`, `user_command`,
        `folder`, `packages` (name to version), `git` (`commit`, `is_dirty`, `diff`; None outside
        a repository), `objective` (`reference`, `source`, `source_hash`, and `helpers`, the
        hashes of the user's own modules that it imports), and `data_hash`. URLs in command and
        diff come without their passwords.
    """
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.node(),
        "cores": os.cpu_count(),
        "user_command": [_masked(argument) for argument in sys.argv],
        "folder": str(folder or Path.cwd()),
        "packages": _packages(),
        "git": _git(folder or Path.cwd()),
        "objective": {
            "reference": objective.reference,
            "source": objective.source,
            "source_hash": objective.source_hash,
            "helpers": dict(objective.helpers),
        },
        "data_hash": hashed,
    }


def data_hash(data: Any) -> str | None:
    """Hash the data by content; None where there is none or it cannot be hashed.

    Example:
        >>> import numpy as np
        >>> data_hash(np.zeros(3)) == data_hash(np.zeros(3)) != data_hash(np.ones(3))
        True
    """
    if data is None:
        return None
    import joblib  # noqa: PLC0415 - only objectives with data need it

    try:
        return str(joblib.hash(data))
    except Exception:  # noqa: BLE001 - an unpicklable object has no hash, and that is all
        return None


def _masked(text: str) -> str:
    """Take passwords out of the lines that hold a URL; others stay as they are."""
    lines = text.split("\n")
    return "\n".join(without_password(line) if "://" in line else line for line in lines)


def _packages() -> dict[str, str]:
    """Read names and versions off the names of folders; parsing all metadata takes a second."""
    folders = {folder for entry in sys.path for folder in Path(entry or ".").glob("*.dist-info")}
    pairs = (folder.name.removesuffix(".dist-info").rsplit("-", 1) for folder in folders)
    versions = {pair[0]: pair[1] for pair in pairs if len(pair) == 2}
    return dict(sorted(versions.items(), key=lambda item: item[0].lower()))


def _git(folder: Path) -> dict[str, Any] | None:
    commit = _git_says(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    diff = _git_says(folder, "diff", "--no-color", "--no-ext-diff", "HEAD") or ""
    untracked = _git_says(folder, "status", "--porcelain") or ""
    return {
        "commit": commit.strip(),
        "is_dirty": bool(untracked.strip()),
        "diff": _masked(diff)[:MOST_DIFF_CHARS],
    }


def _git_says(folder: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - the user's own git
            cwd=folder,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.decode(errors="replace") if answer.returncode == 0 else None
