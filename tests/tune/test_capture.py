"""Keeping the tail of what a run prints."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.tune.capture import KEPT_CHARS, Tail, captured

SIZES = st.one_of(st.integers(0, 50), st.integers(KEPT_CHARS - 5, 3 * KEPT_CHARS))


@given(st.lists(SIZES, max_size=30))
def test_the_tail_is_the_end_of_everything(sizes):
    """However it was cut into writes, what is kept is the end of all that was written."""
    tail, everything = Tail(), ""
    for i, size in enumerate(sizes):
        text = chr(ord("a") + i % 26) * size
        assert tail.write(text) == size
        everything += text
    assert tail.text() == everything[-KEPT_CHARS:]


def test_memory_does_not_grow_with_the_output():
    """A run may print for hours."""
    tail = Tail()
    for _ in range(100_000):
        tail.write("0123456789")
    assert sum(map(len, tail._chunks)) <= 9 * KEPT_CHARS


def test_both_streams_are_captured_in_their_order():
    """Errors stand among the prints, as on a terminal."""
    tail = Tail()
    with captured(tail):
        print("one", flush=True)
        print("two", file=sys.stderr)
        sys.stdout.writelines(["three\n"])
    assert tail.text() == "one\ntwo\nthree\n"


def test_warnings_and_logs_are_captured():
    """A handler made inside writes to where `stderr` points then."""
    tail = Tail()
    with captured(tail):
        handler = logging.StreamHandler()
        handler.handle(logging.LogRecord("n", logging.INFO, "p", 1, "logged", None, None))
    assert tail.text() == "logged\n"


def test_the_streams_are_given_back_after_an_error():
    """Whatever the run does, the process prints again where it printed before."""
    before = sys.stdout, sys.stderr
    with pytest.raises(SystemExit), captured(Tail()):
        sys.exit(1)
    assert (sys.stdout, sys.stderr) == before


def test_nothing_printed_is_empty():
    """No output is no text."""
    assert Tail().text() == ""


def test_a_tail_is_a_stream_but_no_terminal():
    """Progress bars ask before they draw."""
    tail = Tail()
    assert tail.writable()
    assert not tail.isatty()


def test_each_write_is_told():
    """After the write, so that what was printed is already there."""
    seen: list[str] = []
    tail = Tail(lambda: seen.append(tail.text()))
    tail.write("a")
    tail.write("b")
    assert seen == ["a", "ab"]
