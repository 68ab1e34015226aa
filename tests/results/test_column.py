"""The dtype of a hyperparameter's column follows from its values."""

from __future__ import annotations

import pandas as pd
import pytest

from sweeps.column import RESERVED_NAMES
from sweeps.results.column import CONFIG_COLUMNS, CURVE_COLUMNS, RUN_COLUMNS, natural_array


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([1, 2], "Int64"),
        ([2**53 + 1, -5], "Int64"),
        ([True, False], "boolean"),
        (["a", "b"], "str"),
        ([0.5, 1.0], "float64"),
        ([1, 0.5], "float64"),
        ([1, True], "object"),
        ([1, "a"], "object"),
        ([None, 5], "object"),
        ([[1, 2], [3]], "object"),
        ([2**70, 1], "object"),
        ([2**60, 0.5], "object"),
    ],
)
@pytest.mark.parametrize("is_complete", [True, False])
def test_values_keep_their_type_whether_or_not_some_are_missing(values, dtype, is_complete):
    """The dtype depends on the values that are there; every one of them comes back equal."""
    mask = [True, True] if is_complete else [True, False, True]
    array = natural_array(values, mask)
    assert str(array.dtype) == dtype
    back = [value for value, is_there in zip(array.tolist(), mask, strict=True) if is_there]
    assert back == values
    if not is_complete:
        assert pd.isna(array[1])
        assert array[1] is not None


def test_column_without_values_is_all_missing():
    """A hyperparameter that is never active has a column of NaN."""
    assert pd.isna(natural_array([], [False, False])).all()


def test_documented_columns_are_reserved():
    """No hyperparameter of a sweep can take the name of a column of `runs` or `configs`."""
    assert {*RUN_COLUMNS, *CONFIG_COLUMNS, *CURVE_COLUMNS} - {"step"} <= RESERVED_NAMES
