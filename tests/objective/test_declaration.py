"""What a module declares about its objective: read, checked for its form, frozen."""

from __future__ import annotations

import copy
import pickle
import threading
from typing import Any

import pytest

from sweeps.errors import ObjectiveError
from sweeps.objective import load_objective
from sweeps.objective.declaration import ReadOnly
from sweeps.space import Space

pytestmark = pytest.mark.usefixtures("own_modules")


def locked(config, seed):
    return {"loss": 0.0}


vars(locked)["DEFAULTS"] = {"x": threading.Lock()}


def declaring(**declarations):
    """Make a callable with these declarations."""

    def objective(config, seed):
        return {"loss": 0.0}

    vars(objective).update(declarations)
    return objective


def test_everything_that_a_module_declares_is_read(write, tmp_path):
    """Each name beside the function becomes a field."""
    write("model.py")
    objective = load_objective("model.py", base=tmp_path)
    assert objective.space is not None
    assert list(objective.space) == ["x", "kind"]
    assert objective.forbid == ({"kind": "b", "x": {"above": 0.5}},)
    assert objective.defaults == {"x": 0.5, "kind": "a"}
    assert (objective.metric, objective.mode, objective.steps) == ("loss", "min", 7)
    assert objective.metrics == ("loss", "accuracy")
    assert objective.sources == ("split", "init")


def test_nothing_declared_is_nothing():
    """Names that are left out, or None, are None or empty."""
    objective = load_objective(declaring(FORBID=None, METRICS=None))
    assert (objective.space, objective.defaults, objective.metric, objective.mode) == (None,) * 4
    assert (objective.forbid, objective.metrics, objective.sources) == ((), (), ())


def test_what_the_module_does_later_changes_nothing():
    """Space, clauses and defaults are copies, to the last list."""
    space: dict[str, Any] = {"x": {"float": [-1, 1]}, "kind": {"choice": ["a", "b"]}}
    forbid, defaults = [{"kind": ["a"]}], {"x": 0.5, "kind": "a"}
    objective = load_objective(declaring(SPACE=space, FORBID=forbid, DEFAULTS=defaults))
    assert objective.space is not None
    before = Space.from_mapping(objective.space, objective.forbid)
    space["x"]["float"][1] = 100
    space["more"] = {"int": [1, 2]}
    forbid[0]["kind"].append("b")
    defaults["x"] = -1.0
    assert Space.from_mapping(objective.space, objective.forbid) == before
    assert objective.defaults == {"x": 0.5, "kind": "a"}


def test_nobody_can_change_what_was_declared():
    """Neither the mapping nor what is inside can be written to."""
    objective = load_objective(declaring(SPACE={"x": {"float": [-1, 1]}}, DEFAULTS={"x": 0}))
    space: Any = objective.space
    defaults: Any = objective.defaults
    with pytest.raises(TypeError, match="does not support item assignment"):
        space["y"] = 1
    with pytest.raises(TypeError, match="does not support item assignment"):
        space["x"]["log"] = True
    with pytest.raises(TypeError, match="does not support item assignment"):
        space["x"]["float"][0] = -5
    with pytest.raises(TypeError, match="does not support item deletion"):
        del defaults["x"]


def test_a_frozen_mapping_travels_and_compares():
    """By pickle and by copy, equal to a plain dict in the same order."""
    mapping = ReadOnly({"b": 1, "a": ReadOnly({"c": (1, 2)})})
    for again in (pickle.loads(pickle.dumps(mapping)), copy.deepcopy(mapping)):  # noqa: S301
        assert again == mapping == {"b": 1, "a": {"c": (1, 2)}}
        assert list(again) == ["b", "a"]
    assert mapping != {"b": 1}
    assert repr(mapping) == "{'b': 1, 'a': {'c': (1, 2)}}"


@pytest.mark.parametrize("name", ["METRICS", "SOURCES"])
@pytest.mark.parametrize("value", ["loss", {"loss": "min"}, 3])
def test_names_that_are_no_list_are_refused(name, value):
    """A lone string would be a list of its letters."""
    with pytest.raises(
        ObjectiveError, match=rf"`{name}` of .* must be a list, got .* `{name} = \("
    ):
        load_objective(declaring(**{name: value}))


def test_a_name_that_is_no_text_is_refused():
    """A list of metrics holds their names."""
    with pytest.raises(ObjectiveError, match=r"`METRICS` of .* must hold names only, got 3\. Wri"):
        load_objective(declaring(METRICS=["loss", 3]))


def test_a_lone_clause_is_refused():
    """`FORBID` is a list of clauses; one clause would be a list of its hyperparameters."""
    with pytest.raises(ObjectiveError, match=r"`FORBID` of .* must be a list, got \{'kind': 'b'\}"):
        load_objective(declaring(FORBID={"kind": "b"}))


def test_what_is_no_plain_data_is_refused():
    """A declaration that cannot be copied is named."""
    with pytest.raises(ObjectiveError, match=r"`DEFAULTS` of .* plain data, .*lock.*Use words"):
        load_objective(locked)
