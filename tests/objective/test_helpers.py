"""Which of the user's modules an objective depends on: followed through imports, and no others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sweeps.objective import load_objective
from sweeps.objective.imports import imports

ROOT = Path(__file__).parents[2]
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


SCRIPT = """
import functools, json, sys
import used, deep.inner.most, data_of, table_of
from constants import LIMIT as limit
from bases import Base
from wrapping import wrapped
from making import make, Thing
import partly, estimator, plots, named_in_a_text

TABLE = {"f": table_of.f}

def plain(config, seed):
    return used.f()
def dotted(config, seed):
    return deep.inner.most.f()
def constant(config, seed):
    return limit
class Derived(Base):
    def setup(self, config, seed): pass
    def step(self): return {}
@wrapped
def decorated(config, seed):
    return {}
def table(config, seed):
    return TABLE["f"]()
def late(config, seed):
    if config: import imported_late
def default(config, seed, *, f=data_of.f):
    return f()
def alone(config, seed):
    "named_in_a_text is not plots"
    return {}

OBJECTIVES = {
    "plain": plain, "dotted": dotted, "constant": constant, "derived": Derived,
    "decorated": decorated, "table": table, "late": late, "default": default, "alone": alone,
    "made": make(3), "object": Thing(), "method": Thing().train,
    "partial": functools.partial(partly.train, k=3), "lambda": lambda config, seed: used.f(),
}
from sweeps.objective import load_objective
found = {name: list(load_objective(each).helpers) for name, each in OBJECTIVES.items()}
print(json.dumps(found))
"""
F = "def f():\n    return 1\n"
MODULES = {
    "used": F, "data_of": F, "table_of": F, "imported_late": F, "plots": F, "estimator": F,
    "named_in_a_text": F, "deep/inner/most": F, "deep/__init__": "", "deep/inner/__init__": "",
    "constants": "LIMIT = 1", "bases": "class Base: pass",
    "wrapping": "import functools\ndef wrapped(f):\n    @functools.wraps(f)\n"
                "    def inner(config, seed):\n        return f(config, seed)\n    return inner\n",
    "making": "def make(n):\n    def train(config, seed):\n        return n\n    return train\n"
              "class Thing:\n    def __call__(self, config, seed):\n        return {}\n"
              "    def train(self, config, seed):\n        return {}\n",
    "partly": "def train(config, seed, k):\n    return k",
}  # fmt: skip


@pytest.mark.slow
def test_what_a_script_passes_by_value_is_looked_through(tmp_path):
    """Whatever holds what comes from a module; what only stands beside it is not needed."""
    for name, text in MODULES.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "plain": ["used"],
        "dotted": ["deep", "deep.inner", "deep.inner.most"],
        "constant": ["constants"],
        "derived": ["bases"],
        "decorated": ["wrapping"],
        "table": ["table_of"],
        "late": ["imported_late"],
        "default": ["data_of"],
        "alone": [],
        "made": ["making"],
        "object": ["making"],
        "method": ["making"],
        "partial": ["partly"],
        "lambda": ["used"],
    }


def test_what_leaves_is_what_was_hashed(project):
    """Packed once, an objective stays what it was, and a packed copy of the original is new."""
    objective = load_objective("proj.train", base=project.parent)
    first = objective.packed()
    (project / "late.py").write_text("changed = True", encoding="utf-8")
    assert first.packed().code_hash == first.code_hash
    assert first.shipment.code is not None
    assert first.shipment.code.modules()["proj.late"].text == ""
    assert objective.packed().code_hash != first.code_hash


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a, b.c as d", ["a", "b.c"]),
        ("from a import (  # why\n    b,\n    c as d,\n)", ["a", "a.b", "a.c"]),
        ("from a import \\\n    b", ["a", "a.b"]),
        ("from a import *", ["a", "a.*"]),
        ("if True: import a; from .. import b", ["a", "p", "p.b"]),
        ("from .x import b", ["p.q.x", "p.q.x.b"]),
        ("importlib.import_module('.late', __package__)", ["p.q.late"]),
        ("importlib.import_module(name='a.late')", ["a.late"]),
        ("from ....... import a", ["", "a"]),
        (">>> import a\nimportant = 1\nx = 'import b'", []),
        ("    lambda config, seed: {}),", []),
    ],
)
def test_imports_are_read_off_the_text(text, names):
    """Late ones, relative ones, with brackets, comments and continued lines."""
    assert [each.name for each in imports(text, "p.q")] == names


def test_relative_imports_lead_nowhere_outside_of_a_package():
    """A top-level module of the same name is another one."""
    text = "from . import data\nfrom .net import f\nimport_module('.late')\nimport a"
    assert [each.name for each in imports(text)] == ["a"]
