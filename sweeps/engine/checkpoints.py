"""Where a stored sweep keeps the checkpoints of its runs, and how they go when it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.spec import Sweep
    from sweeps.store import Store, SweepRow


def token_of(row: SweepRow) -> str:
    """Name a stored sweep among all that save checkpoints to one place; renaming changes nothing.

    Another store may use the same numbers, but hardly in the same second.
    """
    return f"{row.sweep_id}-{row.created_at:.0f}"


def check_path(sweep: Sweep) -> None:
    """Refuse an address of checkpoints that nothing can be saved to.

    Raises:
        SpecError: There is no such kind of address, or it cannot be reached.
    """
    path = sweep.checkpoint.path
    if path is not None and "://" in path and sweep.saves_runs:
        from sweeps.tune.checkpoint import Checkpoints  # noqa: PLC0415 - pyarrow takes a while

        Checkpoints(path)


def delete_sweep(store: Store, name: str) -> tuple[int, str | None]:
    """Delete a stored sweep, and the checkpoints that its runs left behind.

    Returns:
        Its number of runs; and, where checkpoints could not be removed, a sentence that says so.

    Raises:
        UnknownSweepError: There is no sweep of that name.
        LeaseError: A live driver holds it.
        StoreError: The store cannot be written.
    """
    row = store.get(name)
    n_runs = store.delete(name)
    return n_runs, _remove_checkpoints(store, row)


def _remove_checkpoints(store: Store, row: SweepRow) -> str | None:
    from sweeps.tune.checkpoint import Checkpoints, place_of  # noqa: PLC0415 - as above

    sessions = row.provenance.get("sessions") or [{}]
    folder = Path(sessions[-1].get("folder") or Path.cwd())
    place = place_of(_path(row.definition), store.url, token_of(row), folder=folder)
    if "://" not in place and not Path(place).exists():
        return None
    try:
        Checkpoints(place).remove_all()
    except Exception as error:  # noqa: BLE001 - the sweep is deleted, whatever a disk or cloud says
        return f"Its checkpoints could not be removed from {place}: {error}. Remove them yourself."
    return None


def _path(definition: Mapping[str, Any]) -> str | None:
    section = definition.get("checkpoint") or {}
    path = section.get("path")
    return None if path is None else str(path)
