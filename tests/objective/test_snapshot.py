"""The user's own code travels: what was submitted is what runs, whatever lies on disk there."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys

import pytest

from sweeps.objective import load_objective
from sweeps.objective import own_code as searching

pytestmark = pytest.mark.usefixtures("own_modules")

LOADING = """
import pickle, sys
with open(sys.argv[1], "rb") as file:
    shipment = pickle.load(file)
train = shipment.load()
"""
CALLING = LOADING + "import json; print(json.dumps(train({'x': 3}, 0)))\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write a project of several files and stand in it; gives its folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def write(**files):
        for name, text in files.items():
            path = folder / (name.replace("__", "/").replace("/init/", "/__init__") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def far_away(fresh_python, tmp_path):
    """Pickle something, remove the project, and run code with it in another process."""

    def send(thing, code=CALLING):
        path = tmp_path / "sent.pickle"
        path.write_bytes(pickle.dumps(thing))
        shutil.rmtree(tmp_path / "project")
        return fresh_python(code, path)

    return send


def names_in(shipment):
    """Give the names of the modules that travel."""
    return set(shipment.packed().code.modules())


def test_a_module_runs_where_its_folder_is_not(project, far_away):
    """With its helpers: relative, absolute, in a folder without `__init__.py`, and a lazy one."""
    folder = project(
        own__model="""
from own.tools.scale import factor
from . import near
from lib.deep.add import add
import settings
def train(config, seed):
    from own import late
    import lonely
    return {"loss": add(config["x"] * factor, near.ONE) + late.TEN + settings.HUNDRED + lonely.K}
""",
        own__near="ONE = 1\n",
        own__late="TEN = 10\n",
        lib__deep__add="def add(a, b): return a + b\n",
        settings="HUNDRED = 100\n",
        lonely="K = 1000\n",
        unrelated="raise SystemExit\n",
    )
    (folder / "own" / "__init__.py").write_text("")
    (folder / "own" / "tools").mkdir()
    (folder / "own" / "tools" / "__init__.py").write_text("from .scale import *\n")
    (folder / "own" / "tools" / "scale.py").write_text("factor = 2\n")
    shipment = load_objective("own.model").shipment
    assert names_in(shipment) == {
        *("own", "own.model", "own.near", "own.late", "own.tools", "own.tools.scale"),
        *("lib", "lib.deep", "lib.deep.add", "settings", "lonely"),
    }
    assert json.loads(far_away(shipment)) == {"loss": 1117}


def test_code_that_changes_after_it_was_shipped_is_not_run(project, fresh_python, tmp_path):
    """Neither the objective's own module nor a helper, imported or not yet, nor a new file."""
    folder = project(
        model="""
from helper import double
def train(config, seed):
    import later
    try:
        import newer
    except ImportError:
        newer = None
    return {"loss": double(config["x"]) + later.ONE, "newer": newer is not None}
""",
        helper="def double(x): return 2 * x\n",
        later="ONE = 1\n",
    )
    sent = pickle.dumps(load_objective("model").shipment)
    (tmp_path / "sent.pickle").write_bytes(sent)
    project(model="1 / 0\n", helper="def double(x): return 7 * x\n", later="ONE = 7\n")
    assert json.loads(fresh_python(CALLING, tmp_path / "sent.pickle")) == {
        "loss": 7,
        "newer": False,
    }
    assert folder.exists()


def test_the_objective_s_module_travels_as_it_was_when_it_was_loaded(project, far_away):
    """Its hash was made then; what changes between loading and shipping is not run."""
    project(model="def train(config, seed): return {'loss': 1}\n")
    shipment = load_objective("model").shipment
    project(model="def train(config, seed): return {'loss': 2}\n")
    assert json.loads(far_away(shipment)) == {"loss": 1}


def test_a_file_brings_its_neighbours(project, far_away):
    """A loose file is executed by its text; what it imports comes along."""
    project(
        model="import helper\ndef train(config, seed): return {'loss': helper.A}\n",
        helper="A = 4\n",
    )
    assert json.loads(far_away(load_objective("model.py").shipment)) == {"loss": 4}


def test_a_callable_brings_the_modules_that_it_calls(project, far_away):
    """A closure, as in a notebook, travels by value, and its helpers as texts."""
    folder = project(helper="def square(x): return x * x\n", lazy="ONE = 1\n")
    sys.path.append(str(folder))
    import helper  # type: ignore[import-not-found]

    def train(config, seed):
        import lazy  # type: ignore[import-not-found]

        return {"loss": helper.square(config["x"]) + lazy.ONE}

    shipment = load_objective(train).shipment
    assert shipment.pickled is not None
    assert json.loads(far_away(shipment)) == {"loss": 10}


