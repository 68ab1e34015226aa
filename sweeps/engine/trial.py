"""One run in this process, without Ray: for a debugger, a profiler, or a first look."""

from __future__ import annotations

import time
from dataclasses import dataclass
from types import GeneratorType
from typing import TYPE_CHECKING

from sweeps.engine.session import load_data, plan_of
from sweeps.errors import UnknownConfigError
from sweeps.planner.planner import Planner
from sweeps.tune.conditions import conditions_of
from sweeps.tune.limits import limit_threads, reseed_globals
from sweeps.tune.metric import MalformedReportError, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.event import Config
    from sweeps.spec import Sweep


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
    plan = plan_of(sweep)
    chosen = _config(Planner(plan).proposals(), config)
    seed = plan.seeds[0] if seed is None else seed
    conditions = conditions_of(sweep)
    limit_threads(conditions.n_threads)
    data = load_data(sweep)
    run_seed = conditions.seed(seed, chosen.config_id)
    reseed_globals(run_seed)
    arguments = (dict(chosen.values), run_seed, *([data] if conditions.takes_data else []))
    started = time.perf_counter()
    outcome = sweep.objective.function(*arguments)
    raw = outcome if isinstance(outcome, GeneratorType) else [outcome]
    reports = tuple(numbers(report) for report in raw)
    if not reports:
        message = "the objective must yield at least one dict of metrics, but it yielded none"
        raise MalformedReportError(message)
    return Tried(chosen, seed, reports, time.perf_counter() - started)


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
