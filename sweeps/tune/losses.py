"""Processes that are gone while nobody knows yet why; the sweep goes on meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.errors import ExecutionError
from sweeps.tune.postmortem import Fate, fate_of, reason_of_node

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.tune.driver import Driver
    from sweeps.tune.survey import Finding, Question, Survey

MOST_FAILED_STARTS = 3


@dataclass(frozen=True, slots=True)
class Loss:
    """A process that Ray gave up.

    Attributes:
        question: What is asked about it.
        reason: What Ray said, one line.
        was_up: Whether it had come up, so that it may have started a run.
        lost_at: When that was, seconds since the epoch.
        since: The same by a clock that is never set.
    """

    question: Question
    reason: str
    was_up: bool
    lost_at: float
    since: float


class OpenLosses:
    """Finds out about lost processes and tells the driver.

    Args:
        driver: Carries word to the planner.
        survey: Asks the cluster.
        forget: Removes what the process of a batch announced.
    """

    def __init__(self, driver: Driver, survey: Survey, forget: Callable[[bytes], None]) -> None:
        self._driver = driver
        self._survey = survey
        self._forget = forget
        self._open: list[Loss] = []
        self._n_failed_starts = 0

    def __bool__(self) -> bool:
        """Whether something is not known yet."""
        return bool(self._open)

    def note_start(self) -> None:
        """Take note that a process came up."""
        self._n_failed_starts = 0

    def add(self, question: Question, reason: str, *, was_up: bool) -> None:
        """Take note that a process is gone; `settle` tells the driver when it is known why."""
        self._open.append(Loss(question, reason, was_up, time.time(), time.monotonic()))
        self._survey.ask(question)

    def settle(self) -> bool:
        """Tell the driver what is known by now; say whether that was anything.

        Raises:
            ExecutionError: Processes do not even come up, several times in a row.
        """
        if not self._open:
            return False
        now, still_open = time.monotonic(), []
        for loss in self._open:
            question = loss.question
            finding = self._survey.newest(question.batch_id)
            has_actor = bool(question.actor_id)
            fate = fate_of(finding, now - loss.since, has_actor=has_actor)
            if finding is None or fate is Fate.UNKNOWN:
                still_open.append(loss)
                continue
            self._survey.drop(question.batch_id)
            if question.key is not None:
                self._forget(question.key)
            self._tell(loss, finding, is_node_lost=fate is Fate.NODE)
        is_news = len(still_open) < len(self._open)
        self._open = still_open
        return is_news

    def _tell(self, loss: Loss, finding: Finding, *, is_node_lost: bool) -> None:
        batch_id = loss.question.batch_id
        if loss.was_up:
            reason = reason_of_node(finding) if is_node_lost else loss.reason
            self._driver.lose(
                batch_id,
                reason,
                finding.last_word,
                lost_at=loss.lost_at,
                node=finding.node,
                is_node_lost=is_node_lost,
            )
            return
        self._driver.close(batch_id)  # no run of it was started
        if is_node_lost:
            return
        self._n_failed_starts += 1
        if self._n_failed_starts == MOST_FAILED_STARTS:
            message = f"worker processes do not come up. Ray said: {loss.reason}"
            raise ExecutionError(message)
