"""Total effects: what a hyperparameter does to the score in any way, alone or with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.discrepancy import low_discrepancy

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.forest import Forest
    from sweeps.analysis.importance.measure import Measure

N_POINTS = 2**11
"""Configurations over which the variance of a total effect is averaged."""
N_OTHERS = 4
"""Other values that are tried at each configuration that a forest is judged by."""


@dataclass(frozen=True, slots=True, eq=False)
class TotalEffect:
    """What one hyperparameter does in a forest in any way.

    Attributes:
        variance: Mean variance of the forest along it, E Var(f | all others).
        at_rows: What the forest says at some configurations less its average along it.
    """

    variance: float
    at_rows: Floats


def total_effects(
    forest: Forest, measure: Measure, cells: Integers, fitted: Floats
) -> list[TotalEffect]:
    """Give the total effect of each hyperparameter.

    Another value of a parent may switch to another regime; what becomes active there takes values
    of its own, what stays active keeps its own.

    Args:
        forest: The forest.
        measure: The space.
        cells: Configurations, shape `(n, n_dimensions)`.
        fitted: What the forest says of them.

    Returns:
        One entry a dimension.

    References:
        Jansen, "Analysis of variance designs for model output", Computer Physics Communications
        117 (1999), 35-43, for the variance.
    """
    n = measure.n_dimensions + 1
    positions = low_discrepancy(N_POINTS, 2 * n)
    points, positions = measure.cells_of(positions[:, :n]), positions[:, n:]
    at_points = forest.predict(points)
    every = np.repeat(cells, N_OTHERS, axis=0)
    spread = low_discrepancy(len(every), n)
    found = []
    for j in range(measure.n_dimensions):
        other = forest.predict(changed(points, j, measure, positions))
        variance = float(((at_points - other) ** 2).mean()) / 2
        away = np.zeros(0)
        if len(every):
            others = forest.predict(changed(every, j, measure, _stratified(spread, j)))
            away = fitted - others.reshape(-1, N_OTHERS).mean(axis=1)
        found.append(TotalEffect(variance, away))
    return found


def _stratified(spread: Floats, j: int) -> Floats:
    """Move the positions along dimension `j` so that each configuration's others lie evenly."""
    moved = spread.copy()
    moved[:, j] = (np.arange(len(spread)) % N_OTHERS + moved[:, j]) / N_OTHERS
    return moved


def changed(cells: Integers, j: int, measure: Measure, positions: Floats) -> Integers:
    """Give each configuration another value of one hyperparameter.

    Args:
        cells: Configurations, shape `(n, n_dimensions)`.
        j: The hyperparameter. Configurations in which it is inactive stay as they are.
        measure: The space.
        positions: Positions from 0 to 1 of the new values, shape `(n, n_dimensions + 1)`; the
            last column chooses among regimes.

    Returns:
        Cells, same shape.
    """
    before = measure.regime_of(cells)
    found = cells.copy()
    for number, regime in enumerate(measure.regimes):
        rows = np.flatnonzero(before == number)
        if not len(rows) or not regime.is_active(j):
            continue
        choice, masses = _neighbours(measure, number, j)
        edges = np.cumsum(masses / masses.sum())[:-1]
        after = choice[np.searchsorted(edges, positions[rows, -1], side="right")]
        for target in np.unique(after):
            part = rows[after == target]
            new = measure.regimes[target].cells_of(positions[part])
            is_new = [
                i == j or measure.regimes[target].is_active(i) != regime.is_active(i)
                for i in range(measure.n_dimensions)
            ]
            found[part] = np.where(is_new, new, found[part])
    return found


def _neighbours(measure: Measure, number: int, j: int) -> tuple[Integers, Floats]:
    """Give the regimes that another value of `j` can lead to, and their probabilities."""
    classes = np.array([regime.classes for regime in measure.regimes])
    masses = np.array([regime.mass for regime in measure.regimes])
    own = classes[number]
    others = [i for i in range(len(own)) if i != j]
    agrees = (classes == own) | (classes < 0) | (own < 0)
    can = np.flatnonzero(agrees[:, others].all(axis=1) & (classes[:, j] >= 0))
    chance = np.zeros(len(can))
    active = classes[:, j] >= 0
    for label in np.unique(classes[can, j]):
        is_label = classes[can, j] == label
        # The class by its own probability, and then the regimes of that class by theirs.
        whole = masses[active & (classes[:, j] == label)].sum()
        chance[is_label] = whole * masses[can[is_label]] / masses[can[is_label]].sum()
    return can, chance
