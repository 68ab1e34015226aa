"""A simulated shell: plays Ray's and the store's part, with accidents, and keeps the books."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sweeps.planner.batch import Batch, BatchClosed, BatchLost, Idle
from sweeps.planner.event import (
    Config,
    Curve,
    Decision,
    Run,
    RunEnded,
    RunPaused,
    Status,
    StepReached,
)
from sweeps.planner.planner import Planner
from sweeps.planner.retry import Suspect
from sweeps.planner.stopping import Milestones, Pause, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sweeps.planner.batch import Told
    from sweeps.planner.plan import Plan

    Stored = Config | RunEnded | Decision

METRIC = "score"
MOST_EVENTS = 200_000
NOTES = {"noise", "budget_ended", "exhausted"}
"""Kinds of decisions that a session may say again."""


@dataclass(frozen=True)
class Outcome:
    """What a run does when nobody disturbs it: its scores step by step, and how it ends."""

    scores: tuple[float, ...]
    status: Status = Status.FINISHED


@dataclass(frozen=True)
class Task:
    """A made-up objective: a quality for each configuration, luck for each seed, noise, faults.

    Attributes:
        noise: Standard deviation from run to run, where a configuration's own is 1.
        n_steps: Steps of a run.
        fault_share: Share of the runs that do not finish.
        quality: A configuration's expected score; by default drawn for its identifier.
        sign: -1 mirrors all scores.
    """

    noise: float = 0.5
    n_steps: int = 1
    fault_share: float = 0.0
    quality: Callable[[Mapping[str, Any]], float] | None = None
    sign: float = 1.0

    def __call__(self, config: Config, run: Run) -> Outcome:
        own = random.Random(f"{config.config_id}")
        quality = own.gauss(0, 1) if self.quality is None else self.quality(config.values)
        luck = random.Random(f"{run.role} {run.seed}").gauss(0, self.noise)
        dice = random.Random(f"{config.config_id} {run.role} {run.seed}")
        final = quality + luck + dice.gauss(0, self.noise)
        scores = [self.sign * final * (1 - 0.5**step) for step in range(1, self.n_steps + 1)]
        if dice.random() >= self.fault_share:
            return Outcome(tuple(scores))
        status = dice.choice([Status.FAILED, Status.DIVERGED, Status.TIMED_OUT])
        scores = scores[: dice.randint(1, self.n_steps)]
        if status is Status.DIVERGED:
            scores[-1] = math.nan
        return Outcome(tuple(scores), status)


class PairRule:
    """Runs of first seeds pause at step 2, two by two; the better one of a pair goes on.

    It says so again and again, since a run may be about to pause when its pair is complete.
    """

    name = "pair"
    milestones = Milestones(steps=(2,))

    def __init__(self, mode: str) -> None:
        self._sign = 1.0 if mode == "max" else -1.0
        self._waiting = dict[int, float]()
        self._verdicts = dict[int, Stop | None]()

    def judge(self, row: int, column: int, step: int, score: float) -> Pause | None:
        """Let a first seed wait, unless it was told already how it goes on."""
        if column or step != 2 or row in self._verdicts:
            return None
        self._waiting[row] = self._sign * score if math.isfinite(score) else -math.inf
        if len(self._waiting) == 2:
            worse, better = sorted(self._waiting, key=lambda each: self._waiting[each])
            self._verdicts |= {worse: Stop("the worse of a pair", {"pair": better}), better: None}
            self._waiting.clear()
        return Pause()

    def released(self) -> list[tuple[int, Stop | None]]:
        """Give all pairs."""
        return list(self._verdicts.items())

    def finished(self, row: int, step: int, score: float) -> None:
        """Forget one that is over."""
        del step, score
        self.failed(row)

    def failed(self, row: int) -> None:
        """Forget one that was lost."""
        self._waiting.pop(row, None)
        self._verdicts.pop(row, None)


@dataclass
class Worker:
    """A batch that is being executed: the run in hand, those after it, and unsent reports."""

    batch: Batch
    runs: list[tuple[Config, Run]]
    step: int = 0
    reports: list[RunEnded] = field(default_factory=list)


@dataclass(frozen=True)
class Accidents:
    """How often things go wrong, in shares of a shell's moves."""

    lost: float = 0.0
    closed: float = 0.02
    slow: float = 0.5
    """Share of the moves in which reports wait, and free slots stay free."""


