"""Columns get one type for a file, and only those that have several."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pytest

from sweeps.results import Answer
from sweeps.results.uniform import uniform


def column(*values):
    return pd.DataFrame({"x": pd.Series(list(values), dtype=object)})


@pytest.mark.parametrize(
    "values",
    [
        (1, 0.5, None),
        ("a", None),
        (True, False),
        ((1, 2), (3,)),
        ({"a": 1}, None, {"a": 0.5, "b": "x"}),
        (),
    ],
)
def test_values_of_one_kind_stay(values):
    frame = column(*values)
    pd.testing.assert_frame_equal(uniform(frame), frame)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((1, "a"), ["1", "a"]),
        ((True, 1), ["true", "1"]),
        (((1, 2), 3), ["[1,2]", "3"]),
        ((("a", None), ("b", 2)), ['["a",null]', '["b",2]']),
        (({"a": 1}, {"a": "x"}), ['{"a":1}', '{"a":"x"}']),
        (({},), ["{}"]),
    ],
)
def test_values_of_several_kinds_become_text(values, texts):
    assert uniform(column(*values))["x"].tolist() == texts


@pytest.mark.parametrize("method", ["to_parquet", "to_feather"])
def test_an_answer_of_mixed_values_can_be_written(method):
    answer = Answer.of({"x": column(1, "a", None)["x"]}, {"level": 0.95})
    file = BytesIO()
    getattr(answer, method)(file)
    read = pd.read_parquet(file) if method == "to_parquet" else pd.read_feather(file)
    assert read["x"].tolist()[:2] == ["1", "a"]
    assert answer["x"].tolist() == [1, "a", None]
