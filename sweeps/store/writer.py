"""The driver's pen: takes what happened one by one, and writes it in short transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from sweeps.errors import StoreError
from sweeps.store.packing import (
    clean_text,
    pack_configuration,
    pack_curve,
    pack_metrics,
    to_json,
)
from sweeps.store.reader import metric_names
from sweeps.store.revision import new_revision
from sweeps.store.schema import configs, curves, decisions, runs, states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection, Table

    from sweeps.planner.event import Config, Decision, RunEnded
    from sweeps.store.database import Database
    from sweeps.store.lease import Lease

FLUSH_S = 0.5
HEARTBEAT_S = 5.0


@dataclass(slots=True)
class _Buffer:
    """Rows on their way into the database, each a plain tuple in the order of its columns."""

    configs: list[tuple[object, ...]] = field(default_factory=list)
    runs: list[tuple[object, ...]] = field(default_factory=list)
    curves: list[tuple[object, ...]] = field(default_factory=list)
    decisions: list[tuple[object, ...]] = field(default_factory=list)
    states: list[tuple[object, ...]] = field(default_factory=list)
    names: tuple[str, ...] | None = None
    """The sweep's metric names, where they grew."""

    def __bool__(self) -> bool:
        """Tell whether anything waits; curves and names only come with runs."""
        return bool(self.runs or self.configs or self.decisions)


