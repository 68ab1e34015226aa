"""Values as plain Python data, and the identifier of a configuration."""

from __future__ import annotations

import math
import subprocess
import sys
from enum import StrEnum

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.errors import SpaceError
from sweeps.space import config_id
from sweeps.space.value import finite_number, plain, unique

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)
)
CONFIGURATIONS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), SCALARS, max_size=5)


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("given_value", "expected"),
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),  # noqa: FBT003 - the value under test
        (np.str_("a"), "a"),
        (Colour.RED, "red"),
        ([1, (2, [3])], (1, (2, (3,)))),
        (np.array([1.5, 2.5]), (1.5, 2.5)),
        (range(3), (0, 1, 2)),
        (None, None),
    ],
)
def test_plain_gives_built_in_types(given_value, expected):
    """Whatever comes, plain Python data of exactly that value goes on."""
    found = plain(given_value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("wrong", [{"a": 1}, b"bytes", object(), 1j, [{"a": 1}]])
def test_plain_refuses_what_is_no_data(wrong):
    """Mappings, bytes and objects are refused, inside lists too."""
    with pytest.raises(TypeError, match="A value must be a word, a number"):
        plain(wrong)


@pytest.mark.parametrize("wrong", [True, "1", math.nan, math.inf, None, 10**400, [1]])
def test_only_finite_numbers_are_numbers(wrong):
    """Neither truth values nor text nor infinities nor integers beyond floats count as numbers."""
    assert finite_number(wrong) is None


def test_unique_keeps_the_first_of_equal_values():
    """1 and 1.0 are one value, 1 and True are two; order stays."""
    assert unique(["b", 1, True, 1.0, "b", None]) == ("b", 1, True, None)


@given(CONFIGURATIONS)
def test_id_ignores_order(values):
    """The order of the names does not matter."""
    assert config_id(dict(reversed(values.items()))) == config_id(values)


@given(CONFIGURATIONS)
def test_id_ignores_numeric_type(values):
    """An integral float, the integer and numpy's versions of both are one value."""
    twins = {
        name: float(value) if type(value) is int and abs(value) < 2**53 else value
        for name, value in values.items()
    }
    numpy_twins = {
        name: np.float64(value) if type(value) is float else value for name, value in twins.items()
    }
    assert config_id(twins) == config_id(values) == config_id(numpy_twins)


@given(CONFIGURATIONS, CONFIGURATIONS)
def test_id_tells_configurations_apart(left, right):
    """Other values give another identifier."""
    if left != right:
        assert config_id(left) != config_id(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": True}, {"a": 1}),
        ({"a": "1"}, {"a": 1}),
        ({"a": None}, {}),
        ({"a": 0.1}, {"a": 0.1 + 2**-56}),
        ({"a": [1, 2]}, {"a": [2, 1]}),
        ({"a": False}, {"a": 0}),
    ],
)
def test_id_tells_close_calls_apart(left, right):
    """What Python compares as equal, or nearly so, can still be different values."""
    assert config_id(left) != config_id(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": -0.0}, {"a": 0}),
        ({"a": (1, 2)}, {"a": [1.0, 2.0]}),
        ({"a": 1e22}, {"a": 10**22}),
        ({"a": np.float64(1 / 3)}, {"a": 1 / 3}),
    ],
)
def test_id_unites_spellings(left, right):
    """Different ways to write one value give one identifier."""
    assert config_id(left) == config_id(right)


def test_id_is_the_documented_hash():
    """16 hexadecimal digits of the SHA-256 of the canonical JSON, fixed for all time."""
    assert config_id({"kernel": "rbf", "C": 1.0}) == "3d61b0231450cee9"


@pytest.mark.slow
def test_id_is_the_same_in_another_process():
    """Python's randomised `hash` plays no part."""
    code = "from sweeps.space import config_id; print(config_id({'b': 'x', 'a': 0.1}))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == config_id({"a": 0.1, "b": "x"})


def test_id_refuses_what_is_no_data():
    """A value that cannot be written down has no identifier, and the message names all such."""
    match = r"(?s)2 problems in the configuration.*- a: a value must be.*- c: a value must be"
    with pytest.raises(SpaceError, match=match):
        config_id({"a": object(), "b": 1, "c": {}})
