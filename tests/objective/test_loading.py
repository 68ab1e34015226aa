"""Finding an objective: by module, by name, by file, as a callable; and what is refused."""

from __future__ import annotations

import functools
import threading

import pytest

import objectives.synthetic
from sweeps.errors import ObjectiveError, UnknownObjectiveError
from sweeps.objective import known_objectives, load_objective

pytestmark = pytest.mark.usefixtures("own_modules")


def test_a_module_means_its_function_train():
    """Without a name `train` is meant, and the reference says so."""
    objective = load_objective("objectives.synthetic")
    assert objective.reference == "objectives.synthetic:train"
    assert objective.function is objectives.synthetic.train
    assert objective.kind == "function"


def test_a_name_chooses_another_function_of_the_module():
    """`module:name` is that function; one that yields is a generator."""
    objective = load_objective("objectives.synthetic:train_steps")
    assert objective.function is objectives.synthetic.train_steps
    assert objective.kind == "generator"


def test_a_module_beside_the_definition_is_found(write):
    """Modules can be imported from `base`, whatever the current folder."""
    path = write("beside_the_definition.py")
    objective = load_objective("beside_the_definition", base=path.parent)
    assert objective.function({"x": 3}, 0)["loss"] == 9
    assert objective.source == path.read_text()


@pytest.mark.parametrize("reference", ["models/parabola.py", "models/parabola.py:train_steps"])
def test_a_file_is_found_relative_to_base(write, reference):
    """A path starts from `base`, not from the current folder, and stays relative in the name."""
    path = write("models/parabola.py")
    objective = load_objective(reference, base=path.parents[1])
    name = reference.partition(":")[2] or "train"
    assert objective.reference == f"models/parabola.py:{name}"
    assert objective.function.__name__ == name
    assert objective.shipment.file == (str(path), path.read_text())


def test_the_current_folder_comes_after_base(write, tmp_path, monkeypatch):
    """A file that is not in `base` is looked for in the current folder."""
    write("here/only_here.py")
    monkeypatch.chdir(tmp_path / "here")
    objective = load_objective("only_here.py", base=tmp_path)
    assert objective.reference == "only_here.py:train"


def test_a_file_may_import_its_neighbours(write, tmp_path):
    """The folder of the file is on the path, as when Python runs it."""
    write("models/layer_size.py", "SIZE = 3\n")
    text = "from layer_size import SIZE\ndef train(config, seed):\n    return {'size': SIZE}\n"
    write("models/network.py", text)
    objective = load_objective("models/network.py", base=tmp_path)
    assert objective.function({}, 0) == {"size": 3}


def test_files_loaded_in_turn_do_not_mix(write, tmp_path):
    """A class of the first file still belongs to it when a second one was loaded."""
    text = "class Model: size = {}\ndef train(config, seed): return Model\n"
    write("one.py", text.format(1))
    write("two.py", text.format(2))
    one, two = (load_objective(name, base=tmp_path) for name in ("one.py", "two.py"))
    modules = [objective.function({}, 0).__module__ for objective in (one, two)]
    assert len(set(modules)) == 2
    assert one.function({}, 0).size == 1


def test_a_file_says_how_it_is_encoded(tmp_path):
    """A byte order mark and a coding cookie are read as Python reads them."""
    body = "def train(config, seed):\n    return {'größe': 1.0}\n"
    (tmp_path / "marked.py").write_bytes(body.encode("utf-8-sig"))
    (tmp_path / "latin.py").write_bytes(("# coding: latin-1\n" + body).encode("latin-1"))
    for name in ("marked.py", "latin.py"):
        assert load_objective(name, base=tmp_path).function({}, 0) == {"größe": 1.0}


def test_a_function_of_a_module_becomes_its_reference():
    """What another process can import travels by name, not by value."""
    objective = load_objective(objectives.synthetic.train)
    assert objective == load_objective("objectives.synthetic")
    assert objective.shipment.pickled is None


def test_a_closure_travels_by_value():
    """It has no name that another process could import."""
    factor = 3

    def train(config, seed):
        return {"loss": factor * config["x"]}

    objective = load_objective(train)
    assert objective.reference.startswith("<")
    assert objective.shipment.pickled is not None
    assert objective.function is train
    assert "factor * config" in objective.source


