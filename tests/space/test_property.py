"""Promises that hold for every space, tried on random definitions.

Two oracles: the definition itself, evaluated on plain values in a few lines here, and
ConfigSpace's own `Configuration`, which checks activity and clauses on its own.
"""

from __future__ import annotations

import json
from contextlib import nullcontext

import numpy as np
import pytest
from ConfigSpace import Configuration
from ConfigSpace.exceptions import ForbiddenValueError
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sweeps.errors import SpaceError
from sweeps.space import Space
from sweeps.space.number import Float, Integer

NAMES = ("a", "b_1", "c.d", "E", "f")
LISTED = (0, 1, True, 2.5, 1 / 3, "x", "y", None, (1, 2), ("x",))
WORDS = ("s", "m", "l", "xl")
BOUNDS = (-1e6, -1 / 3, 0, 1e-12, 1 / 3, 1, 7.5, 1e9)


@st.composite
def entries(draw):
    """Draw an entry of any kind, without condition."""
    kind = draw(st.sampled_from(["float", "int", "choice", "ordinal", "constant"]))
    if kind == "constant":
        return {"constant": draw(st.sampled_from(LISTED))}
    if kind in {"choice", "ordinal"}:
        values = st.lists(st.sampled_from(range(4)), min_size=1, unique=True)
        chosen = draw(st.sampled_from([LISTED[:4], LISTED[5:9], WORDS]))
        return {kind: [chosen[i] for i in draw(values)]}
    log = draw(st.booleans())
    if kind == "int":
        low = draw(st.integers(1 if log else -5, 4))
        return {"int": [low, low + draw(st.integers(1, 6))], "log": log}
    limits = [bound for bound in BOUNDS if bound > 0 or not log]
    low, high = sorted(draw(st.lists(st.sampled_from(limits), min_size=2, max_size=2, unique=True)))
    return {"float": [low, high], "log": log}


@st.composite
def requirements(draw, entry):
    """Draw what a condition or clause may want of a hyperparameter with this entry."""
    (kind,) = set(entry) - {"log", "when"}
    if kind == "constant":
        return [entry["constant"]]
    if kind in {"choice", "ordinal"}:
        return draw(st.lists(st.sampled_from(entry[kind]), min_size=1, max_size=2))
    low, high = entry[kind]
    if kind == "int" and draw(st.booleans()):
        return draw(st.lists(st.integers(low, high), min_size=1, max_size=3))
    cut = low + draw(st.floats(0.1, 0.9)) * (high - low)
    return {draw(st.sampled_from(["above", "below"])): cut}


@st.composite
def definitions(draw):
    """Draw a space and its clauses; conditions point to earlier names, so there are no cycles."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    space: dict[str, dict[str, object]] = {}
    for name in names:
        entry = draw(entries())
        if space and draw(st.booleans()):
            entry["when"] = draw(conjunctions(space))
        space[name] = entry
    n_clauses = draw(st.integers(0, 2))
    # In any order: a parent may stand behind its children.
    order = draw(st.permutations(names))
    clauses = [draw(conjunctions(space)) for _ in range(n_clauses)]
    return {name: space[name] for name in order}, clauses


@st.composite
def conjunctions(draw, space):
    """Draw requirements on one to three hyperparameters."""
    some = draw(st.lists(st.sampled_from(list(space)), min_size=1, max_size=3, unique=True))
    return {name: draw(requirements(space[name])) for name in some}


@st.composite
def spaces(draw):
    """Draw a definition that leaves a legal configuration over, and the space read from it."""
    mapping, forbid = draw(definitions())
    try:
        return mapping, forbid, Space.from_mapping(mapping, forbid)
    except SpaceError as error:
        message = str(error)
    assume("none was found" not in message and "must lie inside the range" not in message)
    raise AssertionError(message)


EVERY_SPACE = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def same(left, right):
    """Compare as the package does: 1 is 1.0 but not True."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def is_met(wanted, value):
    """Judge a requirement on a plain value, by the definition alone."""
    if isinstance(wanted, list):
        return any(same(value, each) for each in wanted)
    (word, cut), *_ = wanted.items()
    return value > cut if word == "above" else value < cut


def are_met(conjunction, values):
    """Judge a condition or clause: what is inactive meets nothing."""
    return all(
        name in values and is_met(wanted, values[name]) for name, wanted in conjunction.items()
    )


def held(space, configuration):
    """Give the numbers that ConfigSpace holds for a configuration."""
    return {
        each.name: each.hold(configuration[each.name])
        for each in space.hyperparameters
        if each.name in configuration
    }


