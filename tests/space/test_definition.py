"""Reading a definition: what is accepted, and every message about what is not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.column import RESERVED_NAMES
from sweeps.errors import SpaceError
from sweeps.space import Space

KERNEL = {"choice": ["rbf", "poly"]}
UNIT = {"float": [0, 1]}


def problems_of(mapping, forbid=()):
    """Give the problems of a definition as lines."""
    with pytest.raises(SpaceError) as caught:
        Space.from_mapping(mapping, forbid)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"float": [0, 1]}, {"float": [0.0, 1.0]}),
        ({"float": (1e-12, 1 / 3), "log": True}, {"float": [1e-12, 1 / 3], "log": True}),
        ({"float": np.array([0.0, 1.0]), "grid": 3}, {"float": [0.0, 1.0], "grid": 3}),
        ({"int": [1, 1e3], "log": False}, {"int": [1, 1000]}),
        ({"choice": ["a", 1, 2.5, True, None, [1, [2]]]}, None),
        ({"choice": range(1, 3)}, {"choice": [1, 2]}),
        ({"choice": ["only"]}, None),
        ({"ordinal": ["s", "m", "l"]}, None),
        ({"constant": [1, 2]}, None),
        ({"constant": "word"}, "word"),
        (1e-3, None),
        (None, None),
        (np.float64(0.5), 0.5),
    ],
)
def test_every_kind_is_read(entry, expected):
    """What was written comes back from `document`, in plain types and one spelling."""
    document = Space.from_mapping({"x": entry}).document()
    assert document == {"space": {"x": entry if expected is None else expected}, "forbid": []}


@pytest.mark.parametrize("name", ["C", "_x", "model__C", "net.lr.0", "seedling", "step"])
def test_usual_names_are_accepted(name):
    """Letters, digits, underscores and dots make a name."""
    assert Space.from_mapping({name: UNIT}).names == (name,)


@pytest.mark.parametrize("name", ["", "1x", "a-b", "a b", "ä", ".a", 3, True])
def test_unusual_names_are_refused(name):
    """Anything else is refused with the rule."""
    (problem,) = problems_of({name: UNIT})
    assert problem.startswith(f"space.{name}: a name is made of letters, digits")
    assert f"got {name!r}" in problem


@pytest.mark.parametrize("name", [*sorted(RESERVED_NAMES), "seed_split"])
def test_names_of_columns_are_refused(name):
    """A hyperparameter cannot hide a column of the results."""
    (problem,) = problems_of({name: UNIT})
    assert "a column of the results" in problem


def test_random_state_is_the_seed():
    """`random_state` is refused with the way out."""
    (problem,) = problems_of({"random_state": 0})
    assert "it is the seed. Remove it and take `seed` in the objective." in problem


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ([1, 2], "got [1, 2]. Write `{choice: [...]}` to choose among them, `{constant: [...]}`"),
        ({}, "an entry says of which kind it is, once, got {}. Write `{float:"),
        ({"log": True}, "an entry says of which kind it is"),
        ({"flaot": [0, 1]}, "Did you mean `float`? Known: `choice`"),
        ({"float": [0, 1], "int": [0, 1]}, "Keep one of `float`, `int`."),
        ({"float": [1, 2], "lgo": True}, "space.x.lgo: a hyperparameter of kind `float` has no"),
        ({"float": [1, 2], "lgo": True}, "Did you mean `log`?"),
        ({"choice": [1, 2], "grid": 3}, "space.x.grid: a hyperparameter of kind `choice` has no"),
        ({"float": 1}, "space.x.float: bounds are a list of two numbers, got 1. Write `[low, hi"),
        ({"float": [1, 2, 3]}, "bounds are a list of two numbers, got [1, 2, 3]"),
        ({"float": "ab"}, "bounds are a list of two numbers, got 'ab'"),
        ({"float": ["1e-3", 2]}, "got '1e-3', a string. Remove the quotes, or write 0.001."),
        ({"float": ["x", 2]}, "`low` must be a finite number, got 'x', a string. Write a number."),
        ({"float": [True, 2]}, "`low` must be a finite number, got True"),
        ({"float": [0, math.nan]}, "`high` must be a finite number, got nan"),
        ({"float": [0, math.inf]}, "`high` must be a finite number, got inf"),
        ({"float": [0, 10**400]}, "`high` must be a finite number"),
        ({"float": [0, None]}, "`high` must be a finite number, got None"),
        ({"float": [2, 1]}, "`low` must be below `high`, got low=2, high=1. Swap them."),
        ({"float": [1, 1]}, "Write it as a constant: `{constant: 1}`."),
        ({"int": [3, 3.0]}, "Write it as a constant"),
        ({"float": [0, 1], "log": True}, "`low` must be above 0 on a log scale, got low=0"),
        ({"int": [-1, 1], "log": True}, "`low` must be above 0 on a log scale"),
        ({"float": [1e300, math.nextafter(1e300, 2e300)], "log": True}, "too close for a log"),
        ({"float": [-1e308, 1e308]}, "too wide for a float"),
        ({"float": [1, 2], "log": "yes"}, "`log` must be true or false, got 'yes'"),
        ({"float": [1, 2], "grid": 1}, "`grid` must be a whole number of points, 2 or more, got 1"),
        ({"float": [1, 2], "grid": 2.5}, "`grid` must be a whole number of points"),
        ({"float": [1, 2], "grid": True}, "`grid` must be a whole number of points"),
        ({"int": [1, 4], "grid": 5}, "`grid` has more points than there are integers, 4, got 5"),
        ({"int": [1.5, 4]}, "`low` of an `int` must be a whole number, got 1.5. Write 2"),
        ({"int": [0, 2**53 + 1]}, "`high` of an `int` must lie within 2**53 of 0"),
        ({"choice": "ab"}, "space.x.choice: the values must be a list, got 'ab'"),
        ({"choice": []}, "there must be at least one value"),
        ({"choice": [1, 2, 1.0]}, "1 and 1.0 are one value, got 1.0 again. Remove the repetition"),
        ({"ordinal": [[1], [1]]}, "each value is listed once"),
        ({"choice": [1, {"a": 1}]}, "space.x.choice[1]: a value must be a word, a number"),
        ({"choice": [math.nan]}, "space.x.choice[0]: a value must be finite, got nan"),
        ({"constant": [1, math.inf]}, "space.x.constant: a value must be finite"),
        (math.nan, "space.x: a value must be finite"),
        ({1, 2}, "space.x: a value must be a word, a number"),
    ],
)
def test_each_wrong_entry_has_its_message(entry, message):
    """One mistake, one problem, with its place, the rule, what came and what to do."""
    (problem,) = problems_of({"x": entry})
    assert message in problem


def test_truth_values_are_no_numbers():
    """1 and True are different values of a choice."""
    values = Space.from_mapping({"x": {"choice": [1, True, 0, False]}}).document()["space"]["x"]
    assert [type(value) for value in values["choice"]] == [int, bool, int, bool]


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            {"kernl": "rbf"},
            "space.x.when.kernl: there is no hyperparameter of that name, got `kern",
        ),
        ({"kernl": "rbf"}, "Did you mean `kernel`?"),
        (
            {"kernel": "rfb"},
            "the value must be one of those listed, got 'rfb'. Did you mean `rbf`?",
        ),
        (
            {"kernel": ["rbf", 3]},
            "space.x.when.kernel: the value must be one of those listed, got 3",
        ),
        ({"kernel": []}, "there must be at least one value, got []"),
        ({"kernel": {"above": 1}}, "`above` needs a hyperparameter with numbers or an order"),
        ({"x": 1}, "space.x.when.x: `x` cannot depend on itself"),
        ({}, "it must name one or more hyperparameters"),
        ("kernel", "it must name one or more hyperparameters"),
        ({"n": 9}, "space.x.when.n: the value must lie between 1 and 5, got 9"),
        ({"n": 2.5}, "the value must be a whole number, got 2.5"),
        ({"n": True}, "the value must be a finite number, got True"),
        ({"n": {"above": 9}}, "space.x.when.n.above: `above` must lie between 1 and 5, got 9"),
        ({"n": {"above": 5}}, "some value of `n` must lie inside the range"),
        ({"n": {"above": 2, "below": 3}}, "some value of `n` must lie inside the range"),
        ({"n": {"above": "2"}}, "`above` must be a finite number, got '2', a string"),
        ({"n": {"over": 2}}, "a range has the keys `above` and `below`, got `over`"),
        ({"n": {}}, "a range has `above`, `below` or both"),
        ({"u": 0.5}, "a float is never exactly one value, unless that is a point of its `grid`"),
        ({"u": {"below": 0}}, "some value of `u` must lie inside the range"),
        ({"g": 0.3}, "unless that is a point of its `grid`"),
        ({"size": {"above": "xl"}}, "`above` must be one of the ordinal's values, got 'xl'"),
        ({"size": {"above": None}}, "`above` must be one of the ordinal's values, got None"),
        ({"size": {"above": "l"}}, "some value of `size` must lie inside the range"),
        ({"c": 2}, "a constant has one value, 1"),
        ({"layers": [64, 32]}, "A value that is a list is written inside a list: `[[64, 32]]`"),
    ],
)
def test_each_wrong_condition_has_its_message(when, message):
    """A condition that cannot be meant is refused with its place."""
    others = {
        "kernel": KERNEL,
        "n": {"int": [1, 5]},
        "u": UNIT,
        "g": {"float": [0, 1], "grid": 3},
        "size": {"ordinal": ["s", "m", "l"]},
        "c": 1,
        "layers": {"choice": [[64, 32], [128]]},
    }
    assert any(
        message in problem for problem in problems_of({**others, "x": UNIT | {"when": when}})
    )


def test_cycles_are_named():
    """Each cycle in the conditions is one problem that names its members in order."""
    mapping = {
        "a": {"int": [1, 5], "when": {"b": 1}},
        "b": {"int": [1, 5], "when": {"c": 1, "free": 0}},
        "c": {"int": [1, 5], "when": {"a": 1}},
        "p": {"int": [1, 5], "when": {"q": 1}},
        "q": {"int": [1, 5], "when": {"p": 1}},
        "free": 0,
    }
    first, second = problems_of(mapping)
    assert first.startswith(
        "space.a.when: conditions must not form a cycle, got `a` -> `b` -> `c` -> `a`."
    )
    assert "got `p` -> `q` -> `p`." in second


@pytest.mark.parametrize(
    ("forbid", "message"),
    [
        ([{"kernl": "rbf"}], "forbid[0].kernl: there is no hyperparameter of that name"),
        (
            [{"kernel": "rbf", "n": 1}, {"kernel": "x"}],
            "forbid[1].kernel: the value must be one of",
        ),
        ([{}], "forbid[0]: it must name one or more"),
        (["kernel"], "forbid[0]: it must name one or more"),
        ({"kernel": "rbf"}, "`forbid` must be a list of clauses"),
        ([{"n": {"below": 1}}], "some value of `n` must lie inside the range"),
        ([{"kernel": ["rbf", "poly"]}], "`forbid` must leave some configuration over"),
        ([{"n": {"above": 1}}, {"n": 1}], "`forbid` must leave some configuration over"),
    ],
)
def test_each_wrong_clause_has_its_message(forbid, message):
    """A clause that cannot be meant, or that leaves nothing, is refused."""
    (problem,) = problems_of({"kernel": KERNEL, "n": {"int": [1, 5]}}, forbid)
    assert message in problem


def test_all_problems_come_at_once():
    """One report lists the problems of names, entries, conditions, cycles and clauses."""
    mapping = {
        "seed": UNIT,
        "a": {"float": ["1", 2], "log": 3},
        "b": {"int": [1, 5], "when": {"c": 9}},
        "c": {"int": [1, 5], "when": {"b": 2}},
    }
    with pytest.raises(SpaceError, match="7 problems in the search space") as caught:
        Space.from_mapping(mapping, [{"d": 1}, {"c": 7}])
    places = sorted(problem.where for problem in caught.value.problems)
    assert places == [
        "forbid[0].d",
        "forbid[1].c",
        "space.a.float",
        "space.a.log",
        "space.b.when",
        "space.b.when.c",
        "space.seed",
    ]


@pytest.mark.parametrize(
    "broken", [{"int": [5, 1]}, {"choice": []}, {"choice": [1, 1]}, {"int": [2, 5], "grid": 9}]
)
def test_a_broken_parent_is_one_problem(broken):
    """What depends on an entry that could not be read adds no second problem."""
    (problem,) = problems_of(
        {"a": broken, "b": UNIT | {"when": {"a": 7}}}, [{"a": 8, "b": {"above": 0.5}}]
    )
    assert problem.startswith("space.a.")


def test_the_whole_must_be_a_mapping():
    """A list of hyperparameters is no space."""
    with pytest.raises(SpaceError, match="a search space is a mapping from names to entries"):
        Space.from_mapping([KERNEL])  # type: ignore[arg-type]


def test_a_lone_legal_configuration_is_found():
    """A finite space is searched through before it is called empty."""
    mapping = {name: {"int": [1, 20]} for name in "abc"}
    space = Space.from_mapping(mapping, [{name: {"above": 1}} for name in "abc"])
    assert list(space.grid()) == [{"a": 1, "b": 1, "c": 1}]
    assert space.size() == 1
    assert dict(space.configspace.get_default_configuration()) == {"a": 1, "b": 1, "c": 1}
