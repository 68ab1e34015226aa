"""Rows that are read later must be the rows that were there before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.errors import ResultsError
from sweeps.planner.event import Role, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sweeps.analysis.array import Integers
    from sweeps.store.table import Columns

_COMPARED = ("config_index", "role", "seed", "status", "score")


def as_it_was(seen: Columns, whole: Columns, name: str) -> Columns:
    """Give the rows of a table that were there when its keys and scores were read.

    A sweep that still runs gets more runs meanwhile, and these are left out.

    Args:
        seen: The columns of `Store.score_table`, read earlier.
        whole: The columns of `Store.run_table`, read now.
        name: Name of the sweep, for the message.

    Returns:
        The columns of `whole`, one entry for each of `seen`.

    Raises:
        ResultsError: Runs were deleted or replaced meanwhile.
    """
    then = {**seen, "role": _words(seen["role"], Role), "status": _words(seen["status"], Status)}
    places = _places([then[key] for key in _COMPARED], [whole[key] for key in _COMPARED])
    if places is None:
        message = (
            f"Runs of `{name}` were deleted or replaced after its results were opened, so what "
            "belongs to them is gone. Load the results again."
        )
        raise ResultsError(message)
    return {column: values[places] for column, values in whole.items()}


def _places(then: list[NDArray[Any]], now: list[NDArray[Any]]) -> Integers | slice | None:
    """Find rows among others, both by configuration, role and seed; None where one is missing."""
    if _is_same(then, now):
        return slice(None)
    place = {key: i for i, key in enumerate(zip(*(key.tolist() for key in now[:3]), strict=True))}
    keys = zip(*(key.tolist() for key in then[:3]), strict=True)
    found = np.array([place.get(key, -1) for key in keys], np.int64)
    if (found < 0).any() or not _is_same(then, [values[found] for values in now]):
        return None
    return found


def _is_same(a: list[NDArray[Any]], b: list[NDArray[Any]]) -> bool:
    return all(
        np.array_equal(x, y, equal_nan=x.dtype.kind == "f") for x, y in zip(a, b, strict=True)
    )


def _words(codes: Integers, known: Iterable[str]) -> NDArray[Any]:
    return np.array([str(word) for word in known], np.object_)[codes]
