"""Spaces: equal or not, their points, their random proposals."""

from __future__ import annotations

import json
import math
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sweeps.errors import SpaceError
from sweeps.space import Space, config_id

if TYPE_CHECKING:
    from collections.abc import Sequence


def at(space: Space, point: Sequence[float]) -> dict[str, Any]:
    """Give the configuration at a point that is not forbidden."""
    found = space.from_unit(point)
    assert found is not None
    return found


# ------------------------------------------------------------------------- identity


def test_document_is_json_and_reads_back(svm):
    """The document survives JSON and gives an equal space with an equal hash."""
    document = json.loads(json.dumps(svm.document()))
    again = Space.from_mapping(document["space"], document["forbid"])
    assert again == svm
    assert hash(again) == hash(svm)
    assert again.document() == svm.document()


def test_pickled_space_is_equal(svm):
    """A space travels between processes, whatever it has cached, and proposes the same."""
    svm.size()
    again = pickle.loads(pickle.dumps(svm))  # noqa: S301 - our own bytes
    assert again == svm
    assert again.propose(0, 7) == svm.propose(0, 7)
    assert len(pickle.dumps(svm)) < 2_000


def test_equality_is_by_value():
    """Spelling does not matter; order of hyperparameters, types of values and bounds do."""
    space = Space.from_mapping({"x": {"float": [0, 1]}, "c": 1})
    assert space == Space.from_mapping({"x": {"float": (0.0, 1.0)}, "c": {"constant": 1.0}})
    assert space != Space.from_mapping({"c": 1, "x": {"float": [0, 1]}})
    assert space != Space.from_mapping({"x": {"float": [0, 1]}, "c": True})
    assert space != Space.from_mapping({"x": {"float": [0, 2]}, "c": 1})


def test_order_of_conditions_does_not_matter():
    """The keys of a condition or clause, and the values in it, are sets."""
    others = {"k": {"choice": ["a", "b", "c"]}, "n": {"int": [1, 3]}}
    left = {**others, "x": {"int": [1, 2], "when": {"k": ["a", "b"], "n": 1}}}
    right = {**others, "x": {"int": [1, 2], "when": {"n": 1, "k": ["b", "a", "b"]}}}
    assert Space.from_mapping(left, [{"k": "c", "n": 2}]) == Space.from_mapping(
        right, [{"n": 2, "k": ["c"]}]
    )


def test_space_is_frozen(svm):
    """Nothing of a space can be replaced."""
    with pytest.raises(AttributeError):
        svm.clauses = ()


# ------------------------------------------------------------------------- points


def test_to_unit_is_the_inverse_of_from_unit(svm):
    """Every random configuration comes back: choices and integers exactly, floats closely."""
    for k in range(200):
        values = svm.propose(3, k)
        point = svm.to_unit(values)
        filled = [0.5 if math.isnan(u) else u for u in point]
        found = at(svm, filled)
        assert found.keys() == values.keys()
        assert found.get("degree") == values.get("degree")
        assert found["kernel"] == values["kernel"]
        assert found["C"] == pytest.approx(values["C"], rel=1e-12)
        active = [name in values for name in ("C", "kernel", "gamma", "degree")]
        assert [not math.isnan(u) for u in point] == active


@pytest.mark.parametrize(
    ("entry", "values"),
    [
        ({"float": [1e-12, 1 / 3], "log": True}, [1e-12, 1 / 3]),
        ({"float": [-1e307, 1e307]}, [-1e307, 1e307]),
        ({"int": [-3, 4]}, range(-3, 5)),
        ({"int": [1, 300], "log": True}, range(1, 301)),
        ({"choice": [1, True, None, [64, 32], "x"]}, [1, True, None, (64, 32), "x"]),
        ({"ordinal": ["s", "m", "l"]}, ["s", "m", "l"]),
    ],
)
def test_to_unit_finds_every_value_again(entry, values):
    """Bounds, listed values of any type, and all integers come back exactly."""
    space = Space.from_mapping({"v": entry, "fixed": 1})
    for value in values:
        found = at(space, space.to_unit({"v": value, "fixed": 1}))["v"]
        assert repr(found) == repr(float(value) if "float" in entry else value)


