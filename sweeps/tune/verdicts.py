"""Where each run is that somebody may end early, and what is to be brought to its worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.planner.stopping import Pause
from sweeps.tune.wire import Halt, run_of

if TYPE_CHECKING:
    from sweeps.planner.batch import Batch
    from sweeps.planner.event import Run
    from sweeps.planner.stopping import Stop


class Verdicts:
    """Addresses verdicts to batches; takes the same time however many there are."""

    def __init__(self) -> None:
        self._places: dict[Run, tuple[int, int]] = {}
        self._halts = dict[int, list[Halt]]()

    def hand_out(self, batch: Batch) -> None:
        """Take note where the runs of a batch are."""
        for i_run in range(len(batch.runs)):
            self._places[run_of(batch, i_run)] = (batch.batch_id, i_run)

    def take_back(self, batch: Batch) -> None:
        """Forget the runs of a batch that is over, unless they travel with another one again."""
        if not self._places:
            return
        for i_run in range(len(batch.runs)):
            run = run_of(batch, i_run)
            if self._places.get(run, (0, 0))[0] == batch.batch_id:
                del self._places[run]

    def address(self, run: Run, verdict: Stop | Pause) -> None:
        """Address a verdict to the batch that has the run; it need not be the one that spoke."""
        place = self._places.get(run)
        if place is None:
            return
        batch_id, i_run = place
        is_pause = isinstance(verdict, Pause)
        reason = "" if isinstance(verdict, Pause) else verdict.reason
        self._halts.setdefault(batch_id, []).append(Halt(i_run, is_pause, reason))

    def take(self) -> dict[int, list[Halt]]:
        """Give the verdicts that have not been taken yet, by batch."""
        halts, self._halts = self._halts, {}
        return halts
