"""May this sweep start under this name? Checked before anything is started or written."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sweeps.errors import CodeChangedError, IdentityError
from sweeps.spec import identity_difference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.objective import Objective
    from sweeps.spec import Sweep
    from sweeps.store import SweepRow

SHOWN_LINES = 40
SHOWN_HELPERS = 5


@dataclass(frozen=True, slots=True)
class CodeChange:
    """How code or data differ from those that the stored runs were made with.

    Attributes:
        diff: Unified diff of the objective's source, empty where that is the same.
        is_data: Whether the data changed.
        is_carried: Whether what the objective closes over changed, its source being the same.
        helpers: Names of the modules that changed, came or went of those that it imports.
    """

    diff: str
    is_data: bool
    is_carried: bool = False
    helpers: tuple[str, ...] = ()


def check_identity(row: SweepRow, sweep: Sweep) -> None:
    """Refuse a name that is taken by another sweep.

    Raises:
        IdentityError: With the difference and the ways out.
    """
    differences = identity_difference(dict(row.identity), sweep)
    if not differences:
        return
    lines = "\n".join(f"  - {difference}" for difference in differences)
    message = (
        f"the name `{sweep.name}` is taken by a sweep that is another one:\n{lines}\n"
        "Give this one another `name`, or start afresh with `--fresh` (the stored sweep is kept "
        "under another name)."
    )
    raise IdentityError(message)


def code_change(
    sessions: Sequence[Mapping[str, Any]], objective: Objective, data_hash: str | None
) -> CodeChange | None:
    """Compare code and data with those of the last session.

    Args:
        sessions: Provenance of the sessions so far, at least one.
        objective: The objective as it is now.
        data_hash: Hash of the data as they are now, None where there are none.

    Returns:
        What changed, None where nothing did.
    """
    last = sessions[-1]
    stored = last["objective"]
    is_data = last.get("data_hash") != data_hash
    is_source = stored["source_hash"] != objective.source_hash
    helpers = _changed_helpers(sessions, objective.helpers)
    if not (is_source or is_data or helpers):
        return None
    diff = difflib.unified_diff(
        stored["source"].splitlines(),
        objective.source.splitlines(),
        "stored",
        "now",
        lineterm="",
        n=2,
    )
    lines = "\n".join(diff)
    return CodeChange(lines, is_data, is_carried=is_source and not lines, helpers=helpers)


def _changed_helpers(
    sessions: Sequence[Mapping[str, Any]], now: Mapping[str, str]
) -> tuple[str, ...]:
    """Name the helpers that say something else than they did to the last session that had them.

    Which modules are the user's own depends on the current folder, so one that came or went only
    counts where that is the same.
    """
    known = dict[str, str]()
    for session in sessions:
        known |= (session.get("objective") or {}).get("helpers", {})
    changed = {name for name in known if name in now and known[name] != now[name]}
    last = sessions[-1]
    before = last["objective"].get("helpers")
    if before is not None and last.get("folder") == str(Path.cwd()):
        changed |= before.keys() ^ now.keys()
    return tuple(sorted(changed))


def refuse_code_change(name: str, change: CodeChange) -> None:
    """Refuse to mix runs of different code or data.

    Raises:
        CodeChangedError: Always, with the diff and the ways out.
    """
    lines = change.diff.splitlines()
    shown = "".join(f"{line}\n" for line in lines[:SHOWN_LINES])
    if len(lines) > SHOWN_LINES:
        shown += f"… and {len(lines) - SHOWN_LINES} more lines\n"
    parts = ["the objective"] if lines else []
    parts += ["something that the objective closes over"] if change.is_carried else []
    parts += [f"what the objective imports ({_named(change.helpers)})"] if change.helpers else []
    parts += ["the data"] if change.is_data else []
    what = " and ".join(parts)
    message = (
        f"{what} of `{name}` changed since its stored runs were made.\n{shown}"
        "Undo the change, start afresh with `--fresh` (the stored sweep is kept under another "
        "name), or go on with `--accept-code-change`, which is recorded in `decisions`."
    )
    raise CodeChangedError(message)


def _named(helpers: Sequence[str]) -> str:
    """Name the first few.

    Example:
        >>> _named(["a", "b"]), _named("abcdefg")
        ('`a`, `b`', '`a`, `b`, `c`, `d`, `e` and 2 more')
    """
    rest = len(helpers) - SHOWN_HELPERS
    shown = ", ".join(f"`{name}`" for name in helpers[:SHOWN_HELPERS])
    return f"{shown} and {rest} more" if rest > 0 else shown
