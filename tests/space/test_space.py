"""What a space gives: proposals, points, grids, counts, checks and comparisons."""

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

SVM = {
    "C": {"float": [1e-3, 1e3], "log": True},
    "kernel": {"choice": ["rbf", "poly", "linear"]},
    "gamma": {"float": [1e-4, 10], "log": True, "when": {"kernel": ["rbf", "poly"]}},
    "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
    "tol": 1e-3,
}
FORBID = [{"kernel": "poly", "degree": 5}]


@pytest.fixture(scope="module")
def svm():
    """A conditional mixed space with a clause."""
    return Space.from_mapping(SVM, FORBID)


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
    backwards = [Space.from_mapping(SVM, FORBID).propose(3, k) for k in reversed(range(20))]
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


# ------------------------------------------------------------------------- conditions


def active(space, **values):
    """Say which hyperparameters the checked configuration has."""
    return set(space.check(values))


def test_several_keys_mean_and():
    """A hyperparameter is active where all parts of its condition hold."""
    others = {"k": {"choice": ["a", "b"]}, "n": {"int": [1, 5]}}
    when = {"k": "a", "n": {"above": 1, "below": 4}}
    space = Space.from_mapping({**others, "x": {"float": [0, 1], "when": when}})
    assert active(space, k="a", n=2, x=0.5) == {"k", "n", "x"}
    assert active(space, k="a", n=1) == active(space, k="b", n=2) == {"k", "n"}
    assert active(space, k="a", n=4) == {"k", "n"}


def test_what_depends_on_the_inactive_is_inactive():
    """Conditions chain: no parent, no child, whatever values stand there."""
    space = Space.from_mapping(
        {
            "c": {"int": [0, 1], "when": {"b": 1}},
            "b": {"int": [0, 1], "when": {"a": 1}},
            "a": {"int": [0, 1]},
        }
    )
    assert active(space, a=0) == {"a"}
    assert active(space, a=1, b=0) == {"a", "b"}
    assert active(space, a=1, b=1, c=0) == {"a", "b", "c"}
    assert space.size() == 1 + 1 + 2
    assert space.names == ("c", "b", "a")


@pytest.mark.parametrize(
    ("parent", "wanted", "inside", "outside"),
    [
        ({"float": [0, 1]}, {"above": 0.25}, [0.2500001, 1.0], [0.0, 0.25]),
        ({"float": [1e-6, 1], "log": True}, {"below": 1e-3}, [1e-6, 9.99e-4], [1e-3, 1.0]),
        ({"float": [0, 1], "grid": 3}, 0.5, [0.5], [0.4999, 0.0]),
        ({"float": [1e-12, 1], "log": True, "grid": 4}, [1e-8], [1e-8], [1e-12]),
        ({"int": [1, 9]}, {"above": 2.5}, [3, 9], [1, 2]),
        ({"int": [1, 9]}, {"below": 2.5}, [1, 2], [3, 9]),
        ({"int": [1, 9], "log": True}, [2, 7], [2, 7], [1, 3, 9]),
        ({"choice": [1, 10, 100]}, {"above": 1}, [10, 100], [1]),
        ({"choice": [1, True]}, True, [True], [1]),
        ({"choice": [[64, 32], [128]]}, [[64, 32]], [(64, 32)], [[128]]),
        ({"choice": [None, "a"]}, [None], [None], ["a"]),
        ({"ordinal": ["s", "m", "l"]}, {"above": "s"}, ["m", "l"], ["s"]),
        ({"ordinal": ["s", "m", "l"]}, {"above": "s", "below": "l"}, ["m"], ["s", "l"]),
        ({"ordinal": [8, 2, 4]}, {"above": 3}, [8, 4], [2]),
    ],
)
def test_each_way_to_require_a_value(parent, wanted, inside, outside):
    """Conditions and clauses agree on which values meet a requirement."""
    child = {"int": [0, 1], "when": {"p": wanted}}
    conditional = Space.from_mapping({"p": parent, "x": child})
    forbidding = Space.from_mapping({"p": parent}, [{"p": wanted}])
    for value in inside:
        assert active(conditional, p=value, x=1) == {"p", "x"}
        with pytest.raises(SpaceError, match=r"`forbid\[0\]` forbids this combination"):
            forbidding.check({"p": value})
    for value in outside:
        assert active(conditional, p=value) == {"p"}
        forbidding.check({"p": value})


