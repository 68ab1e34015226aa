"""Reads the times of runs from a store: results leave out when a run started."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path


def stored_runs(store: Path) -> pd.DataFrame:
    """Give `status`, `node`, `started_at`, `duration_s` and `ended_at` of the runs of a store."""
    with closing(sqlite3.connect(store)) as connection:
        runs = pd.read_sql("SELECT status, node, started_at, duration_s FROM runs", connection)
    return runs.assign(ended_at=runs["started_at"] + runs["duration_s"])
