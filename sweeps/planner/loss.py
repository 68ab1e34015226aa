"""What a lost batch comes to: runs that are tried again, runs that are given up, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sweeps.planner.event import Decision, Run, RunEnded, Status
from sweeps.planner.retry import Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.batch import BatchLost
    from sweeps.planner.table import Cell


@dataclass
class Outcome:
    """What becomes of the unfinished runs of a lost batch.

    Attributes:
        queued: Runs that were not to blame.
        alone: Runs that are tried again, each in a batch of its own.
        ended: Runs that are given up.
        decisions: Why.
    """

    queued: list[Cell] = field(default_factory=list)
    alone: list[Cell] = field(default_factory=list)
    ended: list[RunEnded] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


class Losses:
    """Counts what each run has cost already.

    Args:
        retries: Times that a run is tried again after its process was lost.
        timeout_s: Time limit of a run, None for no limit.
    """

    def __init__(self, retries: int, timeout_s: float | None) -> None:
        self._retries = retries
        self._timeout_s = timeout_s
        self._losses = dict[Run, int]()
        self._starts = dict[Run, int]()

    def attempts_of(self, run: Run) -> int:
        """Count how often a run was started, at least 1."""
        return self._starts.get(run, 0) + 1

    def judge(self, event: BatchLost, unfinished: Mapping[Run, Cell]) -> Outcome:
        """Judge the unfinished runs of a lost batch."""
        outcome = Outcome()
        for run, cell in unfinished.items():
            judgement = verdict(
                run,
                suspect=event.suspect,
                is_only=len(unfinished) == 1,
                n_losses=self._losses.get(run, 0),
                retries=self._retries,
                lost_at=event.lost_at,
                timeout_s=self._timeout_s,
            )
            if judgement is Verdict.QUEUE:
                outcome.queued.append(cell)
                continue
            is_blamed = event.suspect is not None or len(unfinished) == 1
            self._losses[run] = self._losses.get(run, 0) + is_blamed
            if judgement is Verdict.ALONE:
                self._starts[run] = self._starts.get(run, 0) + 1
                outcome.alone.append(cell)
                outcome.decisions.append(_decision("retried", run, event.reason))
            else:
                ended = self._give_up(run, judgement, event)
                outcome.ended.append(ended)
                outcome.decisions.append(_decision("abandoned", run, str(ended.error)))
        return outcome

    def _give_up(self, run: Run, judgement: Verdict, event: BatchLost) -> RunEnded:
        suspect = event.suspect
        started_at = suspect.started_at if suspect is not None else event.lost_at
        if judgement is Verdict.TIMED_OUT:
            error = f"ran longer than timeout_s={self._timeout_s:g}; its process was ended"
        else:
            error = f"its process was lost: {event.reason}"
        return RunEnded(
            run=run,
            status=Status.TIMED_OUT if judgement is Verdict.TIMED_OUT else Status.LOST,
            duration_s=event.lost_at - started_at,
            attempts=self.attempts_of(run),
            started_at=started_at,
            node=event.node,
            error=error,
            output=suspect.output if suspect is not None else None,
        )


def _decision(kind: str, run: Run, reason: str) -> Decision:
    return Decision(kind, run.config_id, {"role": run.role, "seed": run.seed, "reason": reason})