def test_a_constant_can_be_conditional():
    """A constant with a condition is carried where the condition holds."""
    space = Space.from_mapping(
        {"k": {"choice": ["a", "b"]}, "c": {"constant": 5, "when": {"k": "a"}}}
    )
    assert list(space.grid()) == [{"k": "a", "c": 5}, {"k": "b"}]
    assert space.n_dimensions == 1


# ------------------------------------------------------------------------- grid and size


def test_grid_gives_every_legal_configuration_once():
    """Inactive values collapse, forbidden combinations are left out, the last changes fastest."""
    space = Space.from_mapping(
        {
            "kernel": {"choice": ["rbf", "poly"]},
            "C": {"float": [0.01, 100], "log": True, "grid": 3},
            "degree": {"int": [2, 4], "when": {"kernel": "poly"}},
        },
        [{"degree": 3, "C": {"above": 1}}],
    )
    found = [tuple(each.values()) for each in space.grid()]
    assert found == [
        *(("rbf", C) for C in (0.01, 1.0, 100.0)),
        *(("poly", C, degree) for C in (0.01, 1.0) for degree in (2, 3, 4)),
        *(("poly", 100.0, degree) for degree in (2, 4)),
    ]


def test_grid_forgets_what_became_inactive():
    """Values of an earlier branch neither activate nor forbid anything in a later one."""
    falling = {"choice": [1, 0]}
    chain = {"a": falling, "b": falling | {"when": {"a": 1}}, "c": falling | {"when": {"b": 0}}}
    found = [tuple(each.values()) for each in Space.from_mapping(chain, [{"b": 0, "a": 0}]).grid()]
    assert found == [(1, 1), (1, 0, 1), (1, 0, 0), (0,)]


@pytest.mark.parametrize(
    ("entry", "points"),
    [
        ({"float": [0, 1], "grid": 5}, [0, 0.25, 0.5, 0.75, 1]),
        ({"float": [0, 0.3], "grid": 4}, [0, 0.1, 0.2, 0.3]),
        ({"float": [1e-3, 1e3], "log": True, "grid": 7}, [1e-3, 1e-2, 0.1, 1, 10, 100, 1e3]),
        ({"float": [1e-12, 1 / 3], "grid": 2}, [1e-12, 1 / 3]),
        ({"int": [1, 100], "log": True, "grid": 3}, [1, 10, 100]),
        ({"int": [0, 100], "grid": 5}, [0, 25, 50, 75, 100]),
        ({"int": [1, 10], "log": True, "grid": 8}, [1, 2, 3, 4, 5, 7, 10]),
        ({"int": [2, 4]}, [2, 3, 4]),
    ],
)
def test_grid_points_are_evenly_spaced(entry, points):
    """Points include both bounds, follow the scale and have few digits."""
    assert [each["x"] for each in Space.from_mapping({"x": entry}).grid()] == points


def test_close_grid_points_stay_apart():
    """Where twelve digits would make points meet, they keep all their digits."""
    low, high = 1.0, 1.0 + 2**-48
    space = Space.from_mapping({"x": {"float": [low, high], "grid": 5}})
    assert [each["x"] for each in space.grid()] == [low + i * 2**-50 for i in range(5)]


