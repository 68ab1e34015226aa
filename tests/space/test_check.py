"""Checking a configuration that somebody gave."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.errors import SpaceError
from sweeps.space import Space


def test_check_gives_each_value_its_type(svm):
    """Numbers take the hyperparameter's type, constants are filled in, the order is kept."""
    given = {"degree": np.float64(3), "kernel": np.str_("poly"), "gamma": 1, "C": np.int32(10)}
    found = svm.check(given)
    assert found == {"C": 10.0, "kernel": "poly", "gamma": 1.0, "degree": 3, "tol": 1e-3}
    assert list(found) == ["C", "kernel", "gamma", "degree", "tol"]
    assert [type(value) for value in found.values()] == [float, str, float, int, float]


def test_check_takes_rows_of_a_table(svm):
    """NaN, and None where nothing is active, count as left out."""
    row = {"C": 1, "kernel": "linear", "gamma": math.nan, "degree": None, "tol": math.nan}
    assert svm.check(row) == {"C": 1.0, "kernel": "linear", "tol": 1e-3}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"C": 1}, "row.kernel: `kernel` is active here and needs a value, got none. Give it one"),
        (
            {"C": 1, "kernel": "linear", "degree": 3},
            "row.degree: `degree` is inactive here: it nee",
        ),
        ({"C": 1, "kernel": "linear", "gama": 3}, "row.gama: there is no hyperparameter of that n"),
        ({"C": 1, "kernel": "linear", "gama": 3}, "Did you mean `gamma`?"),
        ({"C": 0, "kernel": "linear"}, "row.C: the value must lie between 0.001 and 1000.0, got 0"),
        (
            {"C": "1", "kernel": "linear"},
            "row.C: the value must be a finite number, got '1'. Remov",
        ),
        ({"C": True, "kernel": "linear"}, "the value must be a finite number, got True. Write a n"),
        ({"C": 1, "kernel": "rfb"}, "row.kernel: the value must be one of those listed, got 'rfb'"),
        ({"C": 1, "kernel": {}}, "row.kernel: the value must be one of those listed, got {}"),
        ({"C": 1, "kernel": "linear", "tol": 1}, "row.tol: a constant has one value, 0.001, got 1"),
        ({"C": 1, "kernel": "linear", "tol": {}}, "row.tol: a constant has one value"),
        ({"C": 1, "kernel": "poly", "gamma": 1, "degree": 2.5}, "must be a whole number, got 2.5."),
        ({"C": 1, "kernel": "poly", "gamma": 1, "degree": 5}, "row: `forbid[0]` forbids this comb"),
        ({"C": 1, "kernel": "poly", "gamma": 1, "degree": math.nan}, "is active here and needs a"),
    ],
)
def test_each_wrong_configuration_has_its_message(svm, values, message):
    """One mistake, one problem."""
    with pytest.raises(SpaceError) as caught:
        svm.check(values, "row")
    (problem,) = caught.value.problems
    assert message in str(problem)
    assert str(caught.value).startswith("1 problem in row:")


def test_check_lists_all_problems(svm):
    """Everything wrong is said at once, but nothing about what hangs on a wrong value."""
    with pytest.raises(SpaceError, match="3 problems in the configuration") as caught:
        svm.check({"C": -1, "kernel": "x", "degree": 3, "unknown": 0})
    places = {problem.where for problem in caught.value.problems}
    assert places == {"configuration.C", "configuration.kernel", "configuration.unknown"}


def test_check_does_not_judge_what_hangs_on_a_wrong_value():
    """A wrong value is one problem, however long the chain of conditions behind it."""
    digit = {"int": [0, 1]}
    chain = {"a": digit, "b": digit | {"when": {"a": 1}}, "c": digit | {"when": {"b": 1}}}
    with pytest.raises(SpaceError, match="1 problem in the configuration") as caught:
        Space.from_mapping(chain).check({"a": 9, "b": 1, "c": 1})
    assert caught.value.problems[0].where == "configuration.a"
