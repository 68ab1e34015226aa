"""What goes to standard output, in which form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sweeps.cli.output import answer, print_json, records

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (pd.NA, None),
        (pd.NaT, None),
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(1), True),
        ((1, "two", None), [1, "two", None]),
        ({3: np.nan}, {"3": None}),
        ("±", "±"),
    ],
)
def test_json_holds_plain_data(capsys, value, printed):
    """Whatever JSON has no word for becomes null or text."""
    print_json(value)
    text = capsys.readouterr().out
    assert json.loads(text) == printed
    assert text.isascii()


def test_records_are_the_first_rows(capsys):
    """All of them where no number is given."""
    frame = pd.DataFrame({"a": [1, 2, 3]})
    assert records(frame, 2) == [{"a": 1}, {"a": 2}]
    assert len(records(frame, None)) == 3


@dataclass(frozen=True, slots=True)
class Record:
    """A record within a record, as answers have them."""

    figures: Mapping[str, float]
    inner: Record | None = None


def test_records_and_arrays_become_plain_data(capsys):
    """However deep they are, and whatever kind of mapping they hold."""
    figures = MappingProxyType({"a": np.float64("nan"), "b": 0.5})
    print_json([Record(figures, Record(figures)), np.array([[1, 2]]), np.array(3)])
    plain = {"a": None, "b": 0.5}
    nested = {"figures": plain, "inner": {"figures": plain, "inner": None}}
    assert json.loads(capsys.readouterr().out) == [nested, [[1, 2]], 3]


def test_an_answer_is_its_rows_and_how_it_was_made():
    """Facts stand beside the rows."""
    frame = pd.DataFrame({"a": [1, 2]})
    frame.attrs["design"] = "crossed"
    assert answer(frame) == {"rows": [{"a": 1}, {"a": 2}], "design": "crossed"}
    assert answer(frame, 1)["rows"] == [{"a": 1}]
