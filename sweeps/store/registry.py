"""The table of sweeps: how one is made, found, changed and removed.

Each function takes the connection of a transaction that its caller commits.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from sweeps.errors import StoreError, UnknownSweepError, nearest
from sweeps.store.lease import holder_in
from sweeps.store.packing import clean_text, to_json
from sweeps.store.reader import NOT_FAILED
from sweeps.store.record import SweepRow, SweepSummary
from sweeps.store.revision import new_revision
from sweeps.store.schema import OWNED_BY_SWEEP, configs, runs, sweeps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, Table

    from sweeps.store.driver import Driver

# Without those that stores have not always had: older ones are read as they are.
_LATER = {sweeps.c.revision.name, sweeps.c.stop_requested_at.name}
_COLUMNS = tuple(column for column in sweeps.c if column.name not in _LATER)


def insert_sweep(connection: Connection, name: str, at: float, cells: Mapping[str, object]) -> None:
    """Insert a sweep that has no runs yet.

    Raises:
        StoreError: The name is taken.
    """
    row = insert(sweeps).values(
        name=name,
        status="running",
        metric_names="[]",
        created_at=at,
        updated_at=at,
        revision=new_revision(),
        **_encoded(cells),
    )
    try:
        connection.execute(row)
    except IntegrityError as error:
        raise StoreError(_taken(name)) from error


def find_sweep(connection: Connection, name: str) -> SweepRow | None:
    """Give the sweep of that name, None where there is none."""
    row = connection.execute(select(*_COLUMNS).where(sweeps.c.name == name)).one_or_none()
    return None if row is None else _sweep_row(row)


def get_sweep(connection: Connection, name: str, url: str) -> SweepRow:
    """Give the sweep of that name.

    Raises:
        UnknownSweepError: There is none; the message names the nearest.
    """
    row = find_sweep(connection, name)
    if row is None:
        known = connection.scalars(select(sweeps.c.name)).all()
        message = f"The store {url} has no sweep `{name}`. {nearest(name, known)}"
        raise UnknownSweepError(message)
    return row


def update_sweep(
    connection: Connection, sweep_id: int, at: float, cells: Mapping[str, object]
) -> None:
    """Change columns of a sweep; `provenance` is appended to its list of sessions.

    Raises:
        UnknownSweepError: There is no such sweep.
    """
    changes = dict(cells)
    if "provenance" in changes:
        query = select(sweeps.c.provenance).where(sweeps.c.sweep_id == sweep_id).with_for_update()
        stored = json.loads(connection.scalar(query) or '{"sessions":[]}')
        changes["provenance"] = {"sessions": [*stored["sessions"], changes["provenance"]]}
    changed = connection.execute(
        update(sweeps)
        .where(sweeps.c.sweep_id == sweep_id)
        .values(updated_at=at, revision=new_revision(), **_encoded(changes))
    )
    if changed.rowcount == 0:
        message = f"The store has no sweep number {sweep_id}; it was deleted. Run it anew."
        raise UnknownSweepError(message)


def rename_sweep(connection: Connection, sweep_id: int, new_name: str) -> None:
    """Give a sweep another name.

    Raises:
        StoreError: The name is taken.
    """
    cells = {"name": new_name, "revision": new_revision()}
    row = update(sweeps).where(sweeps.c.sweep_id == sweep_id).values(cells)
    try:
        connection.execute(row)
    except IntegrityError as error:
        raise StoreError(_taken(new_name)) from error


def delete_sweep(connection: Connection, sweep_id: int) -> int:
    """Delete a sweep with all that belongs to it, and give the number of runs deleted."""
    n_deleted = {
        table: connection.execute(delete(table).where(table.c.sweep_id == sweep_id)).rowcount
        for table in OWNED_BY_SWEEP
    }
    return n_deleted[runs]


def summarise(
    connection: Connection, here: Driver, now: float, name: str | None = None
) -> list[SweepSummary]:
    """Give all sweeps, oldest first, or the one of that name, as seen by the process `here`."""
    query = select(*_COLUMNS).order_by(sweeps.c.sweep_id)
    rows = connection.execute(query if name is None else query.where(sweeps.c.name == name)).all()
    only = None if name is None else [row.sweep_id for row in rows]
    n_configs = _counts(connection, configs, only)
    n_runs = _counts(connection, runs, only)
    n_failed = _counts(connection, runs, only, runs.c.status.not_in(NOT_FAILED))
    summaries = []
    for row in rows:
        holder = holder_in(row)
        is_driven = holder is not None and holder.is_alive(here, now)
        is_orphan = row.status == "running" and not is_driven
        summaries.append(
            SweepSummary(
                name=row.name,
                status="interrupted" if is_orphan else row.status,
                metric=str(json.loads(row.definition).get("metric", "")),
                n_configs=n_configs.get(row.sweep_id, 0),
                n_runs=n_runs.get(row.sweep_id, 0),
                n_failed=n_failed.get(row.sweep_id, 0),
                created_at=row.created_at,
                updated_at=row.updated_at,
                driver=str(holder.driver) if holder is not None and is_driven else None,
            )
        )
    return summaries


def _counts(
    connection: Connection,
    table: Table,
    only: Sequence[int] | None,
    *which: ColumnElement[bool],
) -> dict[int, int]:
    """Count rows that fulfil all conditions, for each sweep that has any or for `only` some."""
    sweep_id = table.c.sweep_id
    query = select(sweep_id, func.count()).where(*which).group_by(sweep_id)
    chosen = query if only is None else query.where(sweep_id.in_(only))
    return dict(connection.execute(chosen).all())


def _sweep_row(row: Row[*tuple[Any, ...]]) -> SweepRow:
    return SweepRow(
        sweep_id=row.sweep_id,
        name=row.name,
        definition=json.loads(row.definition),
        identity=json.loads(row.identity),
        identity_hash=row.identity_hash,
        provenance=json.loads(row.provenance),
        status=row.status,
        created_at=row.created_at,
        updated_at=row.updated_at,
        metric_names=tuple(json.loads(row.metric_names)),
        message=row.message,
    )


def _encoded(cells: Mapping[str, object]) -> dict[str, object]:
    """Give the cells of a sweep's row: text as it is, anything else as JSON."""
    return {
        name: clean_text(value) if value is None or isinstance(value, str) else to_json(value)
        for name, value in cells.items()
    }


def _taken(name: str) -> str:
    return (
        f"A name must be unique in a store, and there is already a sweep `{name}`. "
        "Take another name, or run the same command again to go on with that sweep."
    )
