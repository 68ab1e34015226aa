"""Frames with runs of made-up sweeps, for the tests of the answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sweeps.results import Results, from_frame


def luck(n_configs: int = 8, n_seeds: int = 10, *, noise: float = 0.5, seed: int = 7) -> Any:
    """Give scores of configurations a step apart under seeds that shift all of them."""
    rng = np.random.default_rng(seed)
    quality = np.linspace(0, 1, n_configs)[:, None]
    return quality + rng.normal(0, 2, n_seeds) + rng.normal(0, noise, (n_configs, n_seeds))


def frame_of(table: Any, role: str = "race", first: int = 0) -> pd.DataFrame:
    """Lay out a table (configuration, seed) by rows; NaN is a diverged run, None a missing one."""
    rows = [
        {"x": config, "seed": seed, "score": score, "role": role}
        for config, scores in enumerate(table, start=first)
        for seed, score in enumerate(scores)
        if score is not None
    ]
    return pd.DataFrame(rows).astype({"score": float})


def results_of(*frames: pd.DataFrame, mode: str = "max", **options: Any) -> Results:
    """Read frames as the runs of one sweep."""
    keys = {"metric": "score", "mode": mode, "hyperparameters": ["x"], "role": "role"} | options
    return from_frame(pd.concat(frames, ignore_index=True), **keys)


def race_of(*frames: pd.DataFrame, rungs: tuple[int, ...] = (1, 3, 9), **options: Any) -> Results:
    """Read frames as the runs of a race."""
    results = results_of(*frames, **options)
    results.rungs = rungs
    return results