def test_a_callable_brings_its_own_declarations():
    """Attributes of the callable stand for the names beside a function."""

    def train(config, seed, data):
        yield {"loss": len(data)}

    vars(train).update(METRIC="loss", load_data=lambda: [1, 2])
    objective = load_objective(train)
    assert (objective.metric, objective.kind, objective.takes_data) == ("loss", "generator", True)
    assert objective.load_data is not None
    assert objective.load_data() == [1, 2]


def test_a_partial_is_of_the_kind_of_its_function():
    """`functools.partial` of a generator is a generator."""

    def train(scale, config, seed):
        yield {"loss": scale}

    assert load_objective(functools.partial(train, 2)).kind == "generator"


def test_a_loaded_objective_is_given_back():
    """Loading twice changes nothing."""
    objective = load_objective("objectives.synthetic")
    assert load_objective(objective) is objective


def test_an_unknown_module_names_the_nearest():
    """A misspelled objective is answered with the one that was meant."""
    with pytest.raises(UnknownObjectiveError, match=r"Did you mean `objectives\.svm`\? Known: "):
        load_objective("objectives.svn")


def test_an_unknown_function_names_the_nearest(write, tmp_path):
    """The functions of the module are listed; private ones and `load_data` are no objectives."""
    write("model.py", "def fit(config, seed): ...\ndef _fit(): ...\ndef load_data(): ...\n")
    with pytest.raises(UnknownObjectiveError, match=r"`fitt`\. Did you mean `fit`\? Known: `fit`."):
        load_objective("model.py:fitt", base=tmp_path)


def test_an_unknown_file_names_the_nearest(write, tmp_path):
    """Files in the folder and one below it are offered."""
    write("models/parabola.py")
    with pytest.raises(UnknownObjectiveError, match=r"Did you mean `models/parabola\.py`\?"):
        load_objective("models/parable.py", base=tmp_path)


def test_known_objectives_are_those_that_can_be_imported(write, tmp_path):
    """The list holds modules, not packages or other files."""
    assert {"objectives.svm", "objectives.synthetic"} <= set(known_objectives(tmp_path))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_package\n", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("def train(:\n", "SyntaxError: invalid syntax"),
        ("import sys; sys.exit('only a script')\n", "SystemExit: only a script"),
    ],
)
@pytest.mark.parametrize("form", ["file", "module"])
def test_an_import_that_fails_says_why(write, tmp_path, text, reason, form):
    """The reason comes along: it is a missing package of the module, not a missing module."""
    write("mod/failing.py", text)
    reference = "mod/failing.py" if form == "file" else "mod.failing"
    with pytest.raises(ObjectiveError, match=f"`{reference}` cannot be imported: {reason}") as info:
        load_objective(reference, base=tmp_path)
    assert not isinstance(info.value, UnknownObjectiveError)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    """Bytes that are no UTF-8 are the user's error, with its reason."""
    (tmp_path / "broken.py").write_bytes(b"x = '\xff'\n")
    with pytest.raises(ObjectiveError, match=r"`broken\.py` cannot be imported: Sy.*encoding"):
        load_objective("broken.py", base=tmp_path)


CLASS = """\
METRIC = "loss"
class Train:
    STEPS = 9
    def setup(self, config, seed):
        self.x = config["x"]
    def step(self):
        return {"loss": self.x}
"""


@pytest.mark.parametrize("target", ["stepped.py", "stepped"])
@pytest.mark.parametrize("name", ["", ":Train"])
def test_a_class_is_an_objective(write, tmp_path, target, name):
    """`Train` is meant where there is no `train`; declarations stand on it or beside it."""
    write("stepped.py", CLASS)
    objective = load_objective(target + name, base=tmp_path)
    assert objective.reference == f"{target}:Train"
    assert (objective.kind, objective.takes_data) == ("class", False)
    assert (objective.metric, objective.steps) == ("loss", 9)
    assert objective.shipment.load().__name__ == "Train"
    assert not objective.can_be_saved


def test_a_module_may_call_a_class_train(write, tmp_path):
    """Whatever `train` is, it is meant first."""
    write("model.py", CLASS + "class train(Train): METRIC = 'own'\n")
    objective = load_objective("model.py", base=tmp_path)
    assert (objective.reference, objective.kind) == ("model.py:train", "class")
    assert (objective.metric, objective.steps) == ("own", 9)


