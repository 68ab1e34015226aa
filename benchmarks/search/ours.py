"""Our own race: the real planner, with simulated workers in place of Ray Tune.

Workers are asynchronous: runs last between 1 and 1.5 units of simulated time, so results come in
another order than runs began. Validation comes on top of the budget and is counted apart.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.search.cases import FRESH, regret
from benchmarks.search.draw import uniform
from benchmarks.search.outcome import FailureCount, Outcome
from sweeps.analysis.interval import mean_interval
from sweeps.planner.batch import Batch, BatchClosed, Idle
from sweeps.planner.budget import Budget
from sweeps.planner.event import Curve, Role, Run, RunEnded, Status, StepReached
from sweeps.planner.plan import Plan, Validation
from sweeps.planner.planner import Planner
from sweeps.planner.samplers import ListedSampler, RandomSampler, TpeSampler
from sweeps.planner.stopping import AshaRule, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.search.cases import Case
    from sweeps.planner.samplers import Sampler

METRIC = "score"
RUN_S = 60.0
"""Seconds that a run is said to take: long ones share no batch."""

TRACE_EVERY = 4
"""Runs between two looks at who would be chosen."""

PILOT_SHARE = 0.025
MOST_PILOT = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """How a race is set up.

    Attributes:
        sampler: `tpe` or `random`; listed cases come in random order.
        rungs: Numbers of seeds.
        reduction: One in so many goes on.
        n_validate: Fresh seeds of each contender.
        n_contenders: Contenders beside the leader.
        is_asha: Whether runs are stopped early by step.
    """

    sampler: str = "tpe"
    rungs: tuple[int, ...] = (1, 3, 9, 27)
    reduction: int = 3
    n_validate: int = 20
    n_contenders: int = 4
    is_asha: bool = False


class Simulation:
    """One race.

    Args:
        case: The problem.
        budget: Runs of the race, those of the validation not included.
        rep: Number of the repetition: it decides all luck.
        workers: Runs at the same time.
        settings: How the race is set up.
    """

    def __init__(self, case: Case, budget: int, rep: int, workers: int, settings: Settings) -> None:
        self.case, self.rep, self.workers = case, rep, workers
        self.plan = plan_of(case, budget, rep, settings)
        self.planner = Planner(self.plan)
        self.outcome = Outcome(case)
        self.steps = 0
        self.validated: dict[str, list[float]] = {}
        self._failures = FailureCount()
        self._values: dict[str, Mapping[str, object]] = {}
        self._leader: str | None = None
        self._n_race = 0
        self._clock = 0.0
        self._live: list[tuple[float, int, list[tuple[Run, str]]]] = []

    def play(self) -> Outcome:
        """Play the race to its end."""
        while self._fill() or self._live:
            self._end_one()
        self._look()
        self._validate()
        extra = self.outcome.extra
        extra["failed_share"] = self._failures.share
        extra["n_race"] = self._n_race
        extra["n_configs"] = len(self.planner.table.configs)
        extra["n_validation"] = sum(map(len, self.validated.values()))
        extra["steps"] = self.steps
        return self.outcome

    def _fill(self) -> bool:
        """Hand out batches while there are free workers; tell whether any was."""
        has_begun = False
        while len(self._live) < self.workers:
            batch = self.planner.ask(self.workers)
            if isinstance(batch, Idle):
                break
            self._begin(batch)
            has_begun = True
        return has_begun

    def _begin(self, batch: Batch) -> None:
        runs = []
        for i_config, role, seed in batch.runs:
            config = batch.configs[i_config]
            self._values[config.config_id] = config.values
            runs.append((Run(config.config_id, role, seed), role))
        lasts = len(runs) * (1 + 0.5 * uniform("lasts", self.rep, batch.batch_id))
        heapq.heappush(self._live, (self._clock + lasts, batch.batch_id, runs))

    def _end_one(self) -> None:
        self._clock, batch_id, runs = heapq.heappop(self._live)
        for run, role in runs:
            ended = self._execute(run)
            self.planner.tell([ended])
            score = ended.metrics.get(METRIC, math.nan)
            if role == Role.VALIDATION:
                self.validated.setdefault(run.config_id, []).append(score)
                continue
            self._n_race += 1
            self._failures.add(failed=ended.status is Status.FAILED)
            if self._n_race % TRACE_EVERY == 0:
                self._look()
        self.planner.tell(BatchClosed(batch_id))

    def _execute(self, run: Run) -> RunEnded:
        values = self._values[run.config_id]
        seed = run.seed + (FRESH if run.role == Role.VALIDATION else 0)
        if self.case.fails(values):
            return RunEnded(run, Status.FAILED, duration_s=RUN_S, error="in the region that fails")
        if self.plan.stopping is not None and run.role == Role.RACE:
            return self._execute_stepwise(run, self.case.curve(values, seed, self.rep))
        self.steps += self.case.n_steps if run.role == Role.RACE else 0
        score = self.case.score(values, seed, self.rep)
        return RunEnded(
            run, Status.FINISHED, {METRIC: score}, steps=self.case.n_steps, duration_s=RUN_S
        )

    def _execute_stepwise(self, run: Run, curve: list[float]) -> RunEnded:
        rule = self.plan.stopping
        assert rule is not None  # noqa: S101 - asked before
        status, step = Status.FINISHED, 0
        for step in range(1, len(curve) + 1):
            if not rule.milestones.includes(step):
                continue
            metrics = {METRIC: curve[step - 1]}
            told = self.planner.tell([StepReached(run, step, metrics)])
            if any(isinstance(verdict, Stop) for _, verdict in told.verdicts):
                status = Status.STOPPED
                break
        self.steps += step
        seen = tuple(curve[:step])
        return RunEnded(
            run,
            status,
            {METRIC: seen[-1]},
            steps=step,
            duration_s=RUN_S * step / len(curve),
            curve=Curve(tuple(range(1, step + 1)), {METRIC: seen}),
        )

    def _look(self) -> None:
        """Note who would be chosen if the race ended now."""
        leader = self.planner.leader()
        if leader is not None:
            n_runs = self.steps / self.case.n_steps if self.plan.stopping else self._n_race
            self._leader = leader.config_id
            self.outcome.choose(n_runs, leader.values, leader.mean)

    def _validate(self) -> None:
        """Report the leader's validated value, and the regret of whoever validated best."""
        scores = self.validated.get(self._leader or "", [])
        extra = self.outcome.extra
        extra["race_value_bias"] = self.outcome.bias
        if len(scores) < 2 or self.outcome.chosen is None:
            return
        interval = mean_interval(np.array(scores))
        truth = self.case.truth(self.outcome.chosen)
        self.outcome.reported = float(np.mean(scores))
        extra["covers"] = float(interval.low <= truth <= interval.high)
        best = max(self.validated, key=lambda config_id: np.mean(self.validated[config_id]))
        extra["validated_regret"] = regret(self.case, self._values[best])


