"""The program in this process: a folder, a definition in it, and a store; no Ray."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sweeps.cli.main import main
from sweeps.engine.provenance import provenance_of
from sweeps.planner.event import Config, Decision, Role, Run, RunEnded, Status
from sweeps.space import config_id
from sweeps.spec import read_sweep
from sweeps.store import open_store

MODEL = """\
SPACE = {"x": {"float": [-1, 1]}, "kind": {"choice": ["flat", "steep"]}}
METRIC = "loss"
MODE = "min"


def train(config, seed):
    print("training")
    return {"loss": config["x"] ** 2 + int(seed)}
"""
SWEEP = """\
name: parabola
objective: model.py
search: {sampler: random, configs: 3}
seeds: 2
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must hold JSON and nothing else."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An objective and its sweep in the current folder; the store is to be `sweeps.db` there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "parabola.yaml").write_text(SWEEP, encoding="utf-8")
    return tmp_path


@pytest.fixture
def cli(monkeypatch, capsys):
    """Call the program; `typed` is its standard input, a file or what stands in it."""

    def call(*arguments, typed=""):
        monkeypatch.setattr(sys, "argv", ["sweeps", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed) if isinstance(typed, str) else typed)
        capsys.readouterr()
        with pytest.raises(SystemExit) as info:
            main()
        said = capsys.readouterr()
        return Answer(int(info.value.code or 0), said.out, said.err)

    return call


@pytest.fixture
def refused(cli, folder):
    """Call the program, which must refuse: exit 2, one message, and every file as it was."""

    def call(*arguments, **options):
        before = files_of(folder)
        answer = cli(*arguments, **options)
        assert answer.code == 2, answer
        assert answer.out == ""
        assert answer.err.count("error: ") == 1
        assert "Traceback" not in answer.err
        assert files_of(folder) == before
        return answer.err

    return call


@pytest.fixture
def put(folder):
    """Store the sweep of a file as its driver would have left it, with or without luck in it."""

    def store_it(file="parabola.yaml", *, n_seeds=2, n_failed=0, status="finished", luck=0.0):
        sweep = read_sweep(folder / file)
        with open_store(sweep.store) as store:
            row = store.create(
                name=sweep.name,
                definition=sweep.document(),
                identity=sweep.identity(),
                identity_hash=sweep.identity_hash,
                provenance=provenance_of(sweep.objective, None, folder=folder),
            )
            with store.acquire(row.sweep_id) as lease:
                writer = store.writer(row.sweep_id, lease)
                for k in range(sweep.search.configs or 0):
                    values = sweep.space.propose(sweep.master_seed, k)
                    config = Config(config_id(values), values, k, "random")
                    writer.add_config(config)
                    proposed = Decision("proposed", config.config_id, {"by": "random", "k": k})
                    writer.add_decision(proposed, 1e9 + k)
                    for seed in range(n_seeds):
                        is_failed = k == 0 and seed < n_failed
                        over = ended(config, seed, is_failed=is_failed, luck=luck)
                        writer.add_run(over, over.metrics.get("loss"))
                writer.close()
                store.update(row.sweep_id, status=status)
        return sweep

    return store_it


def ended(config, seed, *, is_failed, luck):
    """One run that is over; `luck` is the spread of what a seed does to a single configuration."""
    run = Run(config.config_id, Role.RACE, seed)
    if is_failed:
        why = "ValueError: too steep"
        return RunEnded(run, Status.FAILED, duration_s=4.0, error=why, output="training\n")
    own = float(np.random.default_rng([config.index, seed]).normal(0, luck))
    return RunEnded(run, Status.FINISHED, {"loss": config.values["x"] ** 2 + seed + own}, 1, 4.0)


def files_of(folder):
    """Every file below a folder with what is in it, but for SQLite's empty logs and indices."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".db-shm")
    files = {path: path.read_bytes() for path in paths}
    return {path: content for path, content in files.items() if content}