def test_a_class_of_a_notebook_travels_by_value():
    """With its data, and the methods by which it is saved."""

    class Model:
        load_data = staticmethod(lambda: [1, 2])

        def setup(self, config, seed, data): ...

        def step(self): ...

        def save(self, directory): ...

        def load(self, directory): ...

    objective = load_objective(Model)
    assert objective.shipment.pickled is not None
    assert (objective.kind, objective.takes_data, objective.can_be_saved) == ("class", True, True)
    assert objective.load_data is not None
    assert objective.load_data() == [1, 2]
    assert "def step(self)" in objective.source


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("x = 1", r"it has no `setup`\. Define it, or write a function"),
        ("def setup(self, config, seed): ...", "it has no `step`"),
        (
            "def __init__(self, config): ...",
            r"`__init__` of objective .* must take `\(self\)`, got `\(config\)`\. Hyper.* `setup",
        ),
        ("def step(self, x): ...", r"`step` of .* must take `\(self\)`, got `\(self, x\)`"),
        ("def setup(self): ...", r"`setup` of objective .* must take `\(config, seed\)` or"),
        ("def save(self, directory): ...", r"only `save`\. Define `load\(self, directory\)` too"),
        ("def load(self, directory): ...", r"only `load`\. Define `save\(self, directory\)` too"),
        (
            "def save(self): ...\n    def load(self, directory): ...",
            r"`save` of objective .* must take `\(self, directory\)`, got `\(self\)`",
        ),
        ("STEPS = 0", r"`STEPS` of objective .* must be a whole number from 1, got 0"),
        (
            "STEPS = 2.5",
            r"must be a whole number from 1, got 2\.5\. Write for example `STEPS = 20`",
        ),
    ],
)
def test_a_class_of_another_form_is_refused(write, tmp_path, body, reason):
    """Before any run, with what is missing."""
    whole = CLASS.replace("class Train", "class Whole").replace("    STEPS = 9\n", "")
    base = "" if "has no" in reason else "(Whole)"
    write("model.py", f"{whole}\nclass Train{base}:\n    {body}\n")
    with pytest.raises(ObjectiveError, match=reason):
        load_objective("model.py:Train", base=tmp_path)


@pytest.mark.parametrize(
    ("function", "came"),
    [
        (lambda config: {}, r"got `\(config\)`"),
        (lambda config, seed, data, more: {}, r"got `\(config, seed, data, more\)`"),
        (lambda config, seed, *, data: {}, r"got `\(config, seed, \*, data\)`"),
        (max, "got parameters that cannot be read"),
    ],
)
def test_a_wrong_signature_is_refused(function, came):
    """What cannot be called as an objective is refused before any run, with its parameters."""
    with pytest.raises(ObjectiveError, match=rf"must take `\(config, seed\)` or .*, {came}\. Ch"):
        load_objective(function)


@pytest.mark.parametrize(
    "function",
    [
        lambda config, seed, scale=1: {},
        lambda config, seed, scale=1, data=None: {},
        lambda config, seed, *, data=None: {},
        lambda *args, **kwargs: {},
    ],
)
def test_only_a_third_argument_named_data_takes_data(function):
    """Data are handed over third: where that is optional, it must be called `data`."""
    assert not load_objective(function).takes_data


def test_data_need_load_data(write, tmp_path):
    """An objective that takes data says where they come from."""
    write("model.py", "def train(config, seed, data): ...\n")
    with pytest.raises(ObjectiveError, match=r"there is no `load_data\(\)`\. Define one beside it"):
        load_objective("model.py", base=tmp_path)
    with pytest.raises(ObjectiveError, match=r"set it as the callable's `load_data`"):
        load_objective(lambda config, seed, data: {})


def test_load_data_is_not_called_without_need(write, tmp_path):
    """An objective that takes no data has no `load_data`, whatever stands beside it."""
    write("model.py", "def load_data(): ...\ndef train(config, seed): ...\n")
    assert load_objective("model.py", base=tmp_path).load_data is None


def test_what_is_no_objective_is_refused():
    """Neither text nor callable."""
    with pytest.raises(ObjectiveError, match=r"or a callable, got int\. Pass the function itself"):
        load_objective(3)  # type: ignore[arg-type]


def test_what_cannot_travel_is_refused():
    """A closure over a lock is refused here, not by a worker."""
    lock = threading.Lock()

    def train(config, seed):
        with lock:
            return {}

    with pytest.raises(ObjectiveError, match=r"must be picklable .*lock.*Make such things inside"):
        load_objective(train)
