"""Our callback: brings what workers report, and what became of them, to the driver."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray.tune import Callback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ray.tune.experiment import Trial

    from sweeps.tune.session import Session


class BatchCallback(Callback):
    """Brings reports and losses to the driver, and gives it its ticks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def on_trial_start(
        self,
        iteration: int,  # noqa: ARG002 - Ray's signature
        trials: list[Trial],  # noqa: ARG002
        trial: Trial,
        **_info: Any,
    ) -> None:
        """Take note that a trial's process is up."""
        self._session.start(trial)

    def on_trial_result(
        self,
        iteration: int,  # noqa: ARG002 - Ray's signature
        trials: list[Trial],  # noqa: ARG002
        trial: Trial,
        result: dict[str, Any],
        **_info: Any,
    ) -> None:
        """Record the runs that are over; take them out of the result that Ray keeps.

        Verdicts leave before Ray asks the worker to go on, which it does after this.
        """
        reports, points, broken = (result.pop(name) for name in ("reports", "points", "broken"))
        result.pop("config", None)
        driver = self._session.driver
        with self._session.aborting():
            if broken is not None:
                driver.fail_setup(broken)
            if trial.trial_id not in self._session.trials:
                return
            if reports:
                driver.take_reports(result["batch_id"], reports, result["worker"])
            if points:
                driver.take_points(result["batch_id"], points)
            self._session.halt()

    def on_trial_error(
        self,
        iteration: int,  # noqa: ARG002 - Ray's signature
        trials: list[Trial],  # noqa: ARG002
        trial: Trial,
        **_info: Any,
    ) -> None:
        """Say that a process is gone, and what Ray knows of it."""
        session = self._session
        if trial.trial_id not in session.trials:
            return
        with session.aborting():
            session.lose(trial, *loss_of(trial))

    def on_step_end(self, iteration: int, trials: list[Trial], **_info: Any) -> None:  # noqa: ARG002 - Ray's signature
        """Tick; a clean point for stopping, because nothing is half recorded here."""
        session = self._session
        with session.aborting():
            session.settle()
            session.driver.tick()
        session.check_stop()


def loss_of(trial: Trial) -> tuple[str, str]:
    """Say in one line why Ray gave a trial up, and name its process, empty where it had none."""
    error = _error_of(trial)
    text = str(error or "the process ended without a word")
    reason = next(_telling_lines(text), text.splitlines()[0] if text else "")
    return reason, str(getattr(error, "actor_id", None) or "")


def _error_of(trial: Trial) -> BaseException | None:
    """Read what Ray has just written down; its own reader looks where it is copied to later."""
    if not trial.pickled_error_file:
        return trial.get_error()
    try:
        error = pickle.loads(Path(trial.pickled_error_file).read_bytes())  # noqa: S301 - Ray's
    except Exception:  # noqa: BLE001 - an error that cannot be unpickled
        return trial.get_error()
    return error if isinstance(error, BaseException) else None


def _telling_lines(text: str) -> Iterator[str]:
    """Pick the lines of Ray's long explanation that say something."""
    for line in text.splitlines():
        line = line.strip()  # noqa: PLW2901
        if any(word in line for word in ("exit code", "OOM", "memory", "node", "Node", "SIG")):
            yield line[:300]