class Writer:
    """Buffers what happened to one sweep and writes it; belongs to one thread.

    An event becomes a few plain cells when it comes in, and is forgotten once it is committed.
    What stays in memory is the index of each configuration.

    Each row has a key, and writing it again replaces it: a flush that failed, or whose success was
    never heard of, is simply done again.

    Args:
        database: Where to write.
        sweep_id: The sweep.
        lease: The right to write to it.
        clock: Seconds since the epoch.

    Raises:
        StoreError: The store cannot be read.
    """

    def __init__(
        self, database: Database, sweep_id: int, lease: Lease, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._sweep_id = sweep_id
        self._lease = lease
        self._clock = clock
        self._buffer = _Buffer()
        self._tried_at = clock()
        self._is_stop_requested = False
        # Executed by SQLAlchemy, these take a dict a row and 12 us; handed to the driver below it
        # with a tuple a row, the same statements take 4 us.
        self._upserts = {
            table: database.upsert(table) for table in (configs, runs, curves, decisions, states)
        }
        with database.reading() as connection:
            self._names = metric_names(connection, sweep_id)
            self._index = _indices(connection, sweep_id)
            self._next_run = _next_seq(connection, runs, sweep_id)
            self._next_decision = _next_seq(connection, decisions, sweep_id)
            self._has_curves = _has_curves(connection, sweep_id)

    @property
    def is_stop_requested(self) -> bool:
        """Whether somebody asked this driver to stop, as of the last flush."""
        return self._is_stop_requested

    def add_config(self, config: Config) -> None:
        """Take a configuration; it has to come before its runs."""
        self._index[config.config_id] = config.index
        values = pack_configuration(config.values)
        row = (self._sweep_id, config.index, config.config_id, values, config.origin)
        self._buffer.configs.append(row)

    def add_run(self, ended: RunEnded, score: float | None) -> None:
        """Take a run that is over; if the same run comes again, the last one counts.

        Args:
            ended: The run.
            score: Its target metric, NaN where it diverged, None where it was not reported.

        Raises:
            StoreError: Its configuration was never added.
        """
        run = ended.run
        index = self._index.get(run.config_id)
        if index is None:
            message = (
                "A run must belong to a configuration of its sweep, got one of "
                f"`{run.config_id}`. Call `add_config` first."
            )
            raise StoreError(message)
        # `str` makes a plain string of an enumeration's member, which SQLite binds faster.
        key = (self._sweep_id, index, str(run.role), run.seed)
        self._learn(ended.metrics)
        row = (
            *key,
            self._next_run,
            str(ended.status),
            None if score is None or score != score else float(score),  # noqa: PLR0124 - NaN
            ended.steps,
            ended.duration_s,
            ended.attempts,
            ended.started_at,
            ended.node,
            pack_metrics(ended.metrics, self._names),
            clean_text(ended.error),
            clean_text(ended.traceback),
            clean_text(ended.output),
        )
        self._buffer.runs.append(row)
        self._next_run += 1
        if ended.curve is not None:
            self._learn(ended.curve.metrics)
            self._has_curves = True
            self._buffer.curves.append((*key, *pack_curve(ended.curve, self._names)))
        elif self._has_curves:
            # An earlier attempt may have left a curve that this one does not have.
            self._buffer.curves.append((*key, b"", b""))

    def add_decision(self, decision: Decision, at: float) -> None:
        """Take a decision, made `at` so many seconds since the epoch."""
        detail = to_json(dict(decision.detail))
        row = (self._sweep_id, self._next_decision, at, decision.kind, decision.config_id, detail)
        self._buffer.decisions.append(row)
        self._next_decision += 1

    def set_state(self, state: bytes) -> None:
        """Take what a searcher remembers; it is written with what led to it."""
        self._buffer.states = [(self._sweep_id, state)]

    def due(self, now: float) -> bool:
        """Tell whether it is time to flush: rows have waited 0.5 s, or others for a heartbeat 5 s.

        Args:
            now: Seconds since the epoch; once the clock was set back, it is time.
        """
        limit_s = FLUSH_S if self._buffer else HEARTBEAT_S
        return not 0 <= now - self._tried_at <= limit_s

    def flush(self, now: float | None = None) -> None:
        """Write everything buffered, and the heartbeat, in one transaction.

        After an error all of it is still buffered, and the flush can be tried again.

        Args:
            now: Seconds since the epoch, by default those of the clock.

        Raises:
            LeaseError: Somebody took the sweep over or deleted it.
            StoreFullError: The disk is full.
            StoreUnreachableError: The server does not answer; later it may.
            StoreError: The store cannot be written.
        """
        buffer = self._buffer
        self._tried_at = self._clock() if now is None else now
        at = self._tried_at + self._database.ahead_s
        with self._database.writing() as connection:
            is_stop_requested = self._lease.check(connection, at, **_sweep_cells(buffer, at))
            for table, rows in (
                (configs, buffer.configs),
                (runs, buffer.runs),
                (curves, buffer.curves),
                (decisions, buffer.decisions),
                (states, buffer.states),
            ):
                if rows:
                    connection.exec_driver_sql(self._upserts[table], rows)
        self._buffer = _Buffer()
        self._is_stop_requested = is_stop_requested

    def close(self) -> None:
        """Flush what is left; safe to repeat.

        Raises:
            LeaseError: Somebody took the sweep over or deleted it.
            StoreError: The store cannot be written.
        """
        if self._buffer:
            self.flush()

    def _learn(self, names: Iterable[str]) -> None:
        """Append metrics that were never seen to the sweep's list."""
        new = [name for name in names if name not in self._names]
        if new:
            self._names = self._buffer.names = (*self._names, *new)


def _sweep_cells(buffer: _Buffer, at: float) -> dict[str, object]:
    """Give the columns of the sweep's own row that change with the buffered rows."""
    cells: dict[str, object] = {"updated_at": at, "revision": new_revision()} if buffer else {}
    if buffer.names is not None:
        cells["metric_names"] = to_json(buffer.names)
    return cells


def _indices(connection: Connection, sweep_id: int) -> dict[str, int]:
    query = select(configs.c.config_id, configs.c.config_index)
    rows = connection.execute(query.where(configs.c.sweep_id == sweep_id))
    return dict(rows.all())


def _next_seq(connection: Connection, table: Table, sweep_id: int) -> int:
    query = select(func.max(table.c.seq)).where(table.c.sweep_id == sweep_id)
    last = connection.scalar(query)
    return 0 if last is None else last + 1


def _has_curves(connection: Connection, sweep_id: int) -> bool:
    query = select(curves.c.seed).where(curves.c.sweep_id == sweep_id).limit(1)
    return connection.execute(query).first() is not None
