"""Importance beside Optuna's fANOVA, and on a sweep of ten thousand configurations.

Each function is one measurement for `benchmarks.child`. Ours and theirs take turns.
"""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

import sweeps
from benchmarks.sensitivity.peers import N_TREES, study_of
from benchmarks.sensitivity.simulated import UNIT, Simulated
from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.forest import fit_forest
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sweeps.results.results import Results


def beside_optuna(n_configs: int, n_hyperparameters: int, repeats: int) -> dict[str, list[float]]:
    """Time main effects of floats, in Optuna and here, by a forest of as many trees and in full."""
    import optuna  # noqa: PLC0415 - only this measurement has it

    case = _case(n_hyperparameters)
    frame = case.draw(np.random.default_rng(0), n_configs, 1)
    study = study_of(frame, case.space)
    dimensions = [Dimension.continuous()] * n_hyperparameters
    columns = [dimensions[0].cells_of(frame[name]) for name in case.names]
    cells, score = np.stack(columns, axis=1), frame["score"].to_numpy()

    def theirs() -> object:
        evaluator = optuna.importance.FanovaImportanceEvaluator(
            n_trees=N_TREES, max_depth=64, seed=0
        )
        return evaluator.evaluate(study)

    def one_forest() -> object:
        weights = np.ones(n_configs)
        forest = fit_forest(cells, score, weights, dimensions, random_state=0, n_trees=N_TREES)
        tables = [forest.effect(dimensions, [j]) for j in range(n_hyperparameters)]
        return [float(table.var()) for table in tables]  # all cells of a float weigh the same

    looks = {
        "theirs_s": theirs,
        "one_forest_s": one_forest,
        "answer_s": lambda: _results(frame, case).importance(),
    }
    return _timed(looks, repeats)


def large(
    n_configs: int, n_hyperparameters: int, n_seeds: int, repeats: int
) -> dict[str, list[float]]:
    """Time main effects, and all interactions of two with them, of a large sweep."""
    case = _case(n_hyperparameters)
    frame = case.draw(np.random.default_rng(0), n_configs, n_seeds)
    looks: dict[str, Callable[[], object]] = {
        "main_s": lambda: _results(frame, case).importance(),
        "pairs_s": lambda: _results(frame, case).importance(order=2),
    }
    return _timed(looks, repeats, warm_up=False)


def _case(n_hyperparameters: int) -> Simulated:
    """Give floats of which each matters less than the one before, alone and with its neighbour."""
    names = [f"x{i}" for i in range(n_hyperparameters)]

    def mean(config: Any) -> float:
        x = [config[name] - 0.5 for name in names]
        mains = sum(v / (i + 1) for i, v in enumerate(x))
        return float(mains + sum(a * b for a, b in pairwise(x)))

    space = Space.from_mapping(dict.fromkeys(names, UNIT))
    return Simulated("floats", space, mean, {}, variance=1.0, noise=0.01)


def _results(frame: pd.DataFrame, case: Simulated) -> Results:
    """Read the frame anew, since results keep what they have worked out."""
    return sweeps.from_frame(
        frame, metric="score", mode="max", hyperparameters=case.names, space=case.space
    )


def _timed(
    looks: dict[str, Callable[[], object]], repeats: int, *, warm_up: bool = True
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in looks}
    for name, look in looks.items():
        if warm_up and name != "theirs_s":  # imports; Optuna's take a moment of many seconds
            look()
    for _ in range(repeats):
        for name, look in looks.items():
            start_s = time.perf_counter()
            look()
            found[name].append(time.perf_counter() - start_s)
    return found
