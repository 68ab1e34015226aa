"""Sweeps on a real Ray. One Ray serves the tests that do not care whose it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import sweeps
from sweeps.tune.local import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SPACE = {"lr": {"float": [1e-4, 1.0], "log": True}, "optimizer": {"choice": ["sgd", "adam"]}}


def pytest_collection_modifyitems(items):
    """Mark every test of this folder: they start Ray, and they are slow."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.ray)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def shared_ray() -> Iterator[None]:
    """A Ray with two cores that the module's sweeps use and leave alone."""
    with connected(None, 2):
        yield


@pytest.fixture
def store(tmp_path):
    """Address of an empty store."""
    return f"sqlite:///{tmp_path}/sweeps.db"


@pytest.fixture
def make_sweep(store):
    """Make a small sweep of the synthetic objective; keywords change the definition."""

    def make(space=None, *, n_configs=4, n_seeds=3, **changes):
        definition = {
            "name": "test",
            "objective": "objectives.synthetic",
            "space": {**SPACE, "noise_sd": 0.1, **(space or {})},
            "search": {"sampler": "random", "configs": n_configs},
            "seeds": n_seeds,
            "store": store,
        }
        return sweeps.Sweep(**{**definition, **changes})

    return make


def table_of(results, drop=("duration_s", "attempts", "node")):
    """The table of runs without what may differ between two executions of one design."""
    return results.runs.drop(columns=list(drop))


@pytest.fixture
def cli(store):
    """Run the program as a user does: in a process of its own."""

    def run(*arguments, **options):
        environment = {**os.environ, "SWEEPS_STORE": store, "COLUMNS": "120"}
        command = [sys.executable, "-m", "sweeps", *map(str, arguments)]
        options.setdefault("cwd", ROOT)
        return subprocess.run(  # noqa: S603
            command,
            capture_output=True,
            text=True,
            env=environment,
            timeout=240,
            check=False,
            **options,
        )

    return run


@pytest.fixture
def sweep_file(tmp_path):
    """Write a definition of the synthetic objective; returns its path."""

    def write(name="filed", n_configs=4, n_seeds=3, extra_space="", extra="", noise=0.1):
        text = f"""\
name: {name}
objective: objectives.synthetic
space:
  lr: {{float: [1e-4, 1.0], log: true}}
  optimizer: {{choice: [sgd, adam]}}
  noise_sd: {noise}
{extra_space}
search: {{sampler: random, configs: {n_configs}}}
seeds: {n_seeds}
{extra}
"""
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
