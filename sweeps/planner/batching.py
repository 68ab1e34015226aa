"""How many runs share a batch, whatever one run takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

BATCH_S = 4.0
"""A batch starts no new run after this, and gives back those that it did not start.

Handing over a batch costs a worker some 20 ms, which is half a percent of four seconds."""

ADAPTIVE_BATCH_S = 0.5
"""The same where the next decision waits for what the batch finds out."""

SLICE_S = 0.5
"""After so long a worker comes back with what it has, so that results are stored soon."""

BATCHES_PER_S = 50.0
RESULTS_PER_S = 200.0
"""What one driver is asked for at most: with Ray 2.60 a batch takes it 7 ms and a result 1 to 3 ms.
With many slots, batches and slices become longer for that (docs/benchmarks.md)."""

FIRST_SIZE = 256
"""Size of a batch before any run was timed; the time limit keeps long runs from queueing up."""

MOST = 4096
"""Beyond this the description of a batch costs more than it saves."""

SURPLUS = 1.5
"""Runs handed out over those expected to fit, because durations vary."""

WORTH_S = 0.1
"""Towards the end no batch is cut to less work than this: it would cost more than it evens out."""

WATCHED_S = 0.2
"""From this duration on, a worker announces each run before it starts (under a millisecond), so
that the culprit is known when the process dies."""


@dataclass
class Pace:
    """Moving estimate of how long a run takes."""

    duration_s: float | None = None

    def observe(self, mean_s: float, n: int) -> None:
        """Take the mean duration of the `n` newest runs."""
        weight = 1.0 if self.duration_s is None else 1.0 - 0.9 ** min(n, 50)
        self.duration_s = (1.0 - weight) * (self.duration_s or 0.0) + weight * mean_s


def batch_s(slots: int, *, is_adaptive: bool) -> float:
    """Give the seconds after which a batch starts no new run.

    Args:
        slots: Batches that run at the same time.
        is_adaptive: Whether the next decision waits for what the batch finds out.

    Example:
        >>> [batch_s(slots, is_adaptive=False) for slots in (2, 200, 1000)]
        [4.0, 4.0, 20.0]
    """
    return max(ADAPTIVE_BATCH_S if is_adaptive else BATCH_S, slots / BATCHES_PER_S)


def slice_s(slots: int) -> float:
    """Give the seconds after which a worker comes back with what it has.

    Example:
        >>> [slice_s(slots) for slots in (2, 100, 1000)]
        [0.5, 0.5, 5.0]
    """
    return max(SLICE_S, slots / RESULTS_PER_S)


def batch_size(duration_s: float | None, n_left: int, slots: int, limit_s: float = BATCH_S) -> int:
    """Give the number of runs for the next batch.

    Towards the end batches shrink, so that no slot waits long for the last one of another.

    Args:
        duration_s: Expected seconds of a run, None before one was timed.
        n_left: Runs that nobody has taken yet.
        slots: Batches that run at the same time, at least 1.
        limit_s: Seconds that a batch is to take.

    Example:
        >>> batch_size(0.02, 10_000, 2), batch_size(60.0, 10_000, 2), batch_size(0.2, 8, 2)
        (300, 1, 2)
    """
    if duration_s is None:
        fitting, worth = FIRST_SIZE, 1
    else:
        fitting = math.ceil(SURPLUS * limit_s / max(duration_s, 1e-6))
        worth = math.ceil(WORTH_S / max(duration_s, 1e-6))
    share = max(math.ceil(n_left / (2 * slots)), worth)
    return max(1, min(fitting, share, MOST))
