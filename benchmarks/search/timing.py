"""What the planner's own decisions cost with many configurations."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from benchmarks.search.cases import make_case
from benchmarks.search.ours import METRIC, RUN_S, Settings, plan_of
from sweeps.planner.batch import Batch, BatchClosed
from sweeps.planner.event import Config, Role, Run, RunEnded, Status
from sweeps.planner.planner import Planner
from sweeps.planner.samplers import RandomSampler, TpeSampler
from sweeps.space import config_id

if TYPE_CHECKING:
    from benchmarks.search.cases import Case

CASE = "synthetic-1"
N_DECISIONS = 200
N_PROPOSALS = 50


def planner_times(n_configs: int) -> dict[str, list[float]]:
    """Time decisions and proposals of a planner that has `n_configs` configurations.

    A race goes on from stored results: each decision is one `ask` and the `tell` of what came of
    it, with random draws (0.05 ms) in place of proposals. Proposals are TPE's on the same table.

    Returns:
        `decision_ms` and `proposal_ms`, one value for each.
    """
    case = make_case(CASE)
    planner = _full_planner(case, n_configs)
    decisions: list[float] = []
    while len(decisions) < N_DECISIONS:
        n_decided = len(planner.new_decisions)
        start = time.perf_counter()
        batch = planner.ask(1)
        spent = time.perf_counter() - start
        has_decided = len(planner.new_decisions) > n_decided
        if not isinstance(batch, Batch):
            break
        for i_config, role, seed in batch.runs:
            config = batch.configs[i_config]
            ended = _ended(case, config, role, seed)
            start = time.perf_counter()
            planner.tell([ended])
            spent += time.perf_counter() - start
        planner.tell(BatchClosed(batch.batch_id))
        if has_decided:  # others only hand out what was decided before
            decisions.append(1000 * spent)
    sampler = TpeSampler(case.space, 1)
    sampler.propose(0, planner.table)  # imports and fills its history
    proposals = []
    for k in range(1, N_PROPOSALS + 1):
        start = time.perf_counter()
        sampler.propose(k, planner.table)
        proposals.append(1000 * (time.perf_counter() - start))
    return {"decision_ms": decisions, "proposal_ms": proposals}


class _OneByOne(RandomSampler):
    """Random draws, of which the planner believes that they depend on results.

    So it decides one at a time, as it does for samplers that learn.
    """

    is_model: ClassVar[bool] = True


def _full_planner(case: Case, n_configs: int) -> Planner:
    drawn = [case.space.propose(1, k) for k in range(n_configs)]
    configs = [
        Config(config_id(values), values, index, "random") for index, values in enumerate(drawn)
    ]
    runs = []
    n_left = n_configs
    for seeds in (range(1), range(1, 3), range(3, 9), range(9, 27)):
        ranked = sorted(configs, key=lambda config: -case.truth(config.values))
        runs += [
            _ended(case, config, Role.RACE, seed) for config in ranked[:n_left] for seed in seeds
        ]
        n_left //= 4  # fewer than may go on: so there is something to decide
    plan = plan_of(case, 10 * n_configs, 0, Settings(sampler="random"))
    plan = replace(plan, sampler=_OneByOne(case.space, 0), pilot=None, n_pilot=0)
    return Planner(plan, configs, runs)


def _ended(case: Case, config: Config, role: str, seed: int) -> RunEnded:
    score = case.score(config.values, seed, 0)
    run = Run(config.config_id, role, seed)
    return RunEnded(run, Status.FINISHED, {METRIC: score}, steps=1, duration_s=RUN_S)