def value_of(hyperparameter, number):
    """Give the value for a number that ConfigSpace holds."""
    if isinstance(hyperparameter, Float):
        return hyperparameter.decode(number)
    return int(number) if isinstance(hyperparameter, Integer) else hyperparameter.every[number]


def proposals(space, n):
    """Give up to `n` proposals; a space that is nearly empty may give none."""
    try:
        return [space.propose(0, k) for k in range(n)]
    except SpaceError as error:
        assert "10000 forbidden ones in a row" in str(error)  # noqa: PT017 - the only one allowed
        return []


@pytest.mark.slow
@EVERY_SPACE
@given(spaces())
def test_document_reads_back(drawn):
    """`document` is JSON, and what is read from it is the same space."""
    space = drawn[2]
    document = json.loads(json.dumps(space.document()))
    again = Space.from_mapping(document["space"], document["forbid"])
    assert again == space
    assert again.document() == space.document()
    assert again.is_wider_than(space)
    assert proposals(again, 3) == proposals(space, 3)


@pytest.mark.slow
@EVERY_SPACE
@given(spaces())
def test_proposals_follow_the_definition(drawn):
    """Active is what the definition says, no clause is met, and `check` changes nothing."""
    mapping, forbid, space = drawn
    for found in proposals(space, 8):
        for name, entry in mapping.items():
            wanted = entry.get("when", {})
            assert (name in found) == are_met(wanted, found)
        assert not any(are_met(clause, found) for clause in forbid)
        checked = space.check(found)
        assert checked == found
        assert [type(each) for each in checked.values()] == [type(each) for each in found.values()]


@pytest.mark.slow
@EVERY_SPACE
@given(spaces())
def test_configspace_agrees_with_proposals(drawn):
    """ConfigSpace's own `Configuration` accepts every proposal, with the same active set."""
    space = drawn[2]
    for found in proposals(space, 8):
        theirs = Configuration(space.configspace, values=held(space, found))
        theirs.check_valid_configuration()
        assert set(theirs) == set(found)


@pytest.mark.slow
@EVERY_SPACE
@given(spaces(), st.data())
def test_configspace_agrees_on_what_is_forbidden(drawn, data):
    """A point is forbidden here exactly when ConfigSpace forbids it."""
    space = drawn[2]
    without = Space.from_mapping(space.document()["space"])
    units = st.lists(st.floats(0, 1), min_size=space.n_dimensions, max_size=space.n_dimensions)
    point = data.draw(units)
    values = held(without, without.from_unit(point))
    # As a vector, because ConfigSpace rounds values to 13 decimals.
    vector = np.full(len(space.names), np.nan)
    for name, number in values.items():
        vector[space.configspace.index_of[name]] = space.configspace[name].to_vector(number)
    theirs = Configuration(space.configspace, vector=vector)
    is_forbidden = space.from_unit(point) is None
    with pytest.raises(ForbiddenValueError) if is_forbidden else nullcontext():
        theirs.check_valid_configuration()


@pytest.mark.slow
@EVERY_SPACE
@given(spaces())
def test_what_configspace_draws_is_legal(drawn):
    """A sampler that works on `configspace` gives legal configurations once decoded."""
    space = drawn[2]
    assume(len(proposals(space, 3)) == 3)
    space.configspace.seed(0)
    decode = {each.name: each for each in space.hyperparameters}
    for theirs in space.configspace.sample_configuration(4):
        values = {name: value_of(decode[name], number) for name, number in theirs.items()}
        assert space.check(values) == values


@pytest.mark.slow
@EVERY_SPACE
@given(spaces())
def test_corners_of_the_cube_are_bounds(drawn):
    """Positions 0 and 1 give the bounds themselves, plain and of the right type."""
    mapping, _, space = drawn
    for unit, side in ((0.0, 0), (1.0, -1)):
        for name, value in (space.from_unit([unit] * space.n_dimensions) or {}).items():
            (kind,) = set(mapping[name]) - {"log", "when"}
            if kind != "constant":
                assert same(value, mapping[name][kind][side])
            assert type(value) in {str, int, float, bool, type(None), tuple}


@pytest.mark.slow
@EVERY_SPACE
@given(spaces())
def test_size_is_the_length_of_the_grid(drawn):
    """Where the size is told, that many different configurations can be listed."""
    space = drawn[2]
    n = space.size()
    assume(n is not None and n <= 3000)
    listed = list(space.grid())
    assert len(listed) == n == len({json.dumps(each) for each in listed})
    assert all(space.check(each) == each for each in listed[:50])