def test_a_grid_needs_points():
    """Floats without `grid` are named, all at once and before the first configuration."""
    space = Space.from_mapping({"a": {"float": [0, 1]}, "b": {"float": [0, 1]}, "n": 1})
    with pytest.raises(SpaceError, match=r"(?s)2 problems.*space.a.grid: a float.*space.b.grid"):
        space.grid()


@pytest.mark.parametrize(
    ("mapping", "forbid", "size"),
    [
        ({"a": {"int": [1, 10]}, "b": {"choice": [1, 2, 3]}}, [], 30),
        ({"a": {"int": [1, 10]}, "b": {"int": [1, 3], "when": {"a": {"above": 5}}}}, [], 20),
        ({"a": {"int": [1, 10]}, "b": {"int": [1, 10]}}, [{"a": 1, "b": 1}], 99),
        ({"a": {"int": [1, 1000]}, "b": {"int": [1, 1000]}}, [], 1_000_000),
        ({"a": {"int": [1, 1000]}, "b": {"int": [1, 1001]}}, [], None),
        ({"a": {"float": [0, 1], "grid": 3}}, [], None),
        ({"a": {"int": [1, 500]}, "b": {"int": [1, 500]}}, [{"a": 1, "b": 1}], None),
    ],
)
def test_size_counts_distinct_configurations(mapping, forbid, size):
    """The number is exact, or None where it is infinite, too large or long to count."""
    assert Space.from_mapping(mapping, forbid).size() == size


# ------------------------------------------------------------------------- check


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


# ------------------------------------------------------------------------- wider spaces


def with_entry(name, entry, forbid=FORBID):
    """Give the space with one entry replaced."""
    return Space.from_mapping(SVM | {name: entry}, forbid)


@pytest.mark.parametrize(
    "wider",
    [
        with_entry("C", {"float": [1e-4, 1e3], "log": True}),
        with_entry("kernel", {"choice": ["linear", "sigmoid", "poly", "rbf"]}),
        with_entry("degree", {"int": [1, 6], "when": {"kernel": ["poly"]}}),
    ],
)
def test_wider_spaces_are_recognised(svm, wider):
    """Wider bounds and more choices make a space that a sweep can go on in, but not back."""
    assert wider.is_wider_than(svm)
    assert not svm.is_wider_than(wider)


def test_equal_spaces_count_as_wider(svm):
    """A space is as wide as itself, whatever the points of its grid."""
    finer = with_entry("C", {"float": [1e-3, 1e3], "log": True, "grid": 5})
    assert svm.is_wider_than(svm)
    assert finer.is_wider_than(svm)
    assert svm.is_wider_than(finer)


@pytest.mark.parametrize(
    "other",
    [
        with_entry("C", {"float": [1e-2, 1e4], "log": True}),
        with_entry("C", {"float": [1e-3, 1e3]}),
        with_entry("C", {"int": [0, 10_000]}),
        with_entry("kernel", {"ordinal": ["rbf", "poly", "linear"]}),
        with_entry("kernel", {"choice": ["rbf", "poly", "sigmoid"]}),
        with_entry("gamma", {"float": [1e-4, 10], "log": True, "when": {"kernel": "rbf"}}),
        with_entry("tol", 1e-4),
        with_entry("tol", {"choice": [1e-3, 1e-4]}),
        with_entry("extra", 1),
        with_entry("tol", 1e-3, forbid=[]),
    ],
)
def test_other_spaces_are_not_wider(svm, other):
    """Anything lost, moved, added or put under another rule makes another space."""
    assert not other.is_wider_than(svm)


def test_ordinals_keep_their_order():
    """An ordinal may gain values anywhere, but the old ones stay in order."""
    old = Space.from_mapping({"x": {"ordinal": ["s", "l"]}})
    assert Space.from_mapping({"x": {"ordinal": ["xs", "s", "m", "l"]}}).is_wider_than(old)
    assert not Space.from_mapping({"x": {"ordinal": ["l", "m", "s"]}}).is_wider_than(old)
