"""Objectives in loose files, and processes that have never heard of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODEL = '''\
"""A parabola."""

SPACE = {"x": {"float": [-1, 1]}, "kind": {"choice": ["a", "b"]}}
FORBID = [{"kind": "b", "x": {"above": 0.5}}]
DEFAULTS = {"x": 0.5, "kind": "a"}
METRIC = "loss"
MODE = "min"
METRICS = ["loss", "accuracy"]
SOURCES = ["split", "init"]
STEPS = 7


def train(config, seed):
    return {"loss": config["x"] ** 2, "accuracy": 0.5}


def train_steps(config, seed):
    yield {"loss": config["x"] ** 2}
'''


@pytest.fixture
def write(tmp_path):
    """Write a source file under a name; gives its path."""

    def write_file(name, text=MODEL):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def own_modules(monkeypatch, tmp_path):
    """Forget the modules and the import paths that a test brings; libraries stay."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    yield
    brought = []
    for name in set(sys.modules) - before:
        module = sys.modules[name]
        places = [getattr(module, "__file__", None), *getattr(module, "__path__", ())]
        if any(place and str(place).startswith(str(tmp_path)) for place in places):
            brought.append(name)
    for name in brought:  # not before: a folder without `__init__.py` asks for its parent
        del sys.modules[name]


@pytest.fixture
def fresh_python(tmp_path):
    """Run code in a Python of its own, in an empty folder; gives what it printed."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()

    def run(code, *arguments):
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=folder,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    return run
