"""The flight recorder: what a process was doing when it died, read by the driver afterwards.

A worker writes each announcement into the key-value store of Ray's head, so that it outlives the
worker, on whatever machine that was. One announcement takes well under a millisecond, and only
batches of few or long runs are watched.
"""

from __future__ import annotations

import pickle
import time
from dataclasses import dataclass, field
from typing import NamedTuple

from ray.experimental import internal_kv

NAMESPACE = b"sweeps"
UNHURRIED_WRITES = 50
"""Outputs of a run that are written at once; a talkative run is then written less often."""
PAUSE_S = 0.2


class Announcement(NamedTuple):
    """The newest thing that a worker said of a batch."""

    i_run: int
    started_at: float
    output: str


@dataclass
class Recorder:
    """A worker's side: `announce` is given to each execution of a watched batch."""

    key: bytes
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
        record = pickle.dumps(Announcement(i_run, started_at, output))
        internal_kv._internal_kv_put(self.key, record, overwrite=True, namespace=NAMESPACE)  # noqa: SLF001


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
