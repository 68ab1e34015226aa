"""Which of the user's modules an objective depends on: followed through imports, and no others."""

from __future__ import annotations

import functools
import importlib
import sys

import pytest

from sweeps.objective import load_objective
from sweeps.objective.helpers import helper_hashes
from sweeps.objective.snapshot import Source

TRAIN = "def train(config, seed):\n    return {'loss': 0.0}\n"
PROJECT = {
    "__init__.py": "from .registry import NAMES",
    "registry.py": "NAMES = ()",
    "train.py": f"from . import data\nfrom .nets.deep import Net\n{TRAIN}",
    "data.py": "def read():\n    import importlib\n    importlib.import_module('proj.late')",
    "late.py": "",
    "nets/__init__.py": "",
    "nets/deep.py": "from ..layers import Layer\nclass Net: pass",
    "layers.py": "class Layer: pass",
    "plots.py": "from . import data",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A package of which the objective needs all but the plots."""
    for name, text in PROJECT.items():
        path = tmp_path / "proj" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path / "proj"
    for name in [name for name in sys.modules if name.partition(".")[0] in {"proj", "part"}]:
        del sys.modules[name]


def test_imports_are_followed(project):
    """Relative ones, late ones, those of packages; not what nothing of it imports, nor itself."""
    objective = load_objective("proj.train", base=project.parent)
    assert list(objective.helpers) == [
        "proj",
        "proj.data",
        "proj.late",
        "proj.layers",
        "proj.nets",
        "proj.nets.deep",
        "proj.registry",
    ]


@pytest.mark.parametrize(
    ("changed", "is_seen"),
    [("layers.py", True), ("late.py", True), ("__init__.py", True), ("plots.py", False)],
)
def test_only_a_change_of_what_it_imports_changes_the_hash(project, changed, is_seen):
    """As one session and the next one would see it."""
    before = load_objective("proj.train", base=project.parent)
    assert before.code_hash == load_objective("proj.train", base=project.parent).code_hash
    path = project / changed
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed", encoding="utf-8")
    after = load_objective("proj.train", base=project.parent)
    assert (before.code_hash != after.code_hash) is is_seen
    assert before.source_hash == after.source_hash


def test_a_function_of_a_notebook_depends_on_what_it_names(project):
    """Modules and what comes from modules, also through functions beside it; nothing else."""
    (project.parent / "part.py").write_text("def f(): pass\nclass C: pass", encoding="utf-8")
    late, part = importlib.import_module("proj.late"), importlib.import_module("part")
    plots = importlib.import_module("proj.plots")
    names = {"__name__": "__main__", "late": late, "f": part.f, "plots": plots}
    names["functools"] = functools
    body = (
        "def beside():\n    return late\n"
        "@functools.lru_cache\ndef train(config, seed):\n    return [beside() for _ in range(2)]\n"
        "class Train:\n    def step(self):\n        return f()\n"
        "class Callable:\n    @staticmethod\n    def g():\n        return plots\n"
        "    def __call__(self, config, seed):\n        return self.g()\n"
    )
    exec(body, names)  # noqa: S102 - as a notebook does
    own = {name: Source(f"/{name}.py", "") for name in ("proj.late", "proj.plots", "part")}

    def found(function):
        return list(helper_hashes(own, "", module=None, function=function))

    assert found(names["train"]) == ["proj.late"]
    assert found(functools.partial(names["beside"])) == ["proj.late"]
    assert found(names["Train"]) == ["part"]
    assert found(names["Callable"]()) == ["proj.plots"]
    assert found(print) == []


def test_a_text_that_is_no_module_is_no_error():
    """Such as that of a lambda in the middle of a call."""
    assert helper_hashes({}, "    lambda config, seed: {}),", module=None, function=print) == {}
