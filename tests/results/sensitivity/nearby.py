"""A sweep with known effects over a conditional space, asked without going through methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.results import Results, from_frame
from sweeps.results.sensitivity.landscape import landscape_of
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.results.answer import Answer

SPACE = Space.from_mapping(
    {
        "C": {"float": [1e-3, 1e3], "log": True},
        "kernel": {"choice": ["rbf", "poly"]},
        "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
        "extra": {"float": [0, 1]},
    }
)


def truth(config: dict[str, Any]) -> float:
    """Give 1 a decade of `C`, and the degree of a polynomial; `extra` does nothing."""
    return float(np.log10(config["C"]) + config.get("degree", 0))


def table_of(n_configs: int = 150, n_seeds: int = 3, noise: float = 0.1) -> pd.DataFrame:
    """Give runs of random configurations."""
    rng = np.random.default_rng(0)
    configs = [SPACE.propose(0, k) for k in range(n_configs)]
    means = np.array([truth(config) for config in configs])
    scores = means[:, None] + rng.normal(size=n_seeds) + noise * rng.normal(size=(n_configs, 1))
    scores = scores + noise * rng.normal(size=(n_configs, n_seeds))
    table = pd.DataFrame(configs)
    table = table.loc[table.index.repeat(n_seeds)].reset_index(drop=True)
    seeds = np.tile(np.arange(n_seeds), n_configs)
    return table.assign(seed=seeds, score=scores.ravel())


def results_of(table: pd.DataFrame, **options: Any) -> Results:
    """Read runs as those of one sweep over `SPACE`."""
    keys: dict[str, Any] = {"metric": "score", "mode": "max", "space": SPACE} | options
    return from_frame(table, hyperparameters=["C", "kernel", "degree", "extra"], **keys)


def ask(question: Callable[..., Answer], results: Results, *args: Any, **options: Any) -> Answer:
    """Ask a question of results."""
    evidence = results._evidence
    return question(evidence, landscape_of(evidence), *args, **options)
