"""Forests fitted to the figures of configurations, each judged on those that it has not seen.

Configurations are dealt to folds. The forest of a fold is grown on all others, so what it misses
on its own fold is noise and misfit that it could not learn by heart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.forest import N_TREES, Forest, fit_forest

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.importance.response import Response

N_FOLDS = 5
TINY = 4
"""Configurations that a regime can have so that nobody else can say how each of them scores.

They are never left out: their own seeds alone judge them.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One forest and the configurations that it is judged by, on which it was not grown.

    Attributes:
        forest: The forest.
        seen: Numbers of the configurations that it was grown on, those in tiny regimes twice.
        rows: Numbers of the configurations that judge it.
        cells: Their cells, shape `(n_rows, n_dimensions)`.
        regimes: Their regimes.
        fitted: What the forest says of them.
        residual: What they scored less that.
    """

    forest: Forest
    seen: Integers
    rows: Integers
    cells: Integers
    regimes: Integers
    fitted: Floats
    residual: Floats


def deal(
    cells: Integers,
    response: Response,
    measure: Measure,
    *,
    rng: np.random.Generator,
    n_folds: int = N_FOLDS,
    n_trees: int = N_TREES,
) -> tuple[Fold, ...]:
    """Deal configurations to folds, and fit a forest for each.

    Args:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        response: What the forests are fitted to and judged by.
        measure: What the cells are.
        rng: Where the randomness of folds and trees comes from.
        n_folds: Number of folds; fewer where there are fewer configurations.
        n_trees: Trees of one forest.

    Returns:
        The folds; every configuration is left out once, but for those in tiny regimes.
    """
    fold_of = rng.permutation(response.n_configs) % n_folds
    states = rng.integers(2**31, size=min(n_folds, response.n_configs))
    regimes, judges = measure.regime_of(cells), response.is_judging
    alone = np.flatnonzero(is_alone(cells, measure))
    folds = []
    for number, state in enumerate(states.tolist()):
        others = np.flatnonzero(fold_of != number)
        # All of them twice, as a leaf must hold two.
        seen = np.concatenate([np.setdiff1d(others, alone), np.repeat(alone, 2)]).astype(np.int64)
        rows = np.flatnonzero((fold_of == number) & judges)
        forest = fit_forest(
            cells[seen],
            response.figure[seen],
            response.weight[seen],
            measure.dimensions,
            random_state=state,
            n_trees=n_trees,
        )
        fitted = forest.predict(cells[rows]) if len(rows) else np.zeros(0)
        residual = response.judge[rows] - fitted
        folds.append(Fold(forest, seen, rows, cells[rows], regimes[rows], fitted, residual))
    return tuple(folds)


def is_alone(cells: Integers, measure: Measure) -> Booleans:
    """Say which configurations lie in a regime that holds hardly any other."""
    regimes = measure.regime_of(cells)
    if len(measure.regimes) == 1:
        return np.zeros(len(cells), dtype=bool)
    tiny = [number for number, regime in enumerate(measure.regimes) if regime.n_points <= TINY]
    return np.isin(regimes, tiny)
