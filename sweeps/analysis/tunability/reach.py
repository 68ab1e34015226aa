"""How far tuning some hyperparameters reaches, while all others stay at their defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.discrepancy import low_discrepancy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure, Regime

Term = tuple[int, ...]
"""Hyperparameters that are tuned together, in ascending order; none means all of them."""

N_DRAWS = 64
"""Settings that stand for hyperparameters that become active and have no default, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Configurations within reach.

    Attributes:
        cells: Cells, shape `(n_rows, n_dimensions)`.
        groups: Candidate of each row, from 0. Rows of one candidate differ in hyperparameters
            that it activates and does not set; its score is their average.
        weights: Weight of each row in that average.
    """

    cells: Integers
    groups: Integers
    weights: Floats

    @property
    def n(self) -> int:
        """How many candidates there are."""
        return int(self.groups[-1]) + 1 if len(self.groups) else 0

    def kept(self, is_allowed: Booleans) -> Reach:
        """Keep some rows; a candidate without any is gone."""
        groups = np.unique(self.groups[is_allowed], return_inverse=True)[1]
        return Reach(self.cells[is_allowed], groups, self.weights[is_allowed])

    @classmethod
    def of(cls, cells: Integers) -> Reach:
        """Take each row for a candidate."""
        return cls(cells, np.arange(len(cells)), np.ones(len(cells)))

    @classmethod
    def joined(cls, parts: Sequence[Reach]) -> Reach:
        """Put the candidates of several one after another."""
        firsts = np.cumsum([0, *(part.n for part in parts)])
        groups = [part.groups + first for part, first in zip(parts, firsts, strict=False)]
        return cls(
            np.concatenate([part.cells for part in parts]),
            np.concatenate(groups),
            np.concatenate([part.weights for part in parts]),
        )

    def average(self, values: Floats) -> Floats:
        """Give the value of each candidate from those of the rows."""
        if len(values) == self.n:
            return values
        total = np.bincount(self.groups, self.weights * values)
        return np.asarray(total / np.bincount(self.groups, self.weights))


def reach_of(measure: Measure, defaults: Integers, term: Term, *, n_values: int) -> Reach:
    """List what tuning some hyperparameters reaches, all others at their defaults.

    Where one of them is inactive at the defaults, its parents are set so that it is active: as
    few of them as possible, an ordered one to the nearest value that will do, a choice to any.

    Args:
        measure: The space.
        defaults: Cells of the defaults, shape `(n_dimensions,)`.
        term: The hyperparameters, one or more.
        n_values: Most values of a hyperparameter, evenly spaced over its cells.

    Returns:
        What is reached; nothing where they are never active together.
    """
    home = measure.regimes[int(measure.regime_of(defaults[None])[0])]
    routes = [
        (_moved(home, regime, defaults, term), regime)
        for regime in measure.regimes
        if all(regime.is_active(j) for j in term)
    ]
    fewest = min((len(moved) for moved, _ in routes), default=0)
    parts = [
        _within(measure, home, regime, defaults, (term, moved), n_values)
        for moved, regime in routes
        if len(moved) == fewest
    ]
    if not parts:
        return Reach.of(np.zeros((0, len(defaults)), dtype=np.int64))
    return Reach.joined(parts)


def _moved(home: Regime, regime: Regime, defaults: Integers, term: Term) -> Term:
    """Give the other hyperparameters that cannot stay at their default in a regime."""
    return tuple(
        k
        for k, cell in enumerate(defaults.tolist())
        if k not in term
        and home.is_active(k)
        and regime.is_active(k)
        and not regime.dimensions[k].masses[cell] > 0
    )


def _within(  # noqa: PLR0917 - all that a regime needs
    measure: Measure,
    home: Regime,
    regime: Regime,
    defaults: Integers,
    free: tuple[Term, Term],
    n_values: int,
) -> Reach:
    """List what is reached within one regime."""
    term, moved = free
    columns = []
    fresh = []
    for k, cell in enumerate(defaults.tolist()):
        cells = np.flatnonzero(regime.dimensions[k].masses > 0)
        if k in term:
            cells = _thinned(cells, cell, n_values)
        elif k in moved:
            if measure.dimensions[k].is_ordered:
                cells = cells[[np.abs(cells - cell).argmin()]]
        elif regime.is_active(k) and home.is_active(k):
            cells = np.array([cell])
        elif regime.is_active(k):
            fresh.append(k)
            cells = cells[:1]
        columns.append(cells)
    grid = product_of(columns)
    if not fresh:
        return Reach.of(grid)
    settings, weights = _settings(regime, fresh)
    rows = np.repeat(grid, len(settings), axis=0)
    rows[:, fresh] = np.tile(settings, (len(grid), 1))
    groups = np.repeat(np.arange(len(grid)), len(settings))
    return Reach(rows, groups, np.tile(weights, len(grid)))


def product_of(columns: Sequence[Integers]) -> Integers:
    """Combine the cells of each dimension in every way, a row each."""
    return np.stack([axis.ravel() for axis in np.meshgrid(*columns, indexing="ij")], axis=1)


def _settings(regime: Regime, fresh: Sequence[int]) -> tuple[Integers, Floats]:
    """Give settings that stand for the prior of some hyperparameters: all of few, else draws."""
    masses = [regime.dimensions[k].masses for k in fresh]
    columns = [np.flatnonzero(mass > 0) for mass in masses]
    if np.prod([float(len(column)) for column in columns]) > N_DRAWS:
        drawn = regime.cells_of(low_discrepancy(N_DRAWS, len(regime.dimensions)))
        return drawn[:, fresh], np.ones(N_DRAWS)
    settings = product_of(columns)
    weights = [mass[settings[:, i]] for i, mass in enumerate(masses)]
    return settings, np.asarray(np.prod(weights, axis=0))


def _thinned(cells: Integers, default: int, n_values: int) -> Integers:
    """Keep some cells, evenly spaced, and the default where it is one of them."""
    if len(cells) <= n_values:
        return cells
    kept = cells[np.linspace(0, len(cells) - 1, n_values).round().astype(np.int64)]
    return np.union1d(kept, cells[cells == default])
