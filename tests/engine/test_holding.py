"""Who takes a sweep over waits for a driver that may be dead, and for no other."""

from __future__ import annotations

import pytest

from sweeps.engine.holding import acquire
from sweeps.errors import LeaseError
from sweeps.store import open_store
from tests.contracts.store_setting import ELSEWHERE, Clock, create


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    with open_store(f"sqlite:///{tmp_path}/s.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def theirs(tmp_path, clock, store):
    """The same store, as a driver on another machine has it open."""
    with open_store(f"sqlite:///{tmp_path}/s.db", clock=clock, driver=ELSEWHERE) as opened:
        yield opened


def test_a_driver_without_a_heartbeat_is_waited_for(store, theirs, clock):
    """Its lease runs out after 30 seconds of silence; the user is told once what is waited for."""
    row = create(store)
    theirs.acquire(row.sweep_id)
    began = clock.now
    notes: list[str] = []

    def sleep(seconds):
        clock.now += seconds

    acquire(store, row.sweep_id, notes.append, sleep).renew()
    assert 29 <= clock.now - began <= 31
    assert len(notes) == 1
    assert "another machine" in notes[0]


def test_a_driver_with_a_heartbeat_refuses_at_its_next_one(store, theirs, clock):
    """Nobody waits for a sweep that goes on."""
    row = create(store)
    lease = theirs.acquire(row.sweep_id)
    began = clock.now

    def sleep(seconds):
        clock.now += seconds
        if clock.now - began >= 5:
            lease.renew()

    with pytest.raises(LeaseError, match="held by process 7 on host `elsewhere`"):
        acquire(store, row.sweep_id, lambda _: None, sleep)
    assert clock.now - began <= 6


def test_a_driver_beside_this_one_is_not_waited_for(store):
    """Its process is looked at: it lives."""
    row = create(store)
    store.acquire(row.sweep_id)

    def sleep(_):
        pytest.fail("nothing to wait for")

    with pytest.raises(LeaseError, match="this very process"):
        acquire(store, row.sweep_id, lambda _: None, sleep)
