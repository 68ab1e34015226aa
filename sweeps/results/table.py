"""The frames of `Results` with a row per run, step or decision, from columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.planner.event import Run
from sweeps.results.column import (
    FAILURE_COLUMNS,
    ROLE,
    RUN_COLUMNS,
    STATUS,
    TEXT,
    hyperparameter_columns,
    metric_column,
)
from sweeps.results.source import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.planner.event import Decision
    from sweeps.results.source import Configs, Curves, Runs

_DETAIL_DTYPES: dict[str, Any] = {
    "steps": pd.Int64Dtype(),
    "duration_s": np.dtype(np.float64),
    "attempts": pd.Int64Dtype(),
    "node": TEXT,
    "error": TEXT,
}


def runs_frame(
    configs: Configs, runs: Runs, *, metric: str, hyperparameters: Sequence[str]
) -> pd.DataFrame:
    """Build the frame with one row per run.

    Args:
        configs: The configurations.
        runs: The runs, in the order of the rows.
        metric: The target metric, whose values become `score`.
        hyperparameters: Names, in the order of their columns.

    Returns:
        The columns that `docs/results.md` lists for `runs`.
    """
    columns = _keys(configs, runs)
    columns["status"] = pd.Categorical.from_codes(runs.statuses, dtype=STATUS)
    columns["score"] = runs.metrics[metric]
    for name, dtype in _DETAIL_DTYPES.items():
        columns[name] = pd.Series(runs.details[name], dtype=dtype)
    columns = {name: columns[name] for name in RUN_COLUMNS}
    for source, seeds in runs.source_seeds.items():
        columns[f"seed_{source}"] = seeds
    columns |= hyperparameter_columns(hyperparameters, configs.active, runs.configs)
    for name, values in runs.metrics.items():
        columns[metric_column(name, hyperparameters)] = values
    return pd.DataFrame(columns)


def curves_frame(
    configs: Configs, curves: Curves, *, hyperparameters: Sequence[str]
) -> pd.DataFrame:
    """Build the frame with one row per run and step.

    Args:
        configs: The configurations.
        curves: The reports, in any order.
        hyperparameters: Names that a metric's column gives way to.

    Returns:
        The columns that `docs/results.md` lists for `curves`, by run and step.
    """
    columns = _keys(configs, curves)
    columns["step"] = curves.steps
    for name, values in curves.metrics.items():
        columns[metric_column(name, hyperparameters)] = values
    order = np.lexsort((curves.steps, curves.seeds, curves.roles, curves.configs))
    return pd.DataFrame(columns).take(order).reset_index(drop=True)


def decisions_frame(decisions: Sequence[tuple[float, Decision]]) -> pd.DataFrame:
    """Build the frame with one row per decision, in their order.

    Args:
        decisions: Seconds since the epoch, and the decision taken then.

    Returns:
        The columns that `docs/results.md` lists for `decisions`.
    """
    seconds = pd.Series([at for at, _ in decisions], dtype=np.float64)
    return pd.DataFrame(
        {
            "at": pd.to_datetime(seconds, unit="s", utc=True).astype("datetime64[us, UTC]"),
            "kind": pd.Series([decision.kind for _, decision in decisions], dtype=TEXT),
            "config_id": pd.Series([decision.config_id for _, decision in decisions], dtype=TEXT),
            "detail": pd.Series([dict(decision.detail) for _, decision in decisions], dtype=object),
        }
    )


def failures_frame(
    configs: Configs, runs: Runs, kept: Mapping[Run, Failure], *, metric: str
) -> pd.DataFrame:
    """Build the frame with one row per run that is over without a score.

    Args:
        configs: The configurations.
        runs: All runs, in the order of the rows.
        kept: Traceback and output of the runs that failed, where they are known.
        metric: The target metric.

    Returns:
        The columns that `docs/results.md` lists for `failures()`.
    """
    failed = runs.taken(np.flatnonzero(runs.is_failed(metric)))
    columns = _keys(configs, failed)
    columns["status"] = pd.Categorical.from_codes(failed.statuses, dtype=STATUS)
    keys = zip(columns["config_id"], columns["role"], failed.seeds.tolist(), strict=True)
    found = [kept.get(Run(*key), Failure(None, None)) for key in keys]
    columns["traceback"] = pd.Series([failure.traceback for failure in found], dtype=TEXT)
    columns["output"] = pd.Series([failure.output for failure in found], dtype=TEXT)
    for name in ("error", "attempts", "node"):
        columns[name] = pd.Series(failed.details[name], dtype=_DETAIL_DTYPES[name])
    return pd.DataFrame({name: columns[name] for name in FAILURE_COLUMNS})


def _keys(configs: Configs, rows: Runs | Curves) -> dict[str, Any]:
    """Give the columns that say which run a row is about."""
    ids = pd.Series(configs.ids, dtype=TEXT).array
    return {
        "config_id": ids.take(rows.configs),
        "role": pd.Categorical.from_codes(rows.roles, dtype=ROLE),
        "seed": rows.seeds,
    }
