"""What a lost batch comes to: runs that are tried again, runs that are given up, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sweeps.planner.event import Decision, Run, RunEnded, Status
from sweeps.planner.retry import Verdict, verdict, verdict_of_node

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
        self._nodes = dict[Run, int]()

    def attempts_of(self, run: Run) -> int:
        """Count how often a run was started, at least 1."""
        return self._starts.get(run, 0) + 1

    def judge(self, event: BatchLost, unfinished: Mapping[Run, Cell]) -> Outcome:
        """Judge the unfinished runs of a lost batch."""
        outcome = Outcome()
        is_only = len(unfinished) == 1
        # runs are executed in turn: this one was started, and none before it is unfinished
        first = next(iter(unfinished), None)
        for run, cell in unfinished.items():
            judge = self._judge_node if event.is_node_lost else self._judge_process
            judgement = judge(run, event, is_only=is_only)
            if judgement is Verdict.QUEUE:
                outcome.queued.append(cell)
                if event.suspect is None and run == first:
                    self._start_again(run, event, outcome)
            elif judgement is Verdict.ALONE:
                outcome.alone.append(cell)
                self._start_again(run, event, outcome)
            else:
                ended = self._give_up(run, judgement, event)
                outcome.ended.append(ended)
                outcome.decisions.append(_decision("abandoned", run, str(ended.error), event.node))
        return outcome

    def _start_again(self, run: Run, event: BatchLost, outcome: Outcome) -> None:
        self._starts[run] = self._starts.get(run, 0) + 1
        outcome.decisions.append(_decision("retried", run, event.reason, event.node))

    def _judge_process(self, run: Run, event: BatchLost, *, is_only: bool) -> Verdict:
        judgement = verdict(
            run,
            suspect=event.suspect,
            is_only=is_only,
            n_losses=self._losses.get(run, 0),
            retries=self._retries,
            lost_at=event.lost_at,
            timeout_s=self._timeout_s,
        )
        if judgement is not Verdict.QUEUE:
            is_blamed = event.suspect is not None or is_only
            self._losses[run] = self._losses.get(run, 0) + is_blamed
            self._nodes.pop(run, None)
        return judgement

    def _judge_node(self, run: Run, event: BatchLost, *, is_only: bool) -> Verdict:
        is_suspected = event.suspect is None or event.suspect.run == run
        n_nodes = self._nodes.get(run, 0) + is_suspected
        if is_suspected:
            self._nodes[run] = n_nodes
        return verdict_of_node(run, suspect=event.suspect, is_only=is_only, n_nodes=n_nodes)

    def _give_up(self, run: Run, judgement: Verdict, event: BatchLost) -> RunEnded:
        suspect = event.suspect
        started_at = suspect.started_at if suspect is not None else event.lost_at
        if judgement is Verdict.TIMED_OUT:
            error = f"ran longer than timeout_s={self._timeout_s:g}; its process was ended"
        else:
            what = "node" if event.is_node_lost else "process"
            error = f"its {what} was lost: {event.reason}"
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


def _decision(kind: str, run: Run, reason: str, node: str) -> Decision:
    detail = {"role": run.role, "seed": run.seed, "reason": reason, "node": node}
    return Decision(kind, run.config_id, detail)
