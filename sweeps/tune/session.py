"""What our parts of Ray Tune share during one session, and how it is ended from outside.

Ray turns an exception in its parts into text and a `TuneError`, so the session keeps what went
wrong, and `Abort` only makes Ray end the sweep.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ray

from sweeps.tune.losses import OpenLosses
from sweeps.tune.recorder import batch_key, forget
from sweeps.tune.slots import ASKING
from sweeps.tune.survey import Question

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from ray.tune.experiment import Trial

    from sweeps.planner.batch import Batch
    from sweeps.tune.capacity import Capacity
    from sweeps.tune.driver import Driver
    from sweeps.tune.slots import Slots
    from sweeps.tune.survey import Survey


class Abort(Exception):  # noqa: N818 - no error of its own: the session has the cause
    """Makes Ray Tune leave its loop and free what it holds."""


@dataclass
class Session:
    """What the three shells share.

    Attributes:
        driver: Carries word to planner and store.
        key: Distinguishes this session in Ray's key-value store.
        trials: Live trials by name.
        slots: Which of them have their process.
        survey: Knows the cluster.
        at_once: Runs at the same time at most, whatever fits.
        watched: Batches whose workers announce what they do.
        signalled: The signal that asks the driver to stop, 0 for none.
        is_done: Whether no more trials are to be emitted.
        cause: Why the sweep is being aborted, None while it is not.
    """

    driver: Driver
    key: str
    slots: Slots
    survey: Survey
    at_once: int = sys.maxsize
    trials: dict[str, Trial] = field(default_factory=dict)
    watched: set[int] = field(default_factory=set)
    signalled: int = 0
    is_done: bool = False
    cause: BaseException | None = None

    def __post_init__(self) -> None:
        """Begin without losses."""
        self.losses = OpenLosses(self.driver, self.survey, forget)

    def __deepcopy__(self, _memo: object) -> Session:
        """Give itself: there is one session, however often Ray copies its settings."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Stay behind when Ray pickles its settings: what is needed to resume is in the store."""
        return (str, ("the session of a sweep",))

    def abort(self, cause: BaseException) -> Abort:
        """Remember the cause and end the processes of live trials at once, busy or not."""
        self.cause = self.cause or cause
        for trial in self.trials.values():
            if (actor := trial.temporary_state.ray_actor) is not None:
                ray.kill(actor)
        return Abort()

    @contextlib.contextmanager
    def aborting(self) -> Iterator[None]:
        """Turn any exception inside into an end of the sweep."""
        try:
            yield
        except Exception as error:
            raise self.abort(error) from error

    def emit(self, trial: Trial, batch: Batch) -> None:
        """Take note of a new trial."""
        self.trials[trial.trial_id] = trial
        self.slots.emit(trial.trial_id, time.monotonic())
        if batch.is_watched:
            self.watched.add(batch.batch_id)

    def start(self, trial: Trial) -> None:
        """Take note that a trial's process is up."""
        self.slots.start(trial.trial_id)
        self.losses.note_start()

    def halt(self) -> None:
        """Bring verdicts to the workers that execute the runs."""
        for batch_id, halts in self.driver.take_halts().items():
            trial = self.trials.get(trial_id_of(batch_id))
            actor = None if trial is None else trial.temporary_state.ray_actor
            if actor is not None:
                actor.halt.remote(batch_id, halts)

    def lose(self, trial: Trial, reason: str, actor_id: str) -> None:
        """Take note that a process is gone; the planner is told when it is known why.

        Args:
            trial: Whose process it was.
            reason: What Ray said, one line.
            actor_id: Ray's name of the process, empty where it has none.
        """
        batch_id: int = trial.config["batch_id"]
        key = batch_key(self.key, batch_id) if batch_id in self.watched else None
        self.watched.discard(batch_id)
        was_up = self.slots.end(trial.trial_id)
        self.drop(trial)
        self.losses.add(Question(batch_id, actor_id, key), reason, was_up=was_up)

    def settle(self) -> None:
        """Follow the cluster: nodes that came or went, and processes that it knows more of now."""
        if (there := self.survey.capacity) is not None:
            self.resize(there)
        if self.losses.settle():
            self.halt()

    def resize(self, there: Capacity) -> None:
        """Follow the number of runs that fit."""
        most = there.most
        if most is None:
            most = there.now + ASKING if there.can_grow else 0
        now, most = min(there.now, self.at_once), min(most, self.at_once)
        if (now, most) != (self.slots.total, self.slots.most):
            self.slots.resize(now, most, time.monotonic())
            self.driver.slots = self.slots.wanted

    def check_stop(self) -> None:
        """End the sweep if somebody asked for that: by a signal, or through the store.

        Raises:
            Abort: Somebody did.
        """
        if self.signalled or self.driver.is_stop_requested:
            raise self.abort(KeyboardInterrupt())

    def drop(self, trial: Trial) -> int:
        """Forget a trial that is over and what its worker announced; give its batch."""
        batch_id: int = trial.config["batch_id"]
        del self.trials[trial.trial_id]
        self.slots.end(trial.trial_id)
        if batch_id in self.watched:
            self.watched.discard(batch_id)
            forget(batch_key(self.key, batch_id))
        # Ray keeps every trial for ever: at least not with its runs
        trial.config["batch"] = b""
        return batch_id


def trial_id_of(batch_id: int) -> str:
    """Name the trial of a batch."""
    return f"b{batch_id:06d}"


class stop_signals:  # noqa: N801 - a context manager, used as a statement
    """Lets Ctrl-C and SIGTERM stop the sweep at a clean point; a second one at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._former: dict[int, Any] = {}

    def __enter__(self) -> None:
        """Take over the signals, where Python allows it (the main thread)."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._former[number] = signal.signal(number, self._handle)

    def __exit__(self, *_error: object) -> None:
        """Give the signals back."""
        for number, handler in self._former.items():
            signal.signal(number, handler)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._session.signalled:
            raise KeyboardInterrupt
        self._session.signalled = number