SCRIPT = """
import pickle, sys, shutil
from pathlib import Path
import helper
from sweeps.objective import load_objective

def train(config, seed):
    import lazy
    return {"loss": helper.square(config["x"]) + lazy.ONE}

if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(pickle.dumps(load_objective(train).shipment))
"""


@pytest.mark.slow
@pytest.mark.parametrize("is_module", [False, True])
def test_a_script_brings_the_modules_beside_it(project, tmp_path, fresh_python, is_module):
    """Also where it is started from another folder, or as a module of a package."""
    text = SCRIPT.replace("import lazy", "from . import lazy") if is_module else SCRIPT
    folder = project(
        own__script=text.replace("import helper", "from own import helper") if is_module else text,
        own__helper="def square(x): return x * x\n",
        own__lazy="ONE = 1\n",
    )
    if is_module:
        (folder / "own" / "__init__.py").touch()
    started = folder if is_module else tmp_path
    script = ["-m", "own.script"] if is_module else [str(folder / "own" / "script.py")]
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *script, str(tmp_path / "made.pickle")], check=True, cwd=started
    )
    shutil.rmtree(folder)
    assert json.loads(fresh_python(CALLING, tmp_path / "made.pickle")) == {"loss": 10}


def test_what_runs_can_be_read_and_reloaded(project, fresh_python, tmp_path):
    """Source, file and tracebacks are those of what was shipped; nothing is written to disk."""
    folder = project(
        model="""
import helper
def train(config, seed):
    return helper.fail()
""",
        helper="def fail():\n    raise ValueError('as shipped')  # the line\n",
    )
    (tmp_path / "sent.pickle").write_bytes(pickle.dumps(load_objective("model").shipment))
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    project(model="import helper\n# other\n", helper="# other lines\n\n")
    code = (
        LOADING
        + """
import importlib, inspect, json, traceback
try:
    train({}, 0)
except ValueError:
    trace = traceback.format_exc()
helper = sys.modules["helper"]
again = importlib.reload(helper)
print(json.dumps([
    trace, inspect.getsource(train), inspect.getsource(helper.fail), helper.__file__,
    again is helper, type(helper.__loader__).__name__, helper.__spec__.origin,
]))
"""
    )
    trace, train, fail, file, *rest = json.loads(fresh_python(code, tmp_path / "sent.pickle"))
    assert "return helper.fail()" in trace
    assert "raise ValueError('as shipped')  # the line" in trace
    assert train == "def train(config, seed):\n    return helper.fail()\n"
    assert fail == "def fail():\n    raise ValueError('as shipped')  # the line\n"
    assert file == str(folder / "helper.py")
    assert rest == [True, "SnapshotLoader", str(folder / "helper.py")]
    assert not (folder / "__pycache__").exists()


def test_data_files_and_what_is_not_in_the_snapshot_are_found_on_disk(
    project, fresh_python, tmp_path
):
    """A snapshot holds Python files; the rest of a package is where it was."""
    folder = project(
        own__model="""
import importlib.resources, pkgutil
def train(config, seed):
    text = importlib.resources.files("own").joinpath("words.txt").read_text()
    return {"loss": text + pkgutil.get_data("own", "words.txt").decode()}
"""
    )
    (folder / "own" / "__init__.py").write_text("")
    (folder / "own" / "words.txt").write_text("here")
    (tmp_path / "sent.pickle").write_bytes(pickle.dumps(load_objective("own.model").shipment))
    assert json.loads(fresh_python(CALLING, tmp_path / "sent.pickle")) == {"loss": "herehere"}


def test_other_encodings_and_line_ends_are_read_as_python_reads_them(project, far_away):
    """The text is decoded once, and its first line says nothing more about bytes."""
    folder = project()
    (folder / "model.py").write_bytes(
        b"# -*- coding: latin-1 -*-\r\nWORD = '\xe9'\r\n"
        b"def train(config, seed): return {'loss': ord(WORD)}\r\n"
    )
    assert json.loads(far_away(load_objective("model").shipment)) == {"loss": 0xE9}


def test_a_file_that_is_no_text_stays_behind(project):
    """It could not be imported here either."""
    folder = project(own__model="def train(config, seed): return {'loss': 1}\n")
    (folder / "own" / "__init__.py").write_text("")
    (folder / "own" / "broken.py").write_bytes(b"\xff\xfe\x00")
    assert names_in(load_objective("own.model").shipment) == {"own", "own.model"}


def test_what_is_installed_stays_behind(project):
    """Libraries, virtual environments inside of it, this package; links that lead back end."""
    folder = project(
        own__model="import json, numpy, sweeps, pytest\ndef train(config, seed): return {}\n",
        **{"own__venv__lib__python": "", "own__venv__lib__site-packages__a": ""},
    )
    (folder / "own" / "__init__.py").write_text("")
    (folder / "own" / "venv" / "pyvenv.cfg").write_text("")
    (folder / "own" / "again").symlink_to(folder / "own")
    assert names_in(load_objective("own.model").shipment) == {"own", "own.model"}


