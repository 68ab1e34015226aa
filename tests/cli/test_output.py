"""What goes to standard output, in which form."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from sweeps.cli.output import print_json, records


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
