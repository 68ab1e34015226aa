"""Objectives in loose files, and processes that have never heard of them."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

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
def own_modules(monkeypatch, tmp_path_factory):
    """Forget the modules and the import paths that this test or an earlier one brought."""
    temporary = str(tmp_path_factory.getbasetemp())
    monkeypatch.setattr(sys, "path", [path for path in sys.path if temporary not in path])
    _forget_modules_below(temporary)
    yield
    _forget_modules_below(temporary)


def _forget_modules_below(folder):
    """Libraries stay: they would not bear to be loaded twice."""
    brought = []
    for name, module in list(sys.modules.items()):
        if not issubclass(type(module), ModuleType):
            continue
        places = [vars(module).get("__file__"), *vars(module).get("__path__", ())]
        if any(place and str(place).startswith(folder) for place in places):
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
