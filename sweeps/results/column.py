"""Columns: their names, and the dtype that the values of a hyperparameter ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.planner.event import Role, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sweeps.analysis.array import Integers

RUN_COLUMNS = (
    "config_id",
    "role",
    "seed",
    "status",
    "score",
    "steps",
    "duration_s",
    "attempts",
    "node",
    "error",
)
CONFIG_COLUMNS = (
    "config_id",
    "n_seeds",
    "n_failed",
    "mean",
    "sd",
    "low",
    "high",
    "median",
    "iqm",
    "worst",
    "rank",
    "tied_with_best",
    "rung",
    "stopped_at",
    "n_validated",
    "validated_mean",
    "validated_low",
    "validated_high",
)
CURVE_COLUMNS = ("config_id", "role", "seed", "step")
FAILURE_COLUMNS = (
    "config_id",
    "role",
    "seed",
    "status",
    "error",
    "traceback",
    "output",
    "attempts",
    "node",
)
DECISION_COLUMNS = ("at", "kind", "config_id", "detail")
KEYS = frozenset((*RUN_COLUMNS, *CURVE_COLUMNS))
"""Columns that stand beside metrics."""
TEXT = pd.StringDtype(na_value=np.nan)
ROLE = pd.CategoricalDtype([str(role) for role in Role], ordered=True)
STATUS = pd.CategoricalDtype([str(status) for status in Status])

_INT64 = np.iinfo(np.int64)
_EXACT_IN_FLOAT = 2**53


def metric_column(metric: str, hyperparameters: Iterable[str]) -> str:
    """Name the column of a metric: its own name, unless another column has it.

    Example:
        >>> [metric_column(name, ["C"]) for name in ("loss", "C", "step")]
        ['loss', 'metric_C', 'metric_step']
    """
    return f"metric_{metric}" if metric in (*KEYS, *hyperparameters) else metric


def hyperparameter_columns(
    names: Sequence[str], configs: Sequence[Mapping[str, object]], rows: Integers
) -> dict[str, Any]:
    """Give one column per hyperparameter, one entry per row.

    Args:
        names: Hyperparameters, in the order of the columns.
        configs: Active values of each configuration.
        rows: Position in `configs` of each row's configuration.

    Returns:
        Arrays by name, as `natural_array` makes them.
    """
    columns = {}
    for name in names:
        is_active = np.fromiter((name in values for values in configs), bool, len(configs))
        present = [values[name] for values in configs if name in values]
        columns[name] = natural_array(present, is_active).take(rows)
    return columns


def natural_array(present: Sequence[object], is_active: Sequence[bool] | np.ndarray) -> Any:
    """Hold values in the narrowest dtype that keeps each of them as it is.

    Args:
        present: The values that are there, in order.
        is_active: For each entry of the result whether a value is there.

    Returns:
        A pandas array: `boolean`, `Int64`, `float64` (whole numbers among fractions become
        fractions), `str`, or `object` for anything else, None included. Absent values are
        NA in `boolean`, `Int64` and `object`, NaN in `float64` and `str`.

    Example:
        >>> natural_array([1, 2], [True, False, True]).tolist()
        [1, <NA>, 2]
        >>> natural_array([None, "balanced"], [True, True]).tolist()
        [None, 'balanced']
    """
    mask = np.asarray(is_active, dtype=bool)
    values = [value.item() if isinstance(value, np.generic) else value for value in present]
    dtype = _natural_dtype(values)
    full = np.full(len(mask), np.nan if dtype == np.float64 else pd.NA, dtype=object)
    at = np.flatnonzero(mask)
    for place, value in zip(at, values, strict=True):
        full[place] = value  # one by one: numpy would spread a list over the cells
    return pd.Series(full, dtype=dtype).array


def _natural_dtype(values: Sequence[object]) -> Any:
    types = {type(value) for value in values}
    if types == {bool}:
        return pd.BooleanDtype()
    if types == {str}:
        return TEXT
    whole = [value for value in values if isinstance(value, int) and not isinstance(value, bool)]
    if types == {int} and all(_INT64.min <= value <= _INT64.max for value in whole):
        return pd.Int64Dtype()
    if types <= {int, float} and all(abs(value) <= _EXACT_IN_FLOAT for value in whole):
        return np.dtype(np.float64)
    return np.dtype(object)