def test_too_much_code_travels_as_far_as_it_is_imported(project, monkeypatch):
    """A folder may hold more than anybody wants to ship; what is in use is needed anyway."""
    files = {f"own__m{i}": "" for i in range(9)}
    folder = project(own__model="from own import m1\ndef train(config, seed): return {}\n", **files)
    (folder / "own" / "__init__.py").write_text("")
    monkeypatch.setattr(searching, "MOST_FILES", 8)
    assert names_in(load_objective("own.model").shipment) == {"own", "own.model", "own.m1"}
    monkeypatch.setattr(searching, "MOST_FILES", 80)
    assert len(names_in(load_objective("own.model").shipment)) == 11


def test_the_same_code_makes_the_same_snapshot(project, fresh_python):
    """Whatever the order in which files are found: an objective that is packed twice is one."""
    project(model="import a, b\ndef train(config, seed): return {}\n", a="A = 1\n", b="")
    shipment = load_objective("model").shipment
    first = shipment.packed()
    assert first.packed() is first
    assert pickle.loads(pickle.dumps(first)) == first == shipment.packed()  # noqa: S301
    project(b="B = 1\n")
    assert shipment.packed().code != first.code


def test_shipping_does_nothing_to_the_process_that_ships(project):
    """The driver goes on with the modules that it has."""
    project(model="def train(config, seed): return {}\n")
    before = list(sys.meta_path)
    objective = load_objective("model")
    pickle.dumps(objective.shipment)
    assert objective.shipment.load() is objective.function
    assert sys.meta_path == before


TWO = """
import json, pickle, sys
results = []
for path in (*sys.argv[1:], sys.argv[1], sys.argv[1]):
    with open(path, "rb") as file:
        results.append(pickle.load(file).load()({}, 0)["loss"])
n_finders = sum(type(finder).__name__ == "SnapshotFinder" for finder in sys.meta_path)
print(json.dumps([results, n_finders]))
"""


def test_a_later_shipment_does_not_run_the_code_of_an_earlier_one(project, fresh_python, tmp_path):
    """Not even where only a helper differs; and the same one twice is as good as once."""
    folder = project(
        model="from helper import A\ndef train(config, seed): return {'loss': A}\n",
        helper="A = 1\n",
    )
    for n in (1, 2):
        project(helper=f"A = {n}\n")
        (tmp_path / str(n)).write_bytes(pickle.dumps(load_objective("model").shipment))
    shutil.rmtree(folder)
    assert json.loads(fresh_python(TWO, tmp_path / "1", tmp_path / "2")) == [[1, 2, 1, 1], 1]


def test_modules_that_are_there_already_stay_as_they_are(project, far_away):
    """What a process imported before it heard of the sweep is not taken from under its feet."""
    project(
        model="import json as lib\ndef train(config, seed): return {'loss': lib.__name__}\n",
    )
    code = "import types, sys\nsys.modules['model'] = types.ModuleType('model')\n"
    code += "sys.modules['model'].train = lambda config, seed: {'loss': 'mine'}\n" + CALLING
    assert json.loads(far_away(load_objective("model").shipment, code)) == {"loss": "mine"}


def test_data_find_the_code_of_their_classes(project, far_away):
    """Instances of a helper's class can be unpickled once the objective is loaded."""
    project(
        model="from shapes import Box\ndef load_data(): return [Box(5)]\n"
        "def train(config, seed, data): return {'loss': data[0].side}\n",
        shapes="class Box:\n    def __init__(self, side):\n        self.side = side\n",
    )
    objective = load_objective("model")
    assert objective.load_data is not None
    code = """
import pickle, sys
with open(sys.argv[1], "rb") as file:
    shipment, data = pickle.load(file)
train, data = shipment.load(), pickle.loads(data)
print(train({}, 0, data)["loss"], type(data[0]) is sys.modules["shapes"].Box)
"""
    data = pickle.dumps(objective.load_data())
    assert far_away((objective.shipment, data), code) == "5 True"


def test_what_only_says_that_it_is_a_module_is_passed_over(project, monkeypatch):
    """As libraries of cffi do, such as the one under `cryptography` that clients of clouds load."""

    class Library:
        __slots__ = ()
        __class__ = type(sys)  # type: ignore[assignment]

    folder = project(mine="def train(config, seed):\n    return {'loss': 1}\n")
    monkeypatch.setitem(sys.modules, "a_library", Library())
    assert "mine" in names_in(load_objective("mine", base=folder).shipment)