@pytest.mark.parametrize(
    ("low", "high", "log"),
    [
        (0.0, 1.0, False),
        (1e-12, 1 / 3, True),
        (1e-12, 1 / 3, False),
        (-1 / 3, 1e-12, False),
        (1e-300, 1e300, True),
        (5e-324, 1.0, True),
        (0.1, math.nextafter(0.1, 1), False),
        (-1e307, 1e307, False),
    ],
)
def test_float_bounds_are_reached_exactly(low, high, log):
    """Both bounds of a float belong to it, whatever their size, and nothing lies beyond."""
    space = Space.from_mapping({"x": {"float": [low, high], "log": log}})
    assert space.from_unit([0.0]) == {"x": low}
    assert space.from_unit([1.0]) == {"x": high}
    found = [space.propose(0, k)["x"] for k in range(50)]
    assert all(low <= x <= high for x in found)
    assert all(space.check({"x": x})["x"] == x for x in [low, high, *found])


@pytest.mark.parametrize(
    ("low", "high", "log"),
    [(0, 1, False), (-3, 4, False), (1, 6, True), (-(2**53), 2**53, False), (1, 2**53, True)],
)
def test_integer_bounds_are_reached_exactly(low, high, log):
    """Both bounds of an integer belong to it, and all values are plain integers."""
    space = Space.from_mapping({"n": {"int": [low, high], "log": log}})
    assert space.from_unit([0.0]) == {"n": low}
    assert space.from_unit([1.0]) == {"n": high}
    found = [space.propose(0, k)["n"] for k in range(50)]
    assert all(type(n) is int and low <= n <= high for n in found)


def test_values_are_plain_and_keep_their_type():
    """Choices come back as what they were, lists as tuples, and never as numpy scalars."""
    values = ["a", 1, 2.5, True, None, [1, [2]]]
    space = Space.from_mapping({"x": {"choice": values}, "c": {"constant": [1, 2]}})
    found = [at(space, [(i + 0.5) / 6]) for i in range(6)]
    assert [each["x"] for each in found] == ["a", 1, 2.5, True, None, (1, (2,))]
    assert [type(each["x"]) for each in found] == [str, int, float, bool, type(None), tuple]
    assert found[0]["c"] == (1, 2)


def test_inactive_coordinates_do_not_matter(svm):
    """Points that differ where nothing is active give one configuration."""
    linear = svm.from_unit([0.5, 0.99, 0.1, 0.2])
    assert linear == svm.from_unit([0.5, 0.99, 0.8, 0.9])
    assert list(linear) == ["C", "kernel", "tol"]


def test_forbidden_points_give_nothing(svm):
    """A point that meets a whole clause is no configuration; one that meets a part is."""
    assert svm.from_unit([0.5, 0.5, 0.5, 1.0]) is None
    assert at(svm, [0.5, 0.5, 0.5, 0.7])["degree"] == 4
    assert at(svm, [0.5, 0.0, 0.5, 1.0])["kernel"] == "rbf"


@pytest.mark.parametrize("point", [[0.5] * 3, [0.5] * 5, [0.5, 0.5, 0.5, 1.5], [math.nan] * 4])
def test_a_point_outside_the_cube_is_refused(svm, point):
    """A point needs one coordinate in [0, 1] for every hyperparameter that is no constant."""
    assert svm.n_dimensions == 4
    with pytest.raises(ValueError, match="`point` must have 4 coordinates between 0 and 1"):
        svm.from_unit(point)


# ------------------------------------------------------------------------- proposals


