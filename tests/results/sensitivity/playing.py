"""Sweeps that were planned by the real planner and run by nobody: their scores are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.planner.batch import Batch, BatchClosed, Idle
from sweeps.planner.event import Role, Run, RunEnded, Status
from sweeps.planner.plan import Plan
from sweeps.planner.planner import Planner
from sweeps.results import Results
from sweeps.results.source import STATUS_CODES, Configs, Runs, Snapshot
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sweeps.planner.event import Decision
    from sweeps.planner.samplers import Sampler

MASTER_SEED = 3
SPACE = Space.from_mapping(
    {
        "C": {"float": [1e-3, 1e3], "log": True, "grid": 4},
        "kernel": {"choice": ["rbf", "poly", "linear"]},
        "gamma": {"float": [1e-4, 10], "log": True, "grid": 3, "when": {"kernel": ["rbf", "poly"]}},
        "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
        "tol": 1e-3,
    }
)


@dataclass(frozen=True)
class Played:
    """A finished sweep that never ran; nobody asks it for curves and failures."""

    read: Snapshot
    decided: Sequence[Decision] = ()

    def snapshot(self) -> Snapshot:
        """Give configurations and runs."""
        return self.read

    def decisions(self) -> Sequence[tuple[float, Decision]]:
        """Give the planner's decisions."""
        return [(0.0, decision) for decision in self.decided]


def played(
    sampler: Sampler,
    space: Space = SPACE,
    score: Callable[[Mapping[str, Any]], float] = lambda _: 0.0,
    n_configs: int | None = 40,
    *,
    n_known: int | None = None,
    **plan: Any,
) -> Results:
    """Plan a sweep, and give its results.

    Args:
        sampler: Where configurations come from.
        space: What it searches.
        score: Gives the score of a configuration; higher is better.
        n_configs: How many configurations are wanted.
        n_known: How many of them are proposed so far; all of them by default.
        plan: What else the plan says, such as `first` or `n_pilot`.
    """
    keys: dict[str, Any] = {"seeds": range(2), "metric": "score", "mode": "max"} | plan
    planner = Planner(Plan(sampler=sampler, n_configs=n_configs, **keys))
    while isinstance(batch := planner.ask(1), Batch):
        for i in range(len(batch.runs)):
            i_config, role, seed = batch.runs[i]
            config = batch.configs[i_config]
            value = score(config.values)
            run = Run(config.config_id, role, seed)
            planner.tell([RunEnded(run, Status.FINISHED, {"score": value}, 1, 0.1, 1)])
        planner.tell(BatchClosed(batch.batch_id))
    assert batch is Idle.DONE
    configs = planner.table.configs[:n_known]
    read = Snapshot(
        Configs(
            tuple(config.config_id for config in configs),
            tuple(config.values for config in configs),
            tuple(config.origin for config in configs),
        ),
        _runs([score(config.values) for config in configs]),
    )
    return Results(
        Played(read, tuple(planner.new_decisions)),  # type: ignore[arg-type]
        name="played",
        metric="score",
        mode="max",
        hyperparameters=space.names,
        space=space,
        master_seed=MASTER_SEED,
    )


def _runs(scores: Sequence[float], n_seeds: int = 2) -> Runs:
    n = len(scores) * n_seeds
    return Runs(
        configs=np.repeat(np.arange(len(scores)), n_seeds),
        roles=np.full(n, list(Role).index(Role.RACE)),
        seeds=np.tile(np.arange(n_seeds), len(scores)),
        statuses=np.full(n, STATUS_CODES[Status.FINISHED]),
        metrics={"score": np.repeat(np.array(scores, dtype=float), n_seeds)},
        details={"steps": np.ones(n, dtype=object)},
        source_seeds={},
    )
