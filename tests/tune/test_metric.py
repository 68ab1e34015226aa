"""What counts as a report."""

from __future__ import annotations

import math
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.column import RESERVED_NAMES, is_reserved
from sweeps.tune.metric import MalformedReportError, numbers


class Name(str, Enum):  # noqa: UP042 - unlike `StrEnum`, its `str` is another text
    LOSS = "loss"


class Tensor:
    """Behaves as a tensor of torch: `size` is a method, and `item` needs one element."""

    def __init__(self, *values):
        self.values = values

    def size(self):
        return (len(self.values),)

    def item(self):
        if len(self.values) != 1:
            message = "a Tensor with several elements cannot be converted to Scalar"
            raise RuntimeError(message)
        return self.values[0]


@given(st.dictionaries(st.text().filter(lambda s: not is_reserved(s)), st.floats()))
def test_floats_come_through_as_they_are(report):
    """NaN, infinities, signed zeros and subnormal numbers included."""
    read = numbers(report)
    assert list(read) == list(report)
    for name, value in report.items():
        assert np.float64(read[name]).tobytes() == np.float64(value).tobytes()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (True, 1.0),
        (Fraction(1, 4), 0.25),
        (np.float32(0.5), 0.5),
        (np.int8(-3), -3.0),
        (np.bool_(True), 1.0),  # noqa: FBT003
        (np.array(0.5), 0.5),
        (np.array([0.5]), 0.5),
        (np.array([[2]]), 2.0),
        (pd.Series([0.5]), 0.5),
        (Tensor(0.5), 0.5),
        (-math.inf, -math.inf),
    ],
)
def test_everything_that_is_one_number_is_taken(value, expected):
    """Scalars of Python and numpy, and arrays and tensors of one element, become plain floats."""
    number = numbers({"loss": value})["loss"]
    assert type(number) is float
    assert number == expected


def test_none_is_not_reported():
    """It leaves no trace, unlike NaN."""
    assert list(numbers({"loss": None, "accuracy": math.nan})) == ["accuracy"]


def test_any_mapping_is_a_report():
    """It need not be a dict."""
    assert numbers(MappingProxyType({"loss": 1})) == {"loss": 1.0}


@pytest.mark.parametrize("name", [Name.LOSS, np.str_("loss")])
def test_names_become_plain_text(name):
    """The driver reads reports without the modules of the objective."""
    (read,) = numbers({name: 1.0})
    assert (type(read), read) == (str, "loss")


@pytest.mark.parametrize(
    "value",
    [
        "0.5",
        [0.5],
        {"a": 1.0},
        1j,
        Decimal("0.5"),
        np.array([1.0, 2.0]),
        np.array([]),
        np.array(["0.5"]),
        np.array([None]),
        np.str_("0.5"),
        np.complex128(1j),
        pd.Series([1.0, 2.0]),
        Tensor(1.0, 2.0),
        object(),
    ],
)
def test_what_is_not_one_number_is_refused(value):
    """By the metric's name and the kind of what came."""
    kind = type(value).__name__
    with pytest.raises(MalformedReportError, match=f"`loss` must be a number, .* was a {kind}$"):
        numbers({"loss": value})


def test_a_number_that_is_too_large_is_refused():
    """Python's integers have no limit, floats do."""
    with pytest.raises(MalformedReportError, match="`loss` must fit into a float, but it was too"):
        numbers({"loss": 10**400})


@pytest.mark.parametrize(
    ("report", "came"), [(None, "None"), (0.5, "a float"), ([1.0], "a list"), ("ok", "a str")]
)
def test_what_is_no_mapping_is_refused(report, came):
    """With the kind of what came."""
    with pytest.raises(MalformedReportError, match=f"must give a dict .*, but it gave {came}$"):
        numbers(report)


@pytest.mark.parametrize("value", [0.5, 1, np.float64(0.5)])
@pytest.mark.parametrize("name", [*sorted(RESERVED_NAMES), "seed_split"])
def test_a_name_of_a_column_is_refused(name, value):
    """Results would have two columns of that name."""
    with pytest.raises(MalformedReportError, match=f"name '{name}' is taken by a column"):
        numbers({name: value})


@pytest.mark.parametrize("name", [1, None, ("a", "b")])
def test_a_name_that_is_no_text_is_refused(name):
    """Column names are text."""
    with pytest.raises(MalformedReportError, match="a metric's name must be text, but it was"):
        numbers({name: 0.5})
