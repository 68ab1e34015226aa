"""A store to test: what a contract of stores is played with."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from sweeps.planner.event import Config, Curve, Role, Run, RunEnded, Status
from sweeps.store import Driver, Store, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from sweeps.store import SweepRow, Writer

NAN, INF = math.nan, math.inf
ELSEWHERE = Driver("elsewhere", "another-boot", 7, 1.0)
CURVE = Curve((1, 2, 3), {"loss": (3.0, None, NAN), "accuracy": (0.1, INF, 0.3)})


class Clock:
    """Shows the time that a test sets."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def config(index=0, **values) -> Config:
    return Config(f"{index:016x}", values or {"C": 1.0}, index, "random")


CONFIGS = (config(),)


def ended(index=0, seed=0, role=Role.RACE, status=Status.FINISHED, **fields) -> RunEnded:
    return RunEnded(Run(config(index).config_id, role, seed), status, **fields)


def create(store: Store, name="digits") -> SweepRow:
    return store.create(
        name=name,
        definition={"name": name, "metric": "accuracy"},
        identity={"metric": "accuracy"},
        identity_hash="abc",
        provenance={"python": "3.11"},
    )


def write(store: Store, row: SweepRow, *told: RunEnded, configs=CONFIGS) -> None:
    """Store runs the way a driver does, from taking the lease to letting it go."""
    with store.acquire(row.sweep_id) as lease:
        writer = store.writer(row.sweep_id, lease)
        for one in configs:
            writer.add_config(one)
        for run in told:
            writer.add_run(run, run.metrics.get("accuracy"))
        writer.close()


@contextmanager
def after_the_lease(writer: Writer, happens: Callable[[Connection], object]) -> Iterator[None]:
    """Have something happen inside each flush, when its transaction has begun to write."""
    lease = writer._lease
    check = lease.check

    def checked(connection: Connection, at: float, **cells: object) -> bool:
        is_stop_requested = check(connection, at, **cells)
        happens(connection)
        return is_stop_requested

    lease.check = checked  # type: ignore[method-assign]
    try:
        yield
    finally:
        lease.check = check  # type: ignore[method-assign]


class StoreSetting:
    """Inherit, and give a fixture `url` of a store that does not exist yet."""

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def store(self, url: str, clock: Clock) -> Iterator[Store]:
        with open_store(url, clock=clock) as opened:
            yield opened

    @pytest.fixture
    def row(self, store: Store) -> SweepRow:
        return create(store)

    @pytest.fixture
    def writer(self, store: Store, row: SweepRow) -> Writer:
        writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
        writer.add_config(config())
        return writer

    @pytest.fixture
    def elsewhere(self, url: str, clock: Clock) -> Iterator[Store]:
        """The same store as a driver on another machine has it open."""
        with open_store(url, clock=clock, driver=ELSEWHERE) as opened:
            yield opened
