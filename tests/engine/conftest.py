"""A sweep whose objective is a file that can be edited, and a store to put it in."""

from __future__ import annotations

import pytest

import sweeps
from sweeps.objective import load_objective
from sweeps.planner.event import Config, Role, Run, RunEnded, Status
from sweeps.space import config_id
from sweeps.store import open_store

SOURCE = """\
SPACE = {"x": {"float": [-1, 1]}}
METRIC = "loss"
MODE = "min"


def train(config, seed):
    print("training")
    return {"loss": config["x"] ** 2, "number": int(seed)}
"""


@pytest.fixture
def write(tmp_path):
    """Write the objective's file; gives the objective as it is then."""

    def write_source(text=SOURCE, name="model.py"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return load_objective(name, base=tmp_path)

    return write_source


@pytest.fixture
def make_sweep(write, tmp_path):
    """Make a small sweep; keywords change the definition."""

    def make(text=SOURCE, **changes):
        definition = {
            "name": "parabola",
            "objective": write(text),
            "search": {"sampler": "random", "configs": 3},
            "seeds": 2,
            "store": f"sqlite:///{tmp_path}/sweeps.db",
        }
        return sweeps.Sweep(**{**definition, **changes})

    return make


@pytest.fixture
def put():
    """Store a sweep as a session that ended after one run, or before any, would have left it."""

    def store_it(sweep, *, n_runs=1):
        with open_store(sweep.store) as store:
            row = store.create(
                name=sweep.name,
                definition=sweep.document(),
                identity=sweep.identity(),
                identity_hash=sweep.identity_hash,
                provenance={},
            )
            with store.acquire(row.sweep_id) as lease:
                writer = store.writer(row.sweep_id, lease)
                values = sweep.space.propose(sweep.master_seed, 0)
                config = Config(config_id(values), values, 0, "random")
                writer.add_config(config)
                for seed in range(n_runs):
                    run = Run(config.config_id, Role.RACE, seed)
                    writer.add_run(RunEnded(run, Status.FINISHED, {"loss": 0.5}, 1, 4.0), 0.5)
                writer.close()

    return store_it
