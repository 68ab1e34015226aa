"""What a run waits for when it says what it is doing: a moment at most."""

from __future__ import annotations

import pickle
import threading
import time

import pytest

from sweeps.tune import recorder
from sweeps.tune.recorder import Announcement, Recorder, Scribe


class Head:
    """Ray's head: takes records, or hangs, or refuses."""

    def __init__(self):
        self.records = {}
        self.is_there = threading.Event()
        self.is_there.set()
        self.error = None
        self.was_asked = threading.Event()

    def put(self, key, record):
        self.was_asked.set()
        assert self.is_there.wait(30.0)
        if self.error is not None:
            raise self.error
        self.records[key] = record

    def newest(self):
        return Announcement(*pickle.loads(self.records[b"batch"]))  # noqa: S301 - our own


@pytest.fixture
def head():
    head = Head()
    yield head
    head.is_there.set()


@pytest.fixture
def announce(head):
    return Recorder(b"batch", Scribe(head.put)).announce


def test_an_announcement_is_written_before_the_run_goes_on(head, announce):
    """Or nobody would know of a run that takes its process down at once."""
    for i_run in range(100):
        announce(i_run, 5.0, "words")
        assert head.newest() == Announcement(i_run, 5.0, "words")


@pytest.mark.parametrize("error", [OSError("no head"), RuntimeError("Failed to connect to GCS")])
def test_a_head_that_refuses_fails_no_run(head, announce, error):
    """And the next announcement that it takes is written again."""
    head.error = error
    announce(0, 5.0, "lost")
    assert head.records == {}
    head.error = None
    announce(1, 6.0, "kept")
    wait_for(lambda: head.records and head.newest().i_run == 1)
    announce(2, 7.0, "kept")
    assert head.newest().i_run == 2


def test_a_head_that_hangs_holds_a_run_up_once(head, announce, monkeypatch):
    """Later announcements do not wait; when it is back, the newest is written."""
    monkeypatch.setattr(recorder, "PATIENCE_S", 0.01)
    head.is_there.clear()
    announce(0, 5.0, "")
    monkeypatch.setattr(recorder, "PATIENCE_S", 60.0)
    for i_run in range(1, 10):
        announce(i_run, 5.0, "")
    assert head.records == {}
    head.is_there.set()
    wait_for(lambda: head.records and head.newest().i_run == 9)


def wait_for(condition):
    """Look again and again, for ten seconds at most."""
    until = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < until
        threading.Event().wait(0.001)