def plan_of(case: Case, budget: int, rep: int, settings: Settings) -> Plan:
    """Say what the engine would say to the planner of such a sweep."""
    space = case.space
    validation = Validation(settings.n_validate, settings.n_contenders)
    in_all = budget + validation.reserved(has_defaults=False)
    is_listed = case.listed is not None
    n_pilot = 0 if is_listed else min(int(PILOT_SHARE * budget), MOST_PILOT)
    plan = Plan(
        sampler=_sampler(case, rep, settings.sampler),
        n_configs=None,
        seeds=range(settings.rungs[-1]),
        metric=METRIC,
        mode="max",
        space_size=space.size(),
        rungs=settings.rungs,
        reduction=settings.reduction,
        pilot=RandomSampler(space, rep) if n_pilot else None,
        n_pilot=n_pilot,
        validation=validation,
        budget=Budget(runs=in_all),
    )
    if not settings.is_asha:
        return plan
    steps = Budget(steps=in_all * case.n_steps)
    rule = AshaRule(mode="max", max_steps=case.n_steps, reduction=settings.reduction)
    return replace(plan, stopping=rule, budget=steps)


def race(case: Case, budget: int, rep: int, workers: int = 1, **settings: Any) -> Outcome:
    """Race with the given `Settings`."""
    return Simulation(case, budget, rep, workers, Settings(**settings)).play()


def _with(**settings: Any) -> Callable[[Case, int, int, int], Outcome]:
    def run(case: Case, budget: int, rep: int, workers: int = 1) -> Outcome:
        return race(case, budget, rep, workers, **settings)

    return run


OURS: dict[str, Callable[[Case, int, int, int], Outcome]] = {
    "race-tpe": _with(),
    "race-random": _with(sampler="random"),
    "race-tpe-asha": _with(is_asha=True),
}


def _sampler(case: Case, rep: int, name: str) -> Sampler:
    if case.listed is not None:
        order = np.random.default_rng([3, rep]).permutation(len(case.listed))
        return ListedSampler("listed", tuple(dict(case.listed[row]) for row in order))
    return TpeSampler(case.space, rep) if name == "tpe" else RandomSampler(case.space, rep)
