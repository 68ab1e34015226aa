"""Our scheduler: ends the trial of a batch that is over."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ray.tune.schedulers import FIFOScheduler, TrialScheduler

if TYPE_CHECKING:
    from ray.tune.experiment import Trial

    from sweeps.tune.session import Session


class BatchScheduler(FIFOScheduler):
    """Ends a trial when its batch is over and no process is being started.

    Takes the same time for each event, however many trials there were.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._session = session

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:  # noqa: ARG002 - Ray's signature
        """Let the trial go on, or end it."""
        if result["is_complete"] and self._session.slots.may_end(time.monotonic()):
            return TrialScheduler.STOP
        return TrialScheduler.CONTINUE

    def choose_trial_to_run(self, tune_controller: Any) -> None:  # noqa: ARG002 - Ray's signature
        """Choose none: Ray starts every pending trial anyway, without looking through all."""
        return