def test_proposals_are_a_pure_function(svm):
    """Proposal k does not depend on what was asked before, and differs by seed and position."""
    forwards = [svm.propose(3, k) for k in range(20)]
    document = svm.document()
    fresh = Space.from_mapping(document["space"], document["forbid"])
    backwards = [fresh.propose(3, k) for k in reversed(range(20))]
    assert forwards == backwards[::-1]
    assert len({config_id(each) for each in forwards}) == 20
    assert svm.propose(4, 0) != forwards[0]


def test_proposals_never_change():
    """These are fixed for all time: a stored sweep is resumed by proposing again."""
    space = Space.from_mapping({"x": {"float": [0, 1]}, "n": {"int": [1, 100], "log": True}})
    assert [space.propose(0, k) for k in range(2)] == [
        {"x": 0.5118216247002567, "n": 77},
        {"x": 0.33187239186810047, "n": 13},
    ]


@pytest.mark.slow
def test_proposals_are_the_same_in_another_process(svm):
    """No process has randomness of its own."""
    code = (
        "import sys, json; from sweeps.space import Space; d = json.loads(sys.argv[1]);"
        "print(json.dumps(Space.from_mapping(d['space'], d['forbid']).propose(1, 5)))"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code, json.dumps(svm.document())],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == svm.propose(1, 5)


def test_choices_and_integers_are_uniform():
    """Every value has an equal share, bounds included (a chi-square test at 1e-4)."""
    space = Space.from_mapping({"k": {"choice": list("abcd")}, "n": {"int": [1, 8]}})
    found = [at(space, u) for u in np.random.default_rng(0).random((4000, 2)).tolist()]
    for name, n_values, limit in [("k", 4, 21.1), ("n", 8, 29.9)]:
        counts = np.unique([each[name] for each in found], return_counts=True)[1]
        expected = len(found) / n_values
        assert len(counts) == n_values
        assert ((counts - expected) ** 2 / expected).sum() < limit


def test_log_scales_are_uniform_in_the_logarithm():
    """Each decade of a log float has an equal share; integer k has log((k + .5) / (k - .5))."""
    space = Space.from_mapping(
        {"x": {"float": [1e-6, 1e6], "log": True}, "n": {"int": [1, 100], "log": True}}
    )
    units = (np.arange(5_000) + 0.5) / 5_000
    found = [at(space, [u, u]) for u in units]
    decades = np.histogram(np.log10([each["x"] for each in found]), 12, (-6, 6))[0]
    assert np.allclose(decades, 5_000 / 12, atol=2)
    counts = np.bincount([each["n"] for each in found], minlength=101)[1:]
    k = np.arange(1, 101)
    shares = np.log((k + 0.5) / (k - 0.5)) / np.log(100.5 / 0.5)
    assert np.allclose(counts, 5_000 * shares, atol=1.01)


def test_a_space_of_constants_has_one_configuration():
    """Constants alone, or nothing at all, are one configuration however it is asked for."""
    for mapping in ({"a": 1, "b": "x"}, {}):
        space = Space.from_mapping(mapping)
        assert space.propose(0, 0) == space.propose(5, 9) == space.from_unit([]) == mapping
        assert list(space.grid()) == [mapping]
        assert space.size() == 1


@pytest.mark.slow
def test_a_nearly_empty_space_gives_up():
    """Proposing ends with a sentence after a bounded number of tries."""
    clauses = [{name: {"above": 1}} for name in "abcdef"]
    space = Space.from_mapping({name: {"int": [1, 6]} for name in "abcdef"}, clauses)
    with pytest.raises(SpaceError, match=r"got 10000 forbidden ones in a row \(proposal 3\)"):
        space.propose(0, 3)


def test_configspace_has_a_legal_default():
    """Where a clause forbids the middle, ConfigSpace gets another default, which it keeps."""
    space = Space.from_mapping(
        {
            "x": {"float": [0, 1]},
            "y": {"float": [1e-9, 1], "log": True},
            "k": {"choice": ["a", "b"]},
        },
        [{"x": {"above": 0.2}}],
    )
    default = space.configspace.get_default_configuration()
    assert dict(default) == space._default
    assert default["x"] <= 0.2
