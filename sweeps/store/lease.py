"""The right to write to a sweep: one driver at a time, and a dead one loses it.

The lease is a set of cells in the sweep's own row. Each write renews it in the same transaction
and only goes through if the cells still carry this driver's token, so a driver that was thought
dead and woke up again cannot write over its successor.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select, update

from sweeps.errors import LeaseError, StoreError, UnknownSweepError
from sweeps.store.driver import Driver, Holder
from sweeps.store.schema import sweeps

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sqlalchemy import Connection, Row

    from sweeps.store.database import Database

LEASE_COLUMNS = (
    sweeps.c.lease_host,
    sweeps.c.lease_boot_id,
    sweeps.c.lease_pid,
    sweeps.c.lease_process_start,
    sweeps.c.lease_token,
    sweeps.c.lease_since,
    sweeps.c.lease_heartbeat,
)


class Lease:
    """The right to write to one sweep, given by `Store.acquire`; a context manager.

    Args:
        database: Where the sweep is.
        sweep_id: The sweep.
        name: Its name, for messages.
        token: What the sweep's row carries as long as the lease is ours.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        database: Database,
        sweep_id: int,
        name: str,
        token: str,
        clock: Callable[[], float],
    ) -> None:
        self.sweep_id = sweep_id
        self.name = name
        self._database = database
        self._token = token
        self._clock = clock

    def __repr__(self) -> str:
        return f"Lease(sweep_id={self.sweep_id}, name={self.name!r})"

    def renew(self) -> None:
        """Tell other machines that this driver lives; a writer's flush does it too.

        Raises:
            LeaseError: Somebody took the sweep over or deleted it.
            StoreError: The store cannot be written.
        """
        with self._database.writing() as connection:
            self.check(connection, self._clock())

    def check(self, connection: Connection, at: float, **cells: object) -> bool:
        """Renew the lease inside a transaction, so that the rest of it is only done as its holder.

        Args:
            connection: A connection in a transaction that writes.
            at: The heartbeat, seconds since the epoch.
            **cells: Other columns of the sweep's row to write on the way.

        Returns:
            Whether somebody asked this driver to stop.

        Raises:
            LeaseError: Somebody took the sweep over or deleted it.
        """
        renewed = connection.execute(
            update(sweeps)
            .where(sweeps.c.sweep_id == self.sweep_id, sweeps.c.lease_token == self._token)
            .values(lease_heartbeat=at, **cells)
        )
        if renewed.rowcount == 0:
            raise LeaseError(_loss(self.name, holder_of(connection, self.sweep_id)))
        query = select(sweeps.c.stop_requested_at).where(sweeps.c.sweep_id == self.sweep_id)
        return connection.scalar(query) is not None

    def release(self) -> None:
        """Let go of the sweep; safe to repeat, and after somebody took it over.

        Raises:
            StoreError: The store cannot be written.
        """
        nobody = dict.fromkeys((column.name for column in LEASE_COLUMNS), None)
        with self._database.writing() as connection:
            connection.execute(
                update(sweeps)
                .where(sweeps.c.sweep_id == self.sweep_id, sweeps.c.lease_token == self._token)
                .values(nobody)
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.release()
        except StoreError:
            # What went wrong first says more; a lease left behind runs out by itself.
            if error is None:
                raise


def acquire(database: Database, sweep_id: int, here: Driver, clock: Callable[[], float]) -> Lease:
    """Take the lease of a sweep, also from a driver that is dead.

    Args:
        database: Where the sweep is.
        sweep_id: The sweep.
        here: This process.
        clock: Seconds since the epoch.

    Raises:
        LeaseError: A live driver holds it.
        StoreError: The store cannot be written.
        UnknownSweepError: There is no such sweep.
    """
    token = secrets.token_hex(16)
    with database.writing() as connection:
        now = clock()
        name = refuse_if_held(connection, sweep_id, here, now)
        connection.execute(
            update(sweeps)
            .where(sweeps.c.sweep_id == sweep_id)
            .values(
                lease_host=here.host,
                lease_boot_id=here.boot_id,
                lease_pid=here.pid,
                lease_process_start=here.process_start,
                lease_token=token,
                lease_since=now,
                lease_heartbeat=now,
                stop_requested_at=None,
            )
        )
    return Lease(database, sweep_id, name, token, clock)


def request_stop(connection: Connection, sweep_id: int, here: Driver, now: float) -> bool:
    """Ask the driver that holds a sweep to stop; say whether a live one does.

    Args:
        connection: A connection in a transaction that writes.
        sweep_id: The sweep.
        here: This process.
        now: Seconds since the epoch.
    """
    holder = holder_of(connection, sweep_id)
    if holder is None or not holder.is_alive(here, now):
        return False
    # By its token, so that a driver that takes the sweep over in this moment is not meant.
    asked = connection.execute(
        update(sweeps)
        .where(sweeps.c.sweep_id == sweep_id, sweeps.c.lease_token == holder.token)
        .values(stop_requested_at=now)
    )
    return asked.rowcount == 1


def refuse_if_held(connection: Connection, sweep_id: int, here: Driver, now: float) -> str:
    """Give the sweep's name if no live driver holds it; locks its row until the transaction ends.

    Args:
        connection: A connection in a transaction that writes.
        sweep_id: The sweep.
        here: This process.
        now: Seconds since the epoch.

    Raises:
        LeaseError: A live driver holds it.
        UnknownSweepError: There is no such sweep.
    """
    query = select(sweeps.c.name).where(sweeps.c.sweep_id == sweep_id).with_for_update()
    name: str | None = connection.scalars(query).one_or_none()
    if name is None:
        message = f"The store has no sweep number {sweep_id}; it was deleted. Run it anew."
        raise UnknownSweepError(message)
    holder = holder_of(connection, sweep_id)
    if holder is not None and holder.is_alive(here, now):
        seen = None if holder.driver.is_beside(here) else holder.heartbeat
        raise LeaseError(_refusal(name, holder, here, now), seen)
    return name


def holder_of(connection: Connection, sweep_id: int) -> Holder | None:
    """Give who holds the lease of a sweep, dead or alive; None where nobody does."""
    query = select(*LEASE_COLUMNS).where(sweeps.c.sweep_id == sweep_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else holder_in(row)


def holder_in(row: Row[*tuple[Any, ...]]) -> Holder | None:
    """Give the holder that a row of `LEASE_COLUMNS` describes."""
    if row.lease_token is None:
        return None
    driver = Driver(row.lease_host, row.lease_boot_id, row.lease_pid, row.lease_process_start)
    return Holder(driver, row.lease_token, row.lease_since, row.lease_heartbeat)


def _refusal(name: str, holder: Holder, here: Driver, now: float) -> str:
    driver = holder.driver
    who = f"process {driver.pid} on host `{driver.host}`"
    end = f"end it with `kill {driver.pid}` on `{driver.host}`"
    if driver == here:
        who, end = f"this very process ({driver.pid})", "restart this process"
    silence_s = max(now - holder.heartbeat, 0.0)
    return (
        f"Only one driver at a time may run a sweep, and `{name}` is held by {who} since "
        f"{_time(holder.since)} (last heartbeat {silence_s:.0f} s ago). Wait until it has ended, "
        f"or {end}, and run the same command again."
    )


def _loss(name: str, holder: Holder | None) -> str:
    if holder is None:
        what = "was deleted or released by somebody else"
    else:
        driver = holder.driver
        what = (
            f"was taken over by process {driver.pid} on host `{driver.host}` at "
            f"{_time(holder.since)}"
        )
    return (
        f"Only the driver that holds a sweep may write to it, and `{name}` {what}. This driver "
        "ends here, what it stored before is intact: see `sweeps list` for who runs it now."
    )


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().isoformat(sep=" ", timespec="seconds")
