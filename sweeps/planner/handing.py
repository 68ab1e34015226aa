"""What waits to be handed out and what is out: each run in one place, and in one batch at most."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sweeps.planner.event import Run
from sweeps.planner.table import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Handing:
    """Keeps the queue, and the books of the batches that are being executed."""

    def __init__(self) -> None:
        self.queue = deque[Cell]()
        """Runs that were decided, to be handed out in this order."""
        self.alone = deque[Cell]()
        """Runs that are tried again, before all others and each in a batch of its own."""
        self._n_batches = 0
        self._live = dict[int, dict[Run, Cell]]()
        self._holder = dict[Run, int]()  # the batch of each run that is out

    @property
    def n_batches(self) -> int:
        """Count the batches that are being executed."""
        return len(self._live)

    @property
    def n_runs(self) -> int:
        """Count the runs that are out."""
        return len(self._holder)

    def take(self, n: int) -> list[Cell]:
        """Take the first `n` runs out of the queue."""
        return [self.queue.popleft() for _ in range(min(n, len(self.queue)))]

    def hand_out(self, runs: dict[Run, Cell]) -> int:
        """Take note of a new batch; gives its number."""
        self._n_batches += 1
        self._live[self._n_batches] = runs
        self._holder.update(dict.fromkeys(runs, self._n_batches))
        return self._n_batches

    def hand_in(self, run: Run) -> None:
        """Take a run out of the batch that it travelled with."""
        batch_id = self._holder.pop(run, None)
        if batch_id is not None:
            del self._live[batch_id][run]

    def take_back(self, batch_id: int) -> dict[Run, Cell]:
        """Forget a batch, and give its runs that are not over."""
        runs = self._live.pop(batch_id, {})
        for run in runs:
            del self._holder[run]
        return runs

    def put_first(self, cells: Iterable[Cell]) -> None:
        """Put runs that were never started before all others, in this order."""
        self.queue.extendleft(reversed(list(cells)))

    def give_up(self) -> Sequence[Cell]:
        """Forget what waits in the queue; gives it, the last one first, as it can be undone."""
        given_up = list(reversed(self.queue))
        self.queue.clear()
        return given_up
