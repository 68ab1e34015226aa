"""Reads columns that others made, whatever their dtype: numbers, words, configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers


def numbers(column: pd.Series, name: str) -> Floats:
    """Give a column as floats.

    Args:
        column: Numbers of any dtype; missing ones become NaN.
        name: Its name, for the message.

    Raises:
        ResultsError: An entry is no number.

    Example:
        >>> numbers(pd.Series([1, None, 2.5], dtype=object), "loss").tolist()
        [1.0, nan, 2.5]
    """
    if not (column.dtype == object or pd.api.types.is_numeric_dtype(column)):
        _refuse(column.tolist()[0], name, 0)
    for row, value in enumerate(column.tolist() if column.dtype == object else ()):
        if not _is_missing(value) and not isinstance(value, int | float | np.number):
            _refuse(value, name, row)
    if pd.api.types.is_complex_dtype(column):
        _refuse(column.iloc[0], name, 0)
    known = column.astype("Float64") if column.dtype == object else column
    return np.asarray(known.to_numpy(dtype=np.float64, na_value=np.nan))


def _refuse(value: object, name: str, row: int) -> None:
    message = (
        f"The column `{name}` must hold numbers, got {value!r} in row {row}. Convert it, for "
        f"example with `pandas.to_numeric`."
    )
    raise ResultsError(message)


def words(column: pd.Series) -> list[str | None]:
    """Give a column as text, None where it is missing.

    Example:
        >>> words(pd.Series(["a", None]))
        ['a', None]
    """
    return [None if _is_missing(value) else str(value) for value in column.tolist()]


def configuration_codes(
    df: pd.DataFrame, names: Sequence[str], config_id: str | None
) -> tuple[Integers, Integers]:
    """Number the configurations in order of appearance.

    Args:
        df: One row per run.
        names: Columns with the hyperparameters.
        config_id: Column that identifies the configuration, None where only the values do.

    Returns:
        The number of each row's configuration, and the first row of each configuration.

    Raises:
        ResultsError: One identifier stands for two configurations.
    """
    by_values = np.zeros(len(df), dtype=np.int64)
    for name in names:
        codes = _value_codes(df[name])
        by_values = pd.factorize(by_values * (codes.max() + 2) + codes + 1)[0]
    if config_id is None:
        return by_values, np.unique(by_values, return_index=True)[1]
    by_id = pd.factorize(df[config_id].astype(str))[0]
    first = np.unique(by_id, return_index=True)[1]
    bad = np.flatnonzero(by_values != by_values[first][by_id])
    if len(bad):
        row = bad[0]
        message = (
            f"One `{config_id}` must stand for one configuration, got "
            f"{df[config_id].tolist()[row]!r} with different hyperparameters in rows "
            f"{first[by_id[row]]} and {row}. Leave out `config_id` to go by the values."
        )
        raise ResultsError(message)
    return by_id, first


def configuration_values(
    df: pd.DataFrame, names: Sequence[str], rows: Integers
) -> list[dict[str, object]]:
    """Give the active hyperparameters of some rows as plain Python values."""
    columns = {name: df[name].iloc[rows].astype(object).tolist() for name in names}
    return [
        {name: _plain(values[i]) for name, values in columns.items() if not _is_missing(values[i])}
        for i in range(len(rows))
    ]


def _value_codes(column: pd.Series) -> Integers:
    """Number the distinct values of a column, -1 where it is missing."""
    if column.dtype != object:
        return np.asarray(pd.factorize(column)[0], dtype=np.int64)
    known: dict[Any, int] = {}
    codes = [
        -1 if _is_missing(value) else known.setdefault(_key(value), len(known))
        for value in column.tolist()
    ]
    return np.asarray(codes, dtype=np.int64)


def _key(value: object) -> object:
    """Give something hashable that tells values apart; True is not 1."""
    if isinstance(value, bool | np.bool_):
        return (bool, bool(value))
    return value if isinstance(value, int | float | str | np.number) else repr(value)


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def _is_missing(value: Any) -> bool:
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
