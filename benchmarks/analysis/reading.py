"""Opening a sweep of a million runs, beside what pandas takes for the same rows.

Each function is one measurement for `benchmarks.child`. Ours and theirs take turns.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

import sweeps
from benchmarks.analysis.million import NAME, write_sweep

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS_AND_SCORE = "SELECT config_index, seed, score FROM runs"


def reading(n_configs: int, n_seeds: int, repeats: int) -> dict[str, Any]:
    """Time the first look into a store and later ones, and pandas at the same."""
    with tempfile.TemporaryDirectory() as directory:
        store = Path(directory, "sweeps.db")
        write_sweep(store, n_configs, n_seeds)
        with closing(sqlite3.connect(store)) as connection:
            short = pd.read_sql(KEYS_AND_SCORE, connection)
        short.to_parquet(store.with_name("short.parquet"))
        _load(store).runs.to_parquet(store.with_name("runs.parquet"))
        looks = _looks(store)
        found: dict[str, list[float]] = {name: [] for name in looks}
        for name, look in looks.items():  # imports what it needs, and fills the file cache
            if name != "first_s":
                look()
        for _ in range(repeats):
            for name, look in looks.items():
                if name == "first_s":
                    shutil.rmtree(store.with_name(f"{store.name}.cache"))
                start_s = time.perf_counter()
                look()
                found[name].append(time.perf_counter() - start_s)
        sizes = {"store_mb": store.stat().st_size / 1e6, "cache_mb": _size_mb(store)}
    return {**found, **sizes}


def _looks(store: Path) -> dict[str, Callable[[], object]]:
    """Give what is timed; the first look writes the copies that later ones read."""
    return {
        "read_sql_s": lambda: _read_sql(store),
        "first_s": lambda: _load(store).configs,
        "short_parquet_s": lambda: pd.read_parquet(store.with_name("short.parquet")),
        "open_s": lambda: repr(_load(store)),
        "configs_s": lambda: _load(store).configs,
        "details_s": lambda: _load(store).runs,
        "runs_parquet_s": lambda: pd.read_parquet(store.with_name("runs.parquet")),
        "runs_s": lambda: _load(store).runs,
    }


def _load(store: Path) -> sweeps.Results:
    return sweeps.load(NAME, store=f"sqlite:///{store}")


def _read_sql(store: Path) -> pd.DataFrame:
    with closing(sqlite3.connect(store)) as connection:
        return pd.read_sql(KEYS_AND_SCORE, connection)


def _size_mb(store: Path) -> float:
    copies = store.with_name(f"{store.name}.cache").glob("*.arrow")
    return sum(copy.stat().st_size for copy in copies) / 1e6
