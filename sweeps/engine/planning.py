"""From a definition, and what is stored of it, to a planner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sweeps.planner.allocation import race_cost
from sweeps.planner.budget import Budget
from sweeps.planner.plan import Plan, Validation
from sweeps.planner.planner import Planner
from sweeps.planner.samplers import RandomSampler, Remembering, sampler_of
from sweeps.planner.stopping import stopping_of
from sweeps.spec import is_import_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.planner.event import Decision, RunEnded
    from sweeps.planner.samplers import Sampler
    from sweeps.planner.stopping import Stopping
    from sweeps.spec import Sweep
    from sweeps.store import Store, SweepRow

PILOT_SHARE = 0.025
"""Share of the budget that the pilot's second seeds take where its size is not given."""

MOST_PILOT = 50
"""Configurations of such a pilot at most: by then the variances are known well enough."""

GAP_S = 60.0
"""Longer pauses between runs belong to no session: nobody was driving the sweep."""


def plan_of(sweep: Sweep) -> Plan:
    """Say to the planner what it has to know of a sweep.

    Raises:
        SpecError: Options of the sampler do not fit, or what it needs is not installed.
        PluginError: A searcher or scheduler of Ray Tune cannot be made.
    """
    seeds, budget = sweep.seeds, sweep.budget
    declared = sweep.objective.defaults
    defaults = None
    if sweep.search.defaults_first and declared is not None:
        defaults = sweep.space.check(declared, "DEFAULTS")
    n_pilot = _n_pilot(sweep)
    return Plan(
        sampler=_sampler(sweep),
        n_configs=sweep.search.configs,
        seeds=seeds.values if seeds.values is not None else range(seeds.n),
        metric=sweep.metric,
        mode=sweep.mode,
        first=defaults,
        defaults=defaults if seeds.validate else None,
        space_size=sweep.space.size(),
        retries=sweep.failures.retries,
        timeout_s=sweep.failures.timeout_s,
        rungs=seeds.rungs,
        reduction=seeds.reduction,
        pilot=RandomSampler(sweep.space, sweep.master_seed) if n_pilot else None,
        n_pilot=n_pilot,
        validation=Validation(seeds.validate, seeds.contenders),
        budget=Budget(budget.runs, budget.steps, budget.hours),
        stopping=_stopping(sweep),
    )


def planner_of(sweep: Sweep, store: Store | None = None, row: SweepRow | None = None) -> Planner:
    """Make the planner of a sweep, with everything that is stored of it.

    Raises:
        SpecError: Options of the sampler do not fit, or what it needs is not installed.
        PluginError: A searcher or scheduler of Ray Tune cannot be made.
        StoreError: The store cannot be read.
    """
    plan = plan_of(sweep)
    if store is None or row is None:
        return Planner(plan)
    runs = store.runs(row.sweep_id)
    if plan.stopping is not None:
        runs = _with_curves(runs, store, row.sweep_id)
    configs = store.configs(row.sweep_id)
    if isinstance(plan.sampler, Remembering):
        state = store.state(row.sweep_id)
        if runs or state is not None:
            plan.sampler.restore(state)
    decisions: list[Decision] = []
    if plan.needs_decisions:
        decisions = [decision for _, _, decision in store.decisions(row.sweep_id)]
    return Planner(plan, configs, runs, decisions, elapsed_s=driven_s(runs))


def driven_s(runs: Sequence[RunEnded]) -> float:
    """Estimate the wall-clock seconds of earlier sessions from the runs that they stored.

    Time in which runs were executed counts, and pauses up to a minute between them.
    """
    spent_s, end = 0.0, 0.0
    for start, finish in sorted((run.started_at, run.started_at + run.duration_s) for run in runs):
        begin = max(start, end) if start - end > GAP_S or not end else end
        spent_s += max(finish - begin, 0.0)
        end = max(end, finish)
    return spent_s


def _sampler(sweep: Sweep) -> Sampler:
    if not is_import_path(sweep.search.sampler):
        return sampler_of(sweep)
    from sweeps.tune.searchers import searcher_of  # noqa: PLC0415 - Ray takes a second

    return searcher_of(sweep)


def _stopping(sweep: Sweep) -> Stopping | None:
    if not is_import_path(sweep.stopping.rule):
        return stopping_of(sweep)
    from sweeps.tune.schedulers import scheduler_of  # noqa: PLC0415 - Ray takes a second

    return scheduler_of(sweep)


def _n_pilot(sweep: Sweep) -> int:
    """Give the size of the pilot: each of its configurations costs one run more."""
    seeds = sweep.seeds
    if not seeds.rungs:
        return 0
    if seeds.pilot is not None:
        return seeds.pilot
    runs = sweep.budget.runs
    if runs is None:
        n_configs = sweep.search.configs or 0
        runs = race_cost(n_configs, seeds.rungs, seeds.reduction) if n_configs else 0
    return min(int(PILOT_SHARE * runs), MOST_PILOT)


def _with_curves(runs: list[RunEnded], store: Store, sweep_id: int) -> list[RunEnded]:
    curves = store.curves(sweep_id)
    return [replace(run, curve=curves.get(run.run)) for run in runs]
