"""The flight recorder: what a process was doing when it died, read by the driver afterwards.

A worker writes each announcement into the key-value store of Ray's head, so that it outlives the
worker, on whatever machine that was. One announcement takes well under a millisecond, and only
batches of few or long runs are watched.

It is a help and no more. A head that cannot be reached for a while neither fails a run nor holds
it up: a thread writes, and the run waits for it a moment at most.
"""

from __future__ import annotations

import pickle
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ray.experimental import internal_kv

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = b"sweeps"
UNHURRIED_WRITES = 50
"""Outputs of a run that are written at once; a talkative run is then written less often."""
PAUSE_S = 0.2
PATIENCE_S = 1.0
"""A run waits so long for its announcement to be written, and not at all until one was."""


class Announcement(NamedTuple):
    """The newest thing that a worker said of a batch."""

    i_run: int
    started_at: float
    output: str


def _put(key: bytes, record: bytes) -> None:
    internal_kv._internal_kv_put(key, record, overwrite=True, namespace=NAMESPACE)  # noqa: SLF001


class Scribe:
    """Writes records, the newest one first, in a thread of its own.

    Args:
        put: Writes one record; may raise, or take as long as it likes.
    """

    def __init__(self, put: Callable[[bytes, bytes], None] = _put) -> None:
        self._put = put
        # a deque, since writing and taking the newest one must not come between each other
        self._newest = deque[tuple[bytes, bytes]](maxlen=1)
        self._is_there = threading.Event()
        self._is_written = threading.Event()
        self._is_reachable = True
        self._thread: threading.Thread | None = None

    def write(self, key: bytes, record: bytes) -> None:
        """Write a record over the one under that key; wait for it unless the head is away."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="sweeps-scribe", daemon=True)
            self._thread.start()
        self._is_written.clear()
        self._newest.append((key, record))
        self._is_there.set()
        if self._is_reachable:
            self._is_reachable = self._is_written.wait(PATIENCE_S)

    def _work(self) -> None:
        while True:
            self._is_there.wait()
            self._is_there.clear()
            try:
                newest = self._newest.pop()
            except IndexError:  # taken in the round before
                continue
            try:
                self._put(*newest)
            except Exception:  # noqa: BLE001 - whatever Ray raises, the run goes on
                self._is_reachable = False
            else:
                self._is_reachable = True
            if not self._newest:
                self._is_written.set()


SCRIBE = Scribe()
"""That of this process."""


@dataclass
class Recorder:
    """A worker's side: `announce` is given to each execution of a watched batch."""

    key: bytes
    scribe: Scribe = SCRIBE
    _i_run: int = -1
    _n_writes: int = 0
    _next_write: float = field(default=0.0)

    def announce(self, i_run: int, started_at: float, output: str) -> None:
        """Write down which run is being executed and what it printed last."""
        if i_run != self._i_run:
            self._i_run, self._n_writes = i_run, 0
        self._n_writes += 1
        now = time.monotonic()
        if self._n_writes > UNHURRIED_WRITES and now < self._next_write:
            return
        self._next_write = now + PAUSE_S
        self.scribe.write(self.key, pickle.dumps(Announcement(i_run, started_at, output)))


def batch_key(session: str, batch_id: int) -> bytes:
    """Name the record of a batch."""
    return f"{session}:{batch_id}".encode()


def recall(key: bytes) -> Announcement | None:
    """Read the newest announcement; None where there was none."""
    record: bytes | None = internal_kv._internal_kv_get(key, namespace=NAMESPACE)  # noqa: SLF001
    if record is None:
        return None
    return Announcement(*pickle.loads(record))  # noqa: S301 - written by `announce`


def forget(key: bytes) -> None:
    """Remove the record of a batch that is over."""
    internal_kv._internal_kv_del(key, namespace=NAMESPACE)  # noqa: SLF001
