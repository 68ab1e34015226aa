"""The store: one database with any number of sweeps."""

from __future__ import annotations

import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from sweeps.store import reader, registry
from sweeps.store.cache import Cache
from sweeps.store.lease import Lease, acquire, refuse_if_held, request_stop
from sweeps.store.migrations import upgrade
from sweeps.store.score import read_score_table
from sweeps.store.table import fixed, read_curve_table, read_run_table
from sweeps.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

    from sqlalchemy import Connection

    from sweeps.planner.event import Config, Curve, Decision, Run, RunEnded
    from sweeps.store.database import Database
    from sweeps.store.driver import Driver
    from sweeps.store.record import SweepRow, SweepStatus, SweepSummary
    from sweeps.store.table import Columns


class Store:
    """An open store; a context manager that closes it.

    Readers and a writer may work at the same time, in this process or in others.

    Args:
        database: Where everything is.
        driver: This process.
        clock: Seconds since the epoch.
        is_newest: Whether the database has the newest version already; else it gets it with the
            first write.
    """

    def __init__(
        self,
        database: Database,
        driver: Driver,
        clock: Callable[[], float],
        *,
        is_newest: bool = True,
    ) -> None:
        self._database = database
        self._driver = driver
        self._clock = clock
        self._is_newest = is_newest
        self._cache = None if database.file is None else Cache.of(database.file)
        # results in a notebook are dropped, not closed: no connection to a server may stay behind
        weakref.finalize(self, database.close)

    def __repr__(self) -> str:
        return f"Store({self.url!r})"

    @property
    def url(self) -> str:
        """Where the store is, without a password."""
        return self._database.url

    def sweeps(self) -> list[SweepSummary]:
        """Give all sweeps, oldest first."""
        with self._database.reading() as connection:
            return registry.summarise(connection, self._driver, self._now())

    def summary(self, name: str) -> SweepSummary | None:
        """Give the line of `sweeps` of that name, None where there is none; counts no other one."""
        with self._database.reading() as connection:
            found = registry.summarise(connection, self._driver, self._clock(), name)
        return found[0] if found else None

    def find(self, name: str) -> SweepRow | None:
        """Give the sweep of that name, None where there is none."""
        with self._database.reading() as connection:
            return registry.find_sweep(connection, name)

    def get(self, name: str) -> SweepRow:
        """Give the sweep of that name.

        Raises:
            UnknownSweepError: There is none; the message names the nearest.
        """
        with self._database.reading() as connection:
            return registry.get_sweep(connection, name, self.url)

    def create(
        self,
        *,
        name: str,
        definition: Mapping[str, object],
        identity: Mapping[str, object],
        identity_hash: str,
        provenance: Mapping[str, object],
    ) -> SweepRow:
        """Store a new sweep, with status `running`.

        Args:
            name: Unique in the store.
            definition: Canonical definition, JSON-able, without a password.
            identity: What makes it the same sweep, JSON-able.
            identity_hash: Hash of `identity`.
            provenance: Where the first session runs, JSON-able.

        Raises:
            StoreError: The name is taken, or the store cannot be written.
        """
        cells = {
            "definition": dict(definition),
            "identity": dict(identity),
            "identity_hash": identity_hash,
            "provenance": {"sessions": [dict(provenance)]},
        }
        with self._writing() as connection:
            registry.insert_sweep(connection, name, self._now(), cells)
            return registry.get_sweep(connection, name, self.url)

    def update(
        self,
        sweep_id: int,
        *,
        definition: Mapping[str, object] | None = None,
        identity: Mapping[str, object] | None = None,
        identity_hash: str | None = None,
        provenance: Mapping[str, object] | None = None,
        status: SweepStatus | None = None,
        message: str | None = None,
    ) -> None:
        """Change what is stored of a sweep; what is None stays as it is.

        Args:
            sweep_id: The sweep.
            definition: The grown definition.
            identity: The grown identity.
            identity_hash: Its hash.
            provenance: Where one more session runs, appended to the list of sessions.
            status: How the sweep stands. A new one without a `message` removes the old message.
            message: One sentence on how it ended.

        Raises:
            UnknownSweepError: There is no such sweep.
            StoreError: The store cannot be written.
        """
        given: dict[str, object] = {
            "definition": definition,
            "identity": identity,
            "identity_hash": identity_hash,
            "provenance": provenance,
            "status": status,
            "message": message,
        }
        cells = {name: value for name, value in given.items() if value is not None}
        if status is not None:
            cells["message"] = message
        with self._writing() as connection:
            registry.update_sweep(connection, sweep_id, self._now(), cells)

    def rename(self, name: str, new_name: str) -> None:
        """Move a sweep aside; everything of it is kept.

        Raises:
            UnknownSweepError: There is no sweep `name`.
            LeaseError: A live driver holds it.
            StoreError: There is a sweep `new_name` already, or the store cannot be written.
        """
        with self._writing() as connection:
            sweep_id = self._free_sweep(connection, name)
            registry.rename_sweep(connection, sweep_id, new_name)

    def delete(self, name: str) -> int:
        """Delete a sweep with everything that belongs to it, and give its number of runs.

        Raises:
            UnknownSweepError: There is no sweep `name`.
            LeaseError: A live driver holds it.
            StoreError: The store cannot be written.
        """
        with self._writing() as connection:
            sweep_id = self._free_sweep(connection, name)
            n_runs = registry.delete_sweep(connection, sweep_id)
        if self._cache is not None:
            self._cache.remove(sweep_id)
        return n_runs

    def acquire(self, sweep_id: int) -> Lease:
        """Take the right to write to a sweep, also from a driver that is dead.

        Raises:
            LeaseError: A live driver holds it; the message says which, and what to do.
            UnknownSweepError: There is no such sweep.
            StoreError: The store cannot be written.
        """
        if not self._is_newest:
            with self._writing():
                pass
        return acquire(self._database, sweep_id, self._driver, self._now)

    def request_stop(self, name: str) -> bool:
        """Ask the driver of a sweep, wherever it is, to stop at a clean point.

        It learns of it with its next flush, within seconds (`Writer.is_stop_requested`). The
        request is for that driver alone: the next one starts without it.

        Returns:
            False where no live driver holds the sweep, so that there is nobody to ask.

        Raises:
            UnknownSweepError: There is no sweep `name`.
            StoreError: The store cannot be written.
        """
        with self._writing() as connection:
            sweep_id = registry.get_sweep(connection, name, self.url).sweep_id
            return request_stop(connection, sweep_id, self._driver, self._now())

    def writer(self, sweep_id: int, lease: Lease) -> Writer:
        """Give what a driver writes with, while it holds the lease.

        Raises:
            StoreError: The store cannot be read.
        """
        return Writer(self._database, sweep_id, lease, self._clock)

    def configs(self, sweep_id: int) -> list[Config]:
        """Give all configurations in order of index."""
        with self._database.reading() as connection:
            return reader.read_configs(connection, sweep_id)

    def runs(self, sweep_id: int) -> list[RunEnded]:
        """Give all runs in order of arrival, without curves, tracebacks and output: for replay."""
        with self._database.reading() as connection:
            return reader.read_runs(connection, sweep_id)

    def curves(self, sweep_id: int) -> dict[Run, Curve]:
        """Give the curve of each run that reported step by step."""
        with self._database.reading() as connection:
            return reader.read_curves(connection, sweep_id)

    def state(self, sweep_id: int) -> bytes | None:
        """Give what a user's own searcher remembered last, None where it kept nothing."""
        with self._database.reading() as connection:
            return reader.read_state(connection, sweep_id)

    def has_runs(self, sweep_id: int) -> bool:
        """Tell whether any run of the sweep is over."""
        with self._database.reading() as connection:
            return reader.has_runs(connection, sweep_id)

    def failures(self, sweep_id: int) -> list[RunEnded]:
        """Give the runs that neither finished nor were stopped early, with traceback and output.

        They come in order of arrival, without curves.
        """
        with self._database.reading() as connection:
            return reader.read_failures(connection, sweep_id)

    def decisions(self, sweep_id: int) -> list[tuple[int, float, Decision]]:
        """Give order from 0, time in seconds since the epoch, and decision, first to last."""
        with self._database.reading() as connection:
            return reader.read_decisions(connection, sweep_id)

    def run_table(self, sweep_id: int) -> Columns:
        """Give all runs as columns, by configuration, role and seed.

        Returns:
            Arrays of equal length, read-only. `config_id`, `role`, `status`, `node` and `error`
            hold Python strings (`error` None where nothing went wrong); `config_index`, `seed`,
            `seq` (order of arrival), `steps` and `attempts` int64; `score` (NaN where it diverged
            or was not reported), `duration_s` and `started_at` float64. For each metric,
            `metric:NAME` is float64, and `absent:NAME` tells where its NaN means that it was not
            reported.
        """
        return self._table(sweep_id, "runs", read_run_table)

    def score_table(self, sweep_id: int) -> Columns:
        """Give what comparing configurations takes as columns, by configuration, role and seed.

        Returns:
            Arrays of equal length, read-only, much sooner than `run_table`: `config_index`, `role`
            (position in `Role`), `seed`, `status` (position in `Status`) and `steps`, all int64,
            and `score`, float64, NaN where it diverged or was not reported.
        """
        return self._table(sweep_id, "scores", read_score_table)

    def metric_names(self, sweep_id: int) -> tuple[str, ...]:
        """Give every metric reported so far, in the order in which they first came."""
        with self._database.reading() as connection:
            return reader.metric_names(connection, sweep_id)

    def curve_table(self, sweep_id: int, *, config_id: str | None = None) -> Columns:
        """Give what was reported step by step as columns, by configuration, role, seed and step.

        Args:
            sweep_id: The sweep.
            config_id: Only this configuration; all of them if None.

        Returns:
            Arrays of equal length: `config_id`, `config_index`, `role`, `seed`, `step`, and
            `metric:NAME` and `absent:NAME` for each metric, as in `run_table`.
        """
        with self._database.reading() as connection:
            return read_curve_table(connection, sweep_id, config_id)

    def close(self) -> None:
        """Close the store; safe to repeat."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _now(self) -> float:
        """Give the time by the clock that all drivers of this store share."""
        return self._clock() + self._database.ahead_s

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """Give a connection that writes, to a database of the newest version."""
        with self._database.writing(alone=not self._is_newest) as connection:
            if not self._is_newest:
                upgrade(connection, self.url)
            yield connection
        self._is_newest = True

    def _table(
        self, sweep_id: int, part: str, read: Callable[[Connection, int], Columns]
    ) -> Columns:
        """Give a table of a sweep, from a copy where there may be one."""
        if self._cache is not None:
            return self._cache.table(self._database, sweep_id, part, read)
        with self._database.reading() as connection:
            return fixed(read(connection, sweep_id))

    def _free_sweep(self, connection: Connection, name: str) -> int:
        """Give the number of a sweep that no live driver holds."""
        sweep_id = registry.get_sweep(connection, name, self.url).sweep_id
        refuse_if_held(connection, sweep_id, self._driver, self._now())
        return sweep_id
