"""The one state machine that decides: `ask` for a batch, `tell` what became of it.

Both are deterministic functions of the table of runs and of the master seed. Time enters only as
fields of what is told. Resuming is constructing the planner with the stored configurations, runs
and decisions. This file must not know Ray, clocks or files.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.planner.allocation import Allocation, FixedAllocation, RaceAllocation, contenders
from sweeps.planner.batch import Batch, BatchClosed, BatchLost, Idle, Told
from sweeps.planner.batching import MOST, WATCHED_S, Pace, batch_s, batch_size, slice_s
from sweeps.planner.budget import Budget
from sweeps.planner.decision import (
    eliminated,
    race_ended,
    race_planned,
    substance,
    validating,
)
from sweeps.planner.event import Decision, Role, Run, RunEnded, RunPaused, Status, StepReached
from sweeps.planner.handing import Handing
from sweeps.planner.judging import Judging
from sweeps.planner.loss import Losses
from sweeps.planner.proposing import Proposer
from sweeps.planner.table import Cell, Table
from sweeps.space import config_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sweeps.planner.allocation import Contender
    from sweeps.planner.event import Config
    from sweeps.planner.plan import Plan
    from sweeps.planner.progress import BestSoFar

    Event = Sequence[RunEnded] | Sequence[StepReached] | RunPaused | BatchClosed | BatchLost


MANY_SLOTS = 1_000_000
"""Before `ask` says how many there are: with too few, time would look spent that is not."""


class Planner:
    """Decides what runs next, and takes what became of it.

    Args:
        plan: What to do.
        configs: Configurations stored earlier, in their order.
        runs: Runs stored earlier, in their order of arrival; with their curves where a stopping
            rule acts.
        decisions: Decisions stored earlier, in their order.
        elapsed_s: Wall-clock seconds of earlier sessions, until `ask` knows better.
    """

    def __init__(
        self,
        plan: Plan,
        configs: Iterable[Config] = (),
        runs: Iterable[RunEnded] = (),
        decisions: Sequence[Decision] = (),
        *,
        elapsed_s: float = 0.0,
    ) -> None:
        self.plan = plan
        self.table = Table(plan.seeds, plan.validation.n_seeds, plan.metric, plan.mode)
        self.pace = Pace()
        self.phase = Role.RACE
        self.new_decisions: list[Decision] = []
        """Decisions since the shell last took them, to be recorded; `new_configs` likewise."""
        self._untold = Told()  # what followed from no event
        self._proposer = Proposer(plan, self.table, decisions)
        self._losses = Losses(plan.retries, plan.timeout_s)
        self._told = {(each.kind, each.config_id): substance(each) for each in decisions}
        self._is_spent = plan.budget.has_ended(decisions)
        self._elapsed_s = elapsed_s
        self._slots = MANY_SLOTS
        self._handing = Handing()
        self._judging = Judging(plan.stopping, self.table, plan.metric)
        for config in configs:
            self.table.register(config)
        self._replay(runs)
        self._allocation = self._make_allocation(decisions)
        if self._allocation.is_adaptive:
            self._take_over(decisions)

    # ------------------------------------------------------------------ what there is to know

    @property
    def new_configs(self) -> list[Config]:
        """Configurations proposed since the shell last took them, to be recorded."""
        return self._proposer.new_configs

    @property
    def n_runs(self) -> int | None:
        """Estimate the runs that the sweep has when it is done; None where nobody can say."""
        reserved = self.n_reserved
        limit = self.plan.budget.runs
        expected = self._allocation.expected_runs(math.inf if limit is None else limit - reserved)
        if self.phase is Role.VALIDATION:
            return self.table.n_begun
        return None if expected is None else max(expected, self.table.n_done) + reserved

    @property
    def n_configs(self) -> int | None:
        """Configurations wanted; None where only the budget says."""
        return self._proposer.n_wanted

    @property
    def n_reserved(self) -> int:
        """Runs kept for the validation, at most."""
        has_defaults = self.plan.defaults is not None
        return self.plan.validation.reserved(has_defaults=has_defaults)

    @property
    def n_live(self) -> int:
        """Batches that are being executed."""
        return self._handing.n_batches

    def tightest_limit(self) -> dict[str, object]:
        """Name the limit of the budget that is reached first, with what was spent of it."""
        return self.plan.budget.tightest(
            self.table, reserved=self.n_reserved, elapsed_s=self._elapsed_s, slots=self._slots
        )

    def leader(self) -> BestSoFar | None:
        """Give who leads now, None before a run finished."""
        return self._allocation.leader()

    def attempts_of(self, run: Run) -> int:
        """Count how often a run was started, at least 1."""
        return self._losses.attempts_of(run)

    def proposals(self, most: int) -> list[Config]:
        """Give the first configurations, without running any; a sampler that learns has one."""
        most = 1 if self.plan.sampler.is_model else most
        while len(self.table.configs) < most and isinstance(self._proposer.propose(), int):
            pass
        return self.table.configs

    # ------------------------------------------------------------------ ask

    def ask(self, slots: int, elapsed_s: float = 0.0) -> Batch | Idle:
        """Give the next batch.

        Args:
            slots: Batches that can run at the same time, at least 1.
            elapsed_s: Wall-clock seconds of all sessions so far.
        """
        self._slots, self._elapsed_s = slots, elapsed_s
        if self._handing.alone:
            return self._batch([self._handing.alone.popleft()], is_watched=True)
        self._decide()
        if not self._handing.queue:
            return Idle.WAIT if self._is_waiting else Idle.DONE
        cells = self._handing.take(self._size())
        # before a run was timed too: most of what is wrong shows in the first ones
        duration_s = self.pace.duration_s
        return self._batch(cells, is_watched=duration_s is None or duration_s >= WATCHED_S)

    def take_untold(self) -> Told:
        """Give what followed from no event since this was last asked: a rule that was stuck."""
        untold, self._untold = self._untold, Told()
        return untold

    def is_done(self) -> bool:
        """Tell whether every run is over, and nothing is being executed."""
        if self._is_waiting or self._handing.alone:
            return False
        self._decide()
        return not self._handing.queue

    @property
    def _is_waiting(self) -> bool:
        """Whether something is being executed, or waits for what is."""
        return self.n_live > 0 or self._judging.has_paused

    def _decide(self) -> None:
        """Fill the queue; when the race is over, with the validation."""
        if self.phase is Role.RACE:
            self._draw()
            if self._handing.queue or self.n_live:
                return
            if self._judging.has_paused:
                self._release(self._untold, is_stuck=True)
            else:
                self._begin_validation()

    def _draw(self) -> None:
        """Draw until there is enough for a batch; adaptive ones only when all was handed out.

        What they decide then depends on the table alone, and not on how long runs take.
        """
        allocation = self._allocation
        if allocation.is_adaptive and self._handing.queue:
            return
        self._tell_plan()
        self._is_spent = self._is_spent or self.plan.budget.is_spent(
            self.table, reserved=self.n_reserved, elapsed_s=self._elapsed_s, slots=self._slots
        )
        if self._is_spent:
            self._give_up_queue()
            return
        while len(self._handing.queue) < (size := self._size()):
            # what a budget still pays for depends on the order, which must not depend on the pace
            is_single = allocation.is_adaptive and self.plan.budget != Budget()
            n = 1 if is_single else size - len(self._handing.queue)
            cells = allocation.draw(n, self._left())
            self._collect()
            self._enqueue(cells)
            if not cells or allocation.is_adaptive:
                break

    def _enqueue(self, cells: Sequence[Cell]) -> None:
        """Take runs that were decided, to be handed out in this order."""
        for cell in cells:
            self.table.take(cell)
        self._handing.queue.extend(cells)

    def _give_up_queue(self) -> None:
        """Leave runs that were decided and that the budget does not pay for any more."""
        for cell in self._handing.give_up():
            self.table.release(cell)

    def _size(self) -> int:
        if self.pace.duration_s is None and self.plan.budget.is_of_effort:
            return 1  # nobody knows yet how many runs it pays for
        is_adaptive = self._allocation.is_adaptive
        n_left = len(self._handing.queue) if is_adaptive else self._n_left()
        return batch_size(self.pace.duration_s, n_left, self._slots, limit_s=self._limit_s)

    def _n_left(self) -> int:
        """Count the runs that are not handed out, as far as is known."""
        n_out = self._handing.n_runs
        n_runs = math.inf if self.n_runs is None else self.n_runs - self.table.n_done - n_out
        n_paid = len(self._handing.queue) + self._left()
        return int(min(n_runs, n_paid, 2 * self._slots * MOST))

    @property
    def _limit_s(self) -> float:
        return batch_s(self._slots, is_adaptive=self._allocation.is_adaptive)

    def _left(self) -> float:
        return self.plan.budget.left(
            self.table, reserved=self.n_reserved, elapsed_s=self._elapsed_s, slots=self._slots
        )

    def _batch(self, cells: list[Cell], *, is_watched: bool) -> Batch:
        rows = list(dict.fromkeys(cell.row for cell in cells))
        place = {row: i for i, row in enumerate(rows)}
        table = self.table
        return Batch(
            batch_id=self._handing.hand_out({table.run_of(cell): cell for cell in cells}),
            configs=tuple(table.configs[row] for row in rows),
            runs=tuple(
                (place[cell.row], str(table.role_of(cell)), table.seed_of(cell)) for cell in cells
            ),
            limit_s=self._limit_s,
            slice_s=slice_s(self._slots),
            is_watched=is_watched,
        )

    # ------------------------------------------------------------------ tell

    def tell(self, event: Event) -> Told:
        """Take what happened to a batch, runs that ended, or runs that reached a milestone.

        Unknown batches and runs are ignored, so that telling twice does no harm.
        """
        told = Told()
        match event:
            case BatchClosed(batch_id):
                self._handing.put_first(self._handing.take_back(batch_id).values())
            case BatchLost():
                self._lose(event, told)
            case RunPaused():
                self._handing.hand_in(event.run)
                self._judging.pause(event)
                self._release(told)
            case _:
                self._take(event, told)
        return told

    def _take(self, events: Sequence[RunEnded] | Sequence[StepReached], told: Told) -> None:
        ended = [event for event in events if isinstance(event, RunEnded)]
        if ended:
            self.pace.observe(sum(each.duration_s for each in ended) / len(ended), len(ended))
            self._end(ended, told)
        for event in events:
            if isinstance(event, StepReached):
                verdict = self._judging.judge(event)
                if verdict is not None:
                    told.verdicts.append((event.run, verdict))
        self._release(told)

    def _end(self, ended: Iterable[RunEnded], told: Told) -> None:
        for each in ended:
            self._handing.hand_in(each.run)
            cell = self.table.cell_of(each.run)
            if cell is None or not self.table.record(cell, each):
                continue
            self._allocation.note_over(cell)
            if (stop := self._judging.end(cell, each)) is not None:
                told.decisions.append(stop)
            if each.status not in (Status.FINISHED, Status.STOPPED) and self._is_raced(cell):
                told.decisions.append(eliminated(each))

    def _is_raced(self, cell: Cell) -> bool:
        """Tell whether a run that is lost takes its configuration out of a race."""
        is_race = self._allocation.is_adaptive and bool(self.plan.rungs)
        return is_race and cell.column < self.table.n_race

    def _release(self, told: Told, *, is_stuck: bool = False) -> None:
        going_on, over = self._judging.release(is_stuck=is_stuck)
        self._handing.queue.extend(going_on)
        self._end(over, told)
        told.ended += over

    def _replay(self, runs: Iterable[RunEnded]) -> None:
        """Take the stored runs, and tell the stopping rule what it was told then."""
        for ended in runs:
            cell = self.table.cell_of(ended.run)
            if cell is not None and self.table.record(cell, ended):
                self._judging.replay(cell, ended)

    # ------------------------------------------------------------------ losses

    def _lose(self, event: BatchLost, told: Told) -> None:
        outcome = self._losses.judge(event, self._handing.take_back(event.batch_id))
        self._handing.queue.extend(outcome.queued)
        self._handing.alone.extend(outcome.alone)
        self._end(outcome.ended, told)
        told.ended += outcome.ended
        told.decisions += outcome.decisions
        self._release(told)

    # ------------------------------------------------------------------ the phases

    def _make_allocation(self, decisions: Iterable[Decision]) -> Allocation:
        plan, is_model = self.plan, self.plan.sampler.is_model
        if not plan.rungs:
            is_gated = plan.stopping is not None
            return FixedAllocation(self.table, self._proposer, is_model=is_model, is_gated=is_gated)
        told = (each.detail.get("n_seeds") for each in decisions if each.kind == "noise")
        return RaceAllocation(
            self.table,
            self._proposer,
            plan.rungs,
            plan.reduction,
            is_model=is_model,
            told_n_seeds=max((n for n in told if isinstance(n, int)), default=0),
        )

    def _take_over(self, decisions: Iterable[Decision]) -> None:
        """Queue what an earlier session had decided and not finished, in the same order."""
        cells = [
            cell for row in range(len(self.table.configs)) for cell in self._allocation.first(row)
        ]
        for decision in decisions:
            to, config = decision.detail.get("to"), decision.config_id
            if decision.kind == "promoted" and isinstance(to, int) and config is not None:
                row = self.table.row_of(config)
                cells += [Cell(row, column) for column in range(to)] if row is not None else []
        for cell in cells:
            if self._is_spent or self.plan.budget.runs_left(self.table, self.n_reserved) < 1:
                break
            if cell.column < self.table.n_race and self.table.is_free(cell):
                self._enqueue([cell])

    def _begin_validation(self) -> None:
        """Choose whom to validate: the choice follows from the table, so it stays the same."""
        self.phase = Role.VALIDATION
        plan, left = self.plan, self._left()
        if self._is_cut_short(left):
            self._say(Decision("budget_ended", None, self.tightest_limit()))
        chosen = self._contenders() if plan.rungs or plan.validation.n_seeds else []
        if chosen and plan.rungs:
            self._say(race_ended(chosen[0], self.table, is_spent=left < 1))
        for each in chosen if plan.validation.n_seeds else ():
            self._say(validating(each, self.table))
            columns = range(self.table.n_race, self.table.n_race + plan.validation.n_seeds)
            cells = (Cell(each.row, column) for column in columns)
            self._enqueue([cell for cell in cells if self.table.is_free(cell)])

    def _contenders(self) -> list[Contender]:
        plan, allocation = self.plan, self._allocation
        row = None if plan.defaults is None else self.table.row_of(config_id(plan.defaults))
        # where one seed says everything, nobody but the leader could be the best
        most = 0 if allocation.is_quiet else plan.validation.n_contenders
        return contenders(self.table.goodness(), allocation.judged_rungs, most, row)

    def _is_cut_short(self, left: float) -> bool:
        """Tell whether it is the budget that ended the race, and not the plan."""
        if self.plan.budget == Budget():
            return False
        design = self._allocation.expected_runs(math.inf)
        is_left = bool(self.plan.rungs) or design is None or design > self.table.n_race_done
        return self._is_spent or self._proposer.has_room or (left < 1 and is_left)

    def _tell_plan(self) -> None:
        if self.plan.rungs:
            self._say(race_planned(self.plan, self.n_runs, self.n_reserved))

    def _say(self, decision: Decision) -> None:
        """Record a decision unless it was the last of its kind: a sweep that grew says it anew."""
        key, said = (decision.kind, decision.config_id), substance(decision)
        if self._told.get(key) != said:
            self._told[key] = said
            self.new_decisions.append(decision)

    def _collect(self) -> None:
        """Gather the decisions of proposer and allocation."""
        for part in (self._proposer.new_decisions, self._allocation.new_decisions):
            self.new_decisions += part
            part.clear()