class Shell:
    """Plays a sweep to its end, or to a kill; `log` is what it wrote down, in order.

    Args:
        plan: What to do; a new one for each session, since samplers and rules may keep books.
        task: Gives each run's outcome.
        slots: Batches at the same time.
        luck: Seed of the order of events and of all durations.
        stored: What an earlier session had written.
        accidents: How often things go wrong.
    """

    def __init__(
        self,
        plan: Plan,
        task: Callable[[Config, Run], Outcome] = Task(),
        *,
        slots: int = 1,
        luck: int = 0,
        stored: Sequence[Stored] = (),
        accidents: Accidents = Accidents(),
    ) -> None:
        self.plan = plan
        self.log: list[Stored] = list(stored)
        self.commits = [len(self.log)]
        self.elapsed_s = 0.0
        self.planner = Planner(plan, self.configs, self.runs, self.decisions)
        self._task = task
        self._slots = slots
        self._dice = random.Random(luck)
        self._accidents = accidents
        self._workers: dict[int, Worker] = {}
        self._over = {ended.run for ended in self.runs}
        self._checkpoints: dict[Run, int] = {}

    # ------------------------------------------------------------------ the books

    @property
    def configs(self) -> list[Config]:
        return [each for each in self.log if isinstance(each, Config)]

    @property
    def runs(self) -> list[RunEnded]:
        return [each for each in self.log if isinstance(each, RunEnded)]

    @property
    def decisions(self) -> list[Decision]:
        return [each for each in self.log if isinstance(each, Decision)]

    def of_kind(self, kind: str) -> list[Decision]:
        return [decision for decision in self.decisions if decision.kind == kind]

    def table(self) -> dict[Run, tuple[Status, float | None, int]]:
        """Give the final table of runs, without what may differ between executions."""
        scored = {each.run: each.metrics.get(METRIC) for each in self.runs}
        clean = {run: None if s is not None and math.isnan(s) else s for run, s in scored.items()}
        return {each.run: (each.status, clean[each.run], each.steps) for each in self.runs}

    def story(self) -> list[tuple[str, str | None, dict[str, object]]]:
        """Give the decisions in an order of their own, without notes that sessions repeat."""
        told = [(d.kind, d.config_id, dict(d.detail)) for d in self.decisions]
        return sorted((each for each in told if each[0] not in NOTES), key=repr)

    # ------------------------------------------------------------------ play

    def play(self, most: int = MOST_EVENTS) -> bool:
        """Play so many moves at most; True where the sweep is done."""
        for _ in range(most):
            if not self._move():
                return True
        assert most < MOST_EVENTS, "the sweep does not come to an end"
        return False

    def _move(self) -> bool:
        is_slow = self._dice.random() < self._accidents.slow
        if len(self._workers) < self._slots and not (is_slow and self._workers):
            batch = self.planner.ask(self._slots, self.elapsed_s)
            self._record(None)
            if isinstance(batch, Batch):
                self._start(batch)
            elif batch is Idle.DONE:
                assert not self._workers, "done while something runs"
                return False
            else:
                assert self._workers, "told to wait for nothing"
        worker = self._workers[self._dice.choice(sorted(self._workers))]
        if self._dice.random() < self._accidents.lost:
            self._lose(worker)
        elif not worker.runs or self._dice.random() < self._accidents.closed:
            self._close(worker)
        else:
            self._go_on(worker)
        return True

    def _start(self, batch: Batch) -> None:
        runs = []
        for i_config, role, seed in batch.runs:
            config = batch.configs[i_config]
            runs.append((config, Run(config.config_id, role, seed)))
        busy = {run for other in self._workers.values() for _, run in other.runs}
        for _, run in runs:
            assert run not in busy, "a run is in two live batches"
            assert run not in self._over, "a run that is over is run again"
        assert len({run for _, run in runs}) == len(runs), "a run is twice in a batch"
        self._workers[batch.batch_id] = Worker(batch, list(runs))

    def _go_on(self, worker: Worker) -> None:
        """Let a worker go to the next milestone of its run, or to its end."""
        config, run = worker.runs[0]
        outcome, rule = self._task(config, run), self.plan.stopping
        n_steps = len(outcome.scores)
        worker.step = max(worker.step, self._checkpoints.get(run, 0))
        while worker.step < n_steps:
            worker.step += 1
            is_waiting = rule is not None and rule.milestones.includes(worker.step)
            if is_waiting and run.role == "race":
                self._send(worker)
                metrics = {METRIC: outcome.scores[worker.step - 1]}
                told = self.planner.tell([StepReached(run, worker.step, metrics)])
                self._record(told)
                verdicts = dict(told.verdicts)
                assert set(verdicts) <= {run}
                match verdicts.get(run):
                    case Stop(reason):
                        self._end(worker, outcome.scores, Status.STOPPED, reason)
                        return
                    case Pause():
                        self._pause(worker, outcome.scores)
                        return
                if worker.step < n_steps:
                    return
        error = None if outcome.status is Status.FINISHED else str(outcome.status)
        self._end(worker, outcome.scores, outcome.status, error)

    def _end(
        self, worker: Worker, scores: Sequence[float], status: Status, error: str | None
    ) -> None:
        _, run = worker.runs.pop(0)
        curve, metrics = self._curve(scores[: worker.step])
        ended = RunEnded(
            run,
            status,
            metrics,
            worker.step,
            self._duration_s(),
            self.planner.attempts_of(run),
            error=error,
            curve=curve,
        )
        worker.step = 0
        worker.reports.append(ended)
        if self._dice.random() >= self._accidents.slow:
            self._send(worker)

    def _pause(self, worker: Worker, scores: Sequence[float]) -> None:
        _, run = worker.runs.pop(0)
        curve, metrics = self._curve(scores[: worker.step])
        self._checkpoints[run] = step = worker.step
        worker.step = 0
        told = self.planner.tell(RunPaused(run, metrics, step, 1.0, curve=curve))
        self._record(told)

    def _curve(self, scores: Sequence[float]) -> tuple[Curve | None, dict[str, float]]:
        curve = Curve(tuple(range(1, len(scores) + 1)), {METRIC: tuple(scores)})
        return (curve if self.plan.stopping is not None else None), {METRIC: scores[-1]}

    def _send(self, worker: Worker) -> None:
        """Tell what has waited; runs of a batch come in their order."""
        if worker.reports:
            reports, worker.reports = worker.reports, []
            self._record(self.planner.tell(reports), reports)

    def _close(self, worker: Worker) -> None:
        if worker.step:
            return  # a batch ends between two runs
        self._send(worker)
        self._workers.pop(worker.batch.batch_id)
        self._record(self.planner.tell(BatchClosed(worker.batch.batch_id)))

    def _lose(self, worker: Worker) -> None:
        """Its process is gone, with what it had not sent."""
        del self._workers[worker.batch.batch_id]
        suspect = None
        if worker.runs and self._dice.random() < 0.5:
            suspect = Suspect(worker.runs[0][1], 100.0 - self._dice.choice([1.0, 1e6]))
        event = BatchLost(worker.batch.batch_id, 100.0, "exit code 1", suspect)
        self._record(self.planner.tell(event))

    def _record(self, told: Told | None, reports: Sequence[RunEnded] = ()) -> None:
        planner = self.planner
        self.log += [*planner.new_configs, *planner.new_decisions]
        planner.new_configs.clear()
        planner.new_decisions.clear()
        told = planner.take_untold() if told is None else told
        ended = [*told.ended, *reports]
        for each in ended:
            assert each.run not in self._over, "a run ended twice"
            self._over.add(each.run)
        self.log += [*told.decisions, *ended]
        if len(self.log) != self.commits[-1]:
            self.commits.append(len(self.log))

    def _duration_s(self) -> float:
        duration_s = 10 ** self._dice.uniform(-4, 2)
        self.elapsed_s += duration_s / self._slots
        return duration_s
