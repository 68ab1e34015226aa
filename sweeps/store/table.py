"""What is stored of one sweep, as columns.

A hundred thousand runs come back in a fraction of a second: no record is made of a row, and cells
become arrays in chunks, so that few of them are Python objects at the same time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from sweeps.store.packing import (
    Floats,
    Ints,
    split_absent,
    unpack_curves,
    unpack_metrics,
    unpack_steps,
)
from sweeps.store.reader import CHUNK, config_ids, metric_names
from sweeps.store.schema import configs, curves, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select

Column = npt.NDArray[Any]
Columns = dict[str, Column]

_RUN_KINDS = {
    "config_index": np.int64,
    "role": np.str_,
    "seed": np.int64,
    "seq": np.int64,
    "status": np.str_,
    "score": np.float64,
    "steps": np.int64,
    "duration_s": np.float64,
    "attempts": np.int64,
    "started_at": np.float64,
    "node": np.str_,
    "error": np.object_,
    "metrics": np.object_,
}
_CURVE_KINDS = {
    "config_index": np.int64,
    "role": np.str_,
    "seed": np.int64,
    "steps": np.object_,
    "metrics": np.object_,
}


def read_run_table(connection: Connection, sweep_id: int) -> Columns:
    """Give the columns of `Store.run_table`."""
    names = metric_names(connection, sweep_id)
    query = (
        select(*(runs.c[name] for name in _RUN_KINDS))
        .where(runs.c.sweep_id == sweep_id)
        .order_by(runs.c.config_index, runs.c.role, runs.c.seed)
    )
    table = _fetch(connection, query, _RUN_KINDS)
    words = unpack_metrics(table.pop("metrics").tolist(), len(names))
    return {
        "config_id": _ids(connection, sweep_id, table["config_index"]),
        **table,
        **_metric_columns({name: words[:, i] for i, name in enumerate(names)}),
    }


def read_curve_table(
    connection: Connection, sweep_id: int, config_id: str | None = None
) -> Columns:
    """Give the columns of `Store.curve_table`."""
    names = metric_names(connection, sweep_id)
    query = (
        select(*(curves.c[name] for name in _CURVE_KINDS))
        .where(curves.c.sweep_id == sweep_id)
        .order_by(curves.c.config_index, curves.c.role, curves.c.seed)
    )
    if config_id is not None:
        index = select(configs.c.config_index).where(
            configs.c.sweep_id == sweep_id, configs.c.config_id == config_id
        )
        query = query.where(curves.c.config_index == index.scalar_subquery())
    table = _fetch(connection, query, _CURVE_KINDS)
    steps, cells = table.pop("steps").tolist(), table.pop("metrics").tolist()
    n_steps = np.array([len(cell) // 8 for cell in steps], np.int64)
    table = {"config_id": _ids(connection, sweep_id, table["config_index"]), **table}
    return {
        **{name: np.repeat(column, n_steps) for name, column in table.items()},
        "step": unpack_steps(steps),
        **_metric_columns({name: unpack_curves(cells, n_steps, i) for i, name in enumerate(names)}),
    }


def fixed(columns: Columns) -> Columns:
    """Forbid changes in place, as those read from a file cannot take them either."""
    for column in columns.values():
        column.flags.writeable = False
    return columns


def _fetch(connection: Connection, query: Select[Any], kinds: Mapping[str, type]) -> Columns:
    """Execute a query, and give one array for each of its columns."""
    parts: list[list[Column]] = [[np.empty(0, _dtype(kind))] for kind in kinds.values()]
    seen: dict[str, str] = {}
    for rows in connection.execute(query).partitions(CHUNK):
        for part, cells, kind in zip(parts, zip(*rows, strict=True), kinds.values(), strict=True):
            # Words that come up again and again are kept once.
            same = [seen.setdefault(word, word) for word in cells] if kind is np.str_ else cells
            part.append(np.array(same, _dtype(kind)))
    return {name: np.concatenate(part) for name, part in zip(kinds, parts, strict=True)}


def _dtype(kind: type) -> npt.DTypeLike:
    return np.object_ if kind is np.str_ else kind


def _ids(connection: Connection, sweep_id: int, indices: Ints) -> Column:
    """Give the identifiers of configurations, by index, as Python strings."""
    known = config_ids(connection, sweep_id)
    ids = np.array(list(known.values()), np.object_)
    return ids[np.searchsorted(np.array(list(known), np.int64), indices)]


def _metric_columns(metrics: Mapping[str, Floats]) -> Columns:
    """Give two columns a metric: values, and which of them were not reported."""
    columns: Columns = {}
    for name, words in metrics.items():
        columns[f"metric:{name}"], columns[f"absent:{name}"] = split_absent(words)
    return columns
