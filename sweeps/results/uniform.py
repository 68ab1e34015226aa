"""Columns of values of different kinds, ready for files in which a column has one type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sweeps.results.column import TEXT
from sweeps.space.value import canonical_text, is_number

if TYPE_CHECKING:
    from collections.abc import Iterable


def uniform(frame: pd.DataFrame) -> pd.DataFrame:
    """Write columns in which kinds of values mix as text, such as numbers beside words.

    Args:
        frame: Any frame; columns of one kind stay as they are.

    Returns:
        A copy with the same attributes. Words stay as they are, all else is written as JSON.

    Example:
        >>> frame = pd.DataFrame({"after": [None, 0.5, "adam", ("poly", 2)], "n": [1, 2, 3, 4]})
        >>> uniform(frame)["after"].tolist()
        [nan, '0.5', 'adam', '["poly",2]']
    """
    mixed = [
        place
        for place, dtype in enumerate(frame.dtypes)
        if dtype == np.dtype(object) and not _is_uniform(frame.iloc[:, place])
    ]
    found = frame.copy()
    for place in mixed:
        texts = [_text(value) for value in frame.iloc[:, place]]
        found.isetitem(place, pd.array(texts, dtype=TEXT))
    return found


def _is_uniform(values: Iterable[object]) -> bool:
    """Say whether a column of one type can hold all values that are there."""
    known = [value for value in values if not _is_gap(value)]
    kinds = {_kind(value) for value in known}
    if len(kinds) > 1:
        return False
    if kinds == {list}:
        return _is_uniform(item for each in known for item in each)  # type: ignore[attr-defined]
    if kinds == {dict}:
        names = {name for each in known for name in each}  # type: ignore[attr-defined]
        columns = ([each.get(name) for each in known] for name in names)  # type: ignore[attr-defined]
        return bool(names) and all(map(_is_uniform, columns))
    return True


def _kind(value: object) -> type:
    if is_number(value):
        return float
    return list if isinstance(value, (tuple, list)) else type(value)


def _is_gap(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _text(value: object) -> str | None:
    if _is_gap(value) or isinstance(value, str):
        return value if isinstance(value, str) else None
    return canonical_text(value)
