"""A finished sweep in a store, as large as asked: what the speed of reading is measured on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.planner.event import Config, Role, Run, RunEnded, Status
from sweeps.space import config_id
from sweeps.spec import Sweep
from sweeps.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sweeps.store import Store, SweepRow, Writer

NAME = "million"
OPTIMIZERS = ("adam", "momentum", "sgd")
N_RUNS_A_FLUSH = 20_000
FAILING = 0.002
"""Share of the runs that fail."""


def train(config: dict[str, float], seed: int) -> dict[str, float]:  # noqa: ARG001 - never called
    """Stand in for an objective; nothing calls it."""
    return {"score": config["lr"]}


def write_sweep(path: Path, n_configs: int, n_seeds: int) -> None:
    """Write a finished sweep into a new store, its runs in an order as workers end them.

    Args:
        path: The file of the store; there must be none yet.
        n_configs: Number of configurations.
        n_seeds: Seeds of each.
    """
    configs = _configs(n_configs)
    with open_store(f"sqlite:///{path}") as store:
        row = _new_sweep(store, n_configs, n_seeds)
        with store.acquire(row.sweep_id) as lease:
            writer = store.writer(row.sweep_id, lease)
            for config in configs:
                writer.add_config(config)
            _add_runs(writer, _runs(configs, n_seeds))
            writer.close()
        store.update(row.sweep_id, status="finished")


def _new_sweep(store: Store, n_configs: int, n_seeds: int) -> SweepRow:
    sweep = Sweep(
        name=NAME,
        objective=train,
        metric="score",
        mode="max",
        space={"lr": {"float": [0, 1]}, "optimizer": {"choice": list(OPTIMIZERS)}},
        search={"sampler": "random", "configs": n_configs},
        seeds=n_seeds,
    )
    return store.create(
        name=NAME,
        definition=sweep.document(),
        identity=sweep.identity(),
        identity_hash=sweep.identity_hash,
        provenance={},
    )


def _configs(n_configs: int) -> list[Config]:
    values = (
        {"lr": (index + 0.5) / n_configs, "optimizer": OPTIMIZERS[index % len(OPTIMIZERS)]}
        for index in range(n_configs)
    )
    return [
        Config(config_id(active), active, index, "random") for index, active in enumerate(values)
    ]


def _runs(configs: Sequence[Config], n_seeds: int) -> Iterator[RunEnded]:
    """Give the runs; those that began side by side end in a jumbled order."""
    rng = np.random.default_rng(0)
    shape = len(configs), n_seeds
    score = rng.normal(size=(len(configs), 1)) + rng.normal(size=n_seeds) + rng.normal(size=shape)
    is_failed = rng.random(shape) < FAILING
    order = np.argsort(np.arange(score.size) + rng.normal(0, 50, score.size))
    for count, place in enumerate(order.tolist()):
        index, seed = divmod(place, n_seeds)
        value, failed = float(score[index, seed]), bool(is_failed[index, seed])
        yield RunEnded(
            Run(configs[index].config_id, Role.RACE, seed),
            Status.FAILED if failed else Status.FINISHED,
            {} if failed else {"score": value, "loss": -value},
            steps=1,
            duration_s=0.5,
            started_at=1_700_000_000.0 + count,
            node=f"host{count % 4}:{1000 + count % 64}",
            error="ValueError: no luck" if failed else None,
        )


def _add_runs(writer: Writer, runs: Iterator[RunEnded]) -> None:
    for count, ended in enumerate(runs, start=1):
        writer.add_run(ended, ended.metrics.get("score"))
        if not count % N_RUNS_A_FLUSH:
            writer.flush()
