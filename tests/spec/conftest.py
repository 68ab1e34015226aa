"""A folder with an objective, and a definition to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

OBJECTIVE = '''\
"""A parabola with luck."""

SPACE = {"x": {"float": [-1, 1]}, "kind": {"choice": ["a", "b"]}}
FORBID = [{"kind": "b", "x": {"above": 0.5}}]
DEFAULTS = {"x": 0.5, "kind": "a"}
METRIC = "loss"
MODE = "min"
METRICS = ("loss", "accuracy")
SOURCES = ("split", "init")


def train(config, seed):
    return {"loss": config["x"] ** 2 + seed.rng("init").normal(), "accuracy": 0.5}
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with `train.py`, which declares everything, and `bare.py`, which does not."""
    (tmp_path / "train.py").write_text(OBJECTIVE)
    (tmp_path / "bare.py").write_text("def train(config, seed):\n    return {'loss': 0.0}\n")
    return tmp_path


@pytest.fixture
def definition() -> dict[str, object]:
    """The smallest definition of a sweep of `train.py`."""
    return {
        "name": "a",
        "objective": "train.py",
        "search": {"sampler": "random", "configs": 4},
        "seeds": 3,
    }
