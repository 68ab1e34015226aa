"""What a user waits for: the help page, and the first finished run.

Each function is one measurement for `benchmarks.child`. Programs are timed from outside, from
before their interpreter starts, and take turns, so that a slow minute hits both alike.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.stored import stored_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

EMPTY_PROGRAM = """
import typer

app = typer.Typer()


@app.command()
def nothing() -> None:
    pass


app()
"""
DEFINITION = """
name: first
objective: objectives.synthetic
space:
  lr: {float: [1e-4, 1], log: true}
  width: {int: [1, 8]}
  optimizer: {choice: [sgd, momentum, adam]}
  irrelevant: {float: [0, 1]}
search: {sampler: random, configs: 2}
seeds: 1
"""


def help_page(repeats: int) -> dict[str, list[float]]:
    """Time `sweeps --help` and the help of an empty typer program."""
    found: dict[str, list[float]] = {"ours_s": [], "bare_s": []}
    with tempfile.TemporaryDirectory() as directory:
        empty = Path(directory, "empty.py")
        empty.write_text(EMPTY_PROGRAM, encoding="utf-8")
        commands = {"ours_s": ["-m", "sweeps", "--help"], "bare_s": [str(empty), "--help"]}
        for arguments in commands.values():  # writes the bytecode and fills the file cache
            _run_python(arguments, directory)
        for _ in range(repeats):
            for name, arguments in commands.items():
                start_s = time.perf_counter()
                _run_python(arguments, directory)
                found[name].append(time.perf_counter() - start_s)
    return found


def first_run(repeats: int) -> dict[str, list[float]]:
    """Time `sweeps run` and a bare Tuner with the same imports, each to its first run's end."""
    found: dict[str, list[float]] = {"ours_s": [], "bare_s": []}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as directory:
            found["bare_s"].append(_first_of_bare_tuner(directory))
            found["ours_s"].append(_first_of_sweep(directory))
    return found


def _first_of_sweep(directory: str) -> float:
    definition, store = Path(directory, "first.yaml"), Path(directory, "sweeps.db")
    definition.write_text(DEFINITION, encoding="utf-8")
    start_at = time.time()
    options = ["--cpus", "2", "--set", f"store=sqlite:///{store}"]
    _run_python(["-m", "sweeps", "run", str(definition), *options], directory)
    return float(stored_runs(store)["ended_at"].min()) - start_at


def _first_of_bare_tuner(directory: str) -> float:
    start_at = time.time()
    output = _run_python(["-m", "benchmarks.child", "bare_tuner", "first_result", "{}"], directory)
    return float(json.loads(output.splitlines()[-1])["ended_at"]) - start_at


def _run_python(arguments: Sequence[str], directory: str) -> str:
    """Run a program to its end in a directory of its own and give what it printed."""
    return subprocess.run(  # noqa: S603  our own commands
        [sys.executable, *arguments],
        cwd=directory,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
