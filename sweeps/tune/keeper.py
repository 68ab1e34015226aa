"""Who uses checkpoints: each run for itself, and the driver to remove what nobody needs."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Callable
    from pathlib import Path

    from sweeps.planner.event import Run
    from sweeps.tune.checkpoint import Checkpoints, Mark
    from sweeps.tune.stepping import Saved


class Keeper:
    """Saves one attempt of a run from time to time, and finds what an earlier one saved.

    Args:
        checkpoints: Where to.
        run: Which run.
        every_s: Seconds between two checkpoints.
    """

    def __init__(self, checkpoints: Checkpoints, run: Run, every_s: float) -> None:
        self._checkpoints = checkpoints
        self._run = run
        self._every_s = every_s
        self._attempt = uuid.uuid4().hex[:16]
        self._next_s = time.monotonic() + every_s

    def is_due(self) -> bool:
        """Tell whether it is time to save."""
        return time.monotonic() >= self._next_s

    def marks(self) -> list[Mark]:
        """List the checkpoints that can be gone on from, newest first."""
        return self._checkpoints.marks(self._run)

    def save(self, saved: Saved, write: Callable[[Path], object]) -> None:
        """Save the run; the time to the next checkpoint begins whether or not that goes well."""
        try:
            self._checkpoints.save(self._run, saved, write, self._attempt)
        finally:
            self._next_s = time.monotonic() + self._every_s

    def load(self, mark: Mark) -> Saved:
        """Read what we know of the run from one of these."""
        return self._checkpoints.load(self._run, mark)

    def files(self, mark: Mark) -> contextlib.AbstractContextManager[Path]:
        """Give a folder with what the objective saved."""
        return self._checkpoints.files(self._run, mark)


class Pruner:
    """Removes checkpoints that nobody needs any more, beside the driver's own work.

    Args:
        checkpoints: Where they are, None where there are none.
    """

    def __init__(self, checkpoints: Checkpoints | None) -> None:
        self._checkpoints = checkpoints
        # an object store may take a second for each
        self._threads = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Pruner:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Wait until all that was asked for is done."""
        self._threads.shutdown()

    def prune(self, run: Run) -> None:
        """Remove what a run saved, soon; what cannot be removed stays."""
        if self._checkpoints is not None:
            self._threads.submit(self._checkpoints.remove, run)

    def remove_all(self) -> None:
        """Remove what is left, soon: the sweep is done."""
        if self._checkpoints is not None:
            self._threads.submit(self._checkpoints.remove_all)
