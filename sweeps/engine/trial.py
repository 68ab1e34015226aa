"""One run in this process, without Ray: for a debugger, a profiler, or a first look."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from types import GeneratorType
from typing import TYPE_CHECKING

from sweeps.engine.planning import planner_of
from sweeps.engine.session import admitted, existing_store, load_data
from sweeps.errors import IdentityError, UnknownConfigError
from sweeps.planner.event import Role
from sweeps.tune.conditions import conditions_of
from sweeps.tune.execution import Executor
from sweeps.tune.limits import limit_threads, reseed_globals
from sweeps.tune.metric import MalformedReportError, numbers
from sweeps.tune.stepping import Steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.event import Config
    from sweeps.planner.planner import Planner
    from sweeps.spec import Sweep

MOST_PROPOSALS = 100_000
"""Configurations of a design without an end that `--config` is looked for among."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one run in this process gave.

    Attributes:
        config: The configuration.
        seed: The seed, as in the column `seed`.
        reports: One dict of metrics a step; one in all for an objective that returns once.
        duration_s: Wall-clock seconds, without loading the data.
    """

    config: Config
    seed: int
    reports: tuple[Mapping[str, float], ...]
    duration_s: float


def try_run(sweep: Sweep, *, config: str | None = None, seed: int | None = None) -> Tried:
    """Execute one run here and now; what it prints and raises comes through, nothing is stored.

    Args:
        sweep: The sweep that the run belongs to.
        config: First digits of a `config_id`; by default the sweep's first configuration.
        seed: The seed, as in the column `seed`; by default the sweep's first.

    Raises:
        UnknownConfigError: The sweep has no such configuration, or several.
        MalformedReportError: What the objective gives back is no report.
    """
    planner = _planner(sweep)
    chosen = _config(planner.proposals(1 if config is None else MOST_PROPOSALS), config)
    seed = planner.plan.seeds[0] if seed is None else seed
    conditions = conditions_of(sweep)
    limit_threads(conditions.n_threads)
    data = load_data(sweep)
    run_seed = conditions.seed(Role.RACE, seed, chosen.config_id)
    reseed_globals(run_seed)
    executor = Executor(sweep.objective.function, conditions, data)
    started = time.perf_counter()
    outcome = executor.call(chosen.values, run_seed)
    raw = outcome if isinstance(outcome, GeneratorType | Steps) else [outcome]
    reports = tuple(numbers(report) for report in islice(raw, conditions.max_steps))
    if not reports:
        message = "the objective must yield at least one dict of metrics, but it yielded none"
        raise MalformedReportError(message)
    return Tried(chosen, seed, reports, time.perf_counter() - started)


def _planner(sweep: Sweep) -> Planner:
    """Make the planner, with the stored configurations where this sweep has any."""
    store = existing_store(sweep)
    if store is None:
        return planner_of(sweep)
    with closing(store):
        try:
            return planner_of(sweep, store, admitted(store, sweep))
        except IdentityError:  # its name is taken by another one, which does not matter here
            return planner_of(sweep)


def _config(proposals: list[Config], prefix: str | None) -> Config:
    if prefix is None:
        return proposals[0]
    found = [config for config in proposals if config.config_id.startswith(prefix)]
    if len(found) == 1:
        return found[0]
    reason = "none begins" if not found else f"{len(found)} begin"
    message = (
        f"`--config` must begin one configuration of the sweep, but {reason} with {prefix!r}. "
        "`sweeps show NAME` lists them."
    )
    raise UnknownConfigError(message)
