"""May this sweep start under this name? Checked before anything is started or written."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sweeps.errors import CodeChangedError, IdentityError
from sweeps.spec import identity_difference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.objective import Objective
    from sweeps.spec import Sweep
    from sweeps.store import SweepRow

SHOWN_LINES = 40


@dataclass(frozen=True, slots=True)
class CodeChange:
    """How code or data differ from those that the stored runs were made with.

    Attributes:
        diff: Unified diff of the objective's source, empty where that is the same.
        is_data: Whether the data changed.
        helpers: Names of the modules that changed of those that the objective imports.
    """

    diff: str
    is_data: bool
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
    last: Mapping[str, Any], objective: Objective, data_hash: str | None
) -> CodeChange | None:
    """Compare code and data with those of the last session.

    Args:
        last: Provenance of the last session.
        objective: The objective as it is now.
        data_hash: Hash of the data as they are now, None where there are none.

    Returns:
        What changed, None where nothing did.
    """
    stored = last["objective"]
    is_data = last.get("data_hash") != data_hash
    helpers = _changed(stored.get("helpers", {}), objective.helpers)
    if stored["source_hash"] == objective.source_hash and not is_data and not helpers:
        return None
    diff = difflib.unified_diff(
        stored["source"].splitlines(),
        objective.source.splitlines(),
        "stored",
        "now",
        lineterm="",
        n=2,
    )
    return CodeChange("\n".join(diff), is_data, helpers)


def _changed(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Name the modules that say something else; which ones there are is said by those that stay.

    A module that is no longer among the user's own, such as one that was installed since, is not
    known to have changed.
    """
    return tuple(name for name in before if name in now and before[name] != now[name])


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
    parts += [f"`{name}`, which the objective imports," for name in change.helpers]
    parts += ["the data"] if change.is_data else []
    what = " and ".join(parts) or "something that the objective closes over"
    message = (
        f"{what} of `{name}` changed since its stored runs were made.\n{shown}"
        "Undo the change, start afresh with `--fresh` (the stored sweep is kept under another "
        "name), or go on with `--accept-code-change`, which is recorded in `decisions`."
    )
    raise CodeChangedError(message)
