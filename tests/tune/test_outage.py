"""A store that is away for a while: nothing is lost, runs go on, and the user hears of it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sweeps.errors import LeaseError, StoreUnreachableError
from sweeps.planner.batch import Batch
from sweeps.tune.outage import MOST_S, RETRY_S, SHARE, Outage, patiently
from tests.tune.conftest import done

if TYPE_CHECKING:
    from sweeps.planner.event import Run


class Time:
    """Passes when a test says so."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now

    def pass_s(self, seconds):
        self.now += seconds


class Server:
    """Takes what is written, while it is there; an attempt may take its time."""

    def __init__(self, time):
        self.time = time
        self.is_there = True
        self.takes_s = 0.0
        self.n_attempts = self.n_written = 0

    def write(self):
        self.n_attempts += 1
        self.time.pass_s(self.takes_s)
        if not self.is_there:
            message = "The server of the store does not answer."
            raise StoreUnreachableError(message)
        self.n_written += 1


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def server(time):
    return Server(time)


@pytest.fixture
def notes():
    return []


@pytest.fixture
def outage(server, notes, time):
    return Outage(server.write, notes.append, time)


def test_an_outage_is_told_when_it_begins_and_when_it_is_over(outage, server, notes, time):
    """And not at each attempt in between."""
    assert outage.write()
    server.is_there = False
    for _ in range(5):
        assert not outage.write()
        time.pass_s(RETRY_S)
    server.is_there = True
    assert outage.write()
    assert outage.write()
    begun, over = notes
    assert "cannot be reached; runs go on, and what they report is kept for up to 10" in begun
    assert over == "The store is back; everything that waited is stored."


def test_a_driver_that_waits_for_an_answer_waits_a_tenth_of_its_time(outage, server, time):
    """A server that does not even refuse must not keep runs waiting."""
    server.is_there, server.takes_s = False, 5.0
    began = time.now
    while time.now - began < 500.0:
        outage.write()
        time.pass_s(0.1)
    assert server.n_attempts * server.takes_s <= 1.1 * 500.0 / SHARE


def test_an_outage_of_ten_minutes_ends_the_sweep(outage, server, time):
    """Counted from what was written last."""
    outage.write()
    server.is_there = False
    time.pass_s(MOST_S - 10.0)
    assert not outage.write()
    time.pass_s(10.0)
    with pytest.raises(StoreUnreachableError, match=r"10 minutes, so the sweep ends.*again to go"):
        outage.write()


def test_the_end_waits_for_the_store(outage, server, time):
    """What came last is not thrown away because the server was started anew just then."""
    server.is_there = False
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        time.pass_s(seconds)
        server.is_there = len(waits) == 30

    outage.write_all(sleep)
    assert (server.n_written, len(waits)) == (1, 30)


def test_the_end_does_not_wait_for_ever(outage, server, time):
    """Ten minutes, like any other."""
    server.is_there = False
    with pytest.raises(StoreUnreachableError, match="the sweep ends"):
        outage.write_all(time.pass_s)


def test_what_is_asked_at_the_end_is_asked_until_the_store_is_back(server, notes, time):
    """The user is told once why nothing seems to happen, and when it is over."""
    server.is_there = False
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        time.pass_s(seconds)
        server.is_there = len(waits) == 30

    def ask():
        server.write()
        return "answer"

    assert patiently(ask, notes.append, sleep, time) == "answer"
    assert (server.n_written, len(waits)) == (1, 30)
    away, back = notes
    assert "cannot be reached; all runs are over" in away
    assert back == "The store is back."


def test_what_is_asked_at_the_end_is_not_asked_for_ever(server, notes, time):
    """Ten minutes; and what is no matter of time is not asked again at all."""
    server.is_there = False
    began = time.now
    with pytest.raises(StoreUnreachableError):
        patiently(server.write, notes.append, time.pass_s, time)
    assert time.now - began == pytest.approx(MOST_S, abs=2 * RETRY_S)

    def lose():
        message = "taken over"
        raise LeaseError(message)

    with pytest.raises(LeaseError, match="taken over"):
        patiently(lose, notes.append, time.pass_s, time)


def test_runs_go_on_and_everything_is_stored_in_the_end(session, monkeypatch):
    """The driver keeps decisions and rows, and checkpoints stay until their runs are stored."""
    pruned: list[Run] = []
    play = session(n_configs=1, n_seeds=4, slots=1, prune=pruned.append)
    flush = play.writer.flush

    def refuse(_now=None):
        message = "The server of the store does not answer."
        raise StoreUnreachableError(message)

    monkeypatch.setattr(play.writer, "flush", refuse)
    while isinstance(batch := play.driver.next_batch(), Batch):
        play.report(batch, *(done(i, has_checkpoint=True) for i in range(len(batch.runs))))
        play.driver.close(batch.batch_id)
        play.clock.now += 1.0
        play.driver.tick()
    assert (play.store.runs(play.sweep_id), pruned) == ([], [])
    monkeypatch.setattr(play.writer, "flush", flush)
    play.driver.flush()
    assert len(play.runs()) == len(set(pruned)) == 4
    assert [note.split(";")[0] for note in play.watcher.notes] == [
        "The store cannot be reached",
        "The store is back",
    ]


def test_a_lease_that_is_lost_ends_the_sweep_at_once(session, monkeypatch):
    """Another driver has the sweep: waiting would not bring it back."""
    play = session()

    def refuse(_now=None):
        message = "taken over"
        raise LeaseError(message)

    play.batch()
    monkeypatch.setattr(play.writer, "flush", refuse)
    with pytest.raises(LeaseError, match="taken over"):
        play.driver.flush(0.0)


def test_a_stop_through_the_store_reaches_the_driver(session):
    """With the next heartbeat."""
    play = session()
    play.driver.flush()
    assert not play.driver.is_stop_requested
    assert play.store.request_stop("test")
    play.driver.flush()
    assert play.driver.is_stop_requested
