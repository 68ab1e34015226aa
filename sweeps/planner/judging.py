"""The stopping rule at work: verdicts at milestones, runs that pause, and why runs were stopped."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.planner.decision import stopped
from sweeps.planner.event import Decision, Run, RunEnded, RunPaused, Status, StepReached
from sweeps.planner.stopping import Pausing, Stop
from sweeps.planner.table import Cell

if TYPE_CHECKING:
    from sweeps.planner.stopping import Pause, Stopping
    from sweeps.planner.table import Table


class Judging:
    """Tells a stopping rule what happens, and passes on what it says.

    Args:
        rule: The rule; where it is None, nothing is ever stopped.
        table: The table of runs.
        metric: Name of the metric that is judged.
    """

    def __init__(self, rule: Stopping | None, table: Table, metric: str) -> None:
        self._rule = rule
        # looked up once: it takes 20 us
        self._pausing = rule if isinstance(rule, Pausing) else None
        self._table = table
        self._metric = metric
        self._paused = dict[int, RunPaused]()
        self._stops = dict[Run, Decision]()

    @property
    def has_paused(self) -> bool:
        """Whether runs wait for one another."""
        return bool(self._paused)

    def judge(self, reached: StepReached) -> Stop | Pause | None:
        """Judge a run at a milestone; None where it goes on."""
        if self._rule is None or (cell := self._judged(reached.run)) is None:
            return None
        score = reached.metrics.get(self._metric, math.nan)
        verdict = self._rule.judge(cell.row, cell.column, reached.step, score)
        if isinstance(verdict, Stop):
            self._stops[reached.run] = stopped(reached, verdict, self._metric)
        return verdict

    def replay(self, cell: Cell, ended: RunEnded) -> None:
        """Tell the rule of a stored run what it was told then."""
        if self._rule is None or ended.curve is None or cell.column >= self._table.n_race:
            return
        scores = ended.curve.metrics.get(self._metric, ())
        for step, score in zip(ended.curve.steps, scores, strict=False):
            if self._rule.milestones.includes(step):
                self._rule.judge(cell.row, cell.column, step, math.nan if score is None else score)
        self._tell_end(cell, ended)

    def end(self, cell: Cell, ended: RunEnded) -> Decision | None:
        """Take note that a run is over; give the decision that stopped it, if one did."""
        if self._rule is None:
            return None
        stop = self._stops.pop(ended.run, None)
        if cell.column < self._table.n_race:
            self._tell_end(cell, ended)
        # said with the run and not before: whoever is killed in between says it once
        return stop if ended.status is Status.STOPPED else None

    def pause(self, event: RunPaused) -> None:
        """Let a run wait."""
        cell = self._table.cell_of(event.run)
        if cell is not None:
            self._paused[cell.row] = event

    def release(self, *, is_stuck: bool) -> tuple[list[Cell], list[RunEnded]]:
        """Ask the rule which paused runs go on and which end; all go on where it is stuck."""
        going_on: list[Cell] = []
        over: list[RunEnded] = []
        if not self._paused or self._pausing is None:
            return going_on, over
        released = self._pausing.released()
        if is_stuck and not released:
            released = [(row, None) for row in self._paused]
        for row, verdict in released:
            paused = self._paused.pop(row, None)
            if paused is None:
                continue
            if verdict is None:
                going_on.append(Cell(row, 0))
            else:
                reached = StepReached(paused.run, paused.steps, paused.metrics)
                self._stops[paused.run] = stopped(reached, verdict, self._metric)
                over.append(_ended(paused, verdict))
        return going_on, over

    def _judged(self, run: Run) -> Cell | None:
        """Give the place of a run of the race; those of the validation are not judged."""
        cell = self._table.cell_of(run)
        return None if cell is None or cell.column >= self._table.n_race else cell

    def _tell_end(self, cell: Cell, ended: RunEnded) -> None:
        """Tell a rule that keeps books of its own that a configuration's first run is over."""
        if self._pausing is None or cell.column != 0:
            return
        if ended.status in (Status.FINISHED, Status.STOPPED):
            score = ended.metrics.get(self._metric, math.nan)
            self._pausing.finished(cell.row, ended.steps, score)
        else:
            self._pausing.failed(cell.row)


def _ended(paused: RunPaused, verdict: Stop) -> RunEnded:
    return RunEnded(
        run=paused.run,
        status=Status.STOPPED,
        metrics=paused.metrics,
        steps=paused.steps,
        duration_s=paused.duration_s,
        started_at=paused.started_at,
        node=paused.node,
        error=verdict.reason,
        curve=paused.curve,
    )
