"""Configurations of made-up functions, with what is true of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure, Regime
from sweeps.analysis.near.problem import Problem
from sweeps.analysis.scores import Scores

FLOAT = Dimension.continuous()
N_CELLS = FLOAT.n_cells
SLOPES = np.array([1.0, 2.0, 3.0, 0.0])


def cube(n_dimensions: int) -> Measure:
    """Give a space of floats."""
    return Measure.product([FLOAT] * n_dimensions)


def draws(n_configs: int, n_dimensions: int, random_seed: int = 0) -> Any:
    """Draw cells of a space of floats, and the positions in their middle."""
    cells = np.random.default_rng(random_seed).integers(0, N_CELLS, (n_configs, n_dimensions))
    return cells, (cells + 0.5) / N_CELLS


def scores_of(table: Any) -> Scores:
    """Lay out a table (configuration, seed) of scores."""
    n_configs, n_seeds = table.shape
    groups = np.repeat(np.arange(n_configs), n_seeds)
    return Scores(table.ravel(), groups, np.tile(np.arange(n_seeds), n_configs), n_configs)


def under_seeds(
    truth: Any, n_seeds: int = 4, *, noise: float = 0.1, shift: float = 1.0, random_seed: int = 1
) -> Any:
    """Add what each seed does to all configurations, and what it does to each of them."""
    rng = np.random.default_rng(random_seed)
    seeds = shift * rng.normal(size=n_seeds)
    return truth[:, None] + seeds + noise * rng.normal(size=(len(truth), n_seeds))


def problem_of(cells: Any, table: Any, measure: Measure, **options: Any) -> Problem:
    """Make a problem of cells and a table of scores."""
    return Problem.of(cells, scores_of(table), measure, **({"is_paired": True} | options))


def switched() -> Measure:
    """Give the space of a choice `c` among two values, and of `z`, active with the first one."""
    inactive = Dimension.ordered([*np.zeros(N_CELLS), 1])
    active = Dimension.ordered([*FLOAT.masses, 0])
    both = Dimension.ordered([*FLOAT.masses / 2, 0.5])
    first, second = Dimension.unordered([1, 0]), Dimension.unordered([0, 1])
    return Measure(
        (Dimension.unordered([1, 1]), both, FLOAT),
        (
            Regime(0.5, (first, active, FLOAT), (0, 0, 0)),
            Regime(0.5, (second, inactive, FLOAT), (1, -1, 0)),
        ),
    )


def switched_draws(n_configs: int, random_seed: int = 0) -> Any:
    """Draw cells of `switched` with the scores 1 + z where z is active, else 0; w does nothing."""
    rng = np.random.default_rng(random_seed)
    c, z, w = (rng.integers(0, n, n_configs) for n in (2, N_CELLS, N_CELLS))
    cells = np.stack([c, np.where(c == 0, z, N_CELLS), w], axis=1)
    return cells, np.where(c == 0, 1 + (z + 0.5) / N_CELLS, 0.0)
