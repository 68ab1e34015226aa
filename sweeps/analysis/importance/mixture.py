"""The exact functional analysis of variance of a forest on a space of regimes.

The variance between regimes goes to the parents, whose values say which regime it is. What is left
inside a regime goes to the hyperparameters that are active there. Regimes count by their masses,
so that the parts add up to the variance of the forest over the space.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.regimes import Term, between_regimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.dimension import Dimension
    from sweeps.analysis.importance.forest import Forest
    from sweeps.analysis.importance.measure import Measure, Regime

LARGEST_GRID = 2**20
"""Cells of a regime, times corners of a box, up to which its variance is added up exactly."""
N_POINTS = 2**13
"""Points over which what main effects leave of the variance is averaged in larger regimes."""


@dataclass(frozen=True, slots=True, eq=False)
class TermEffect:
    """What some hyperparameters do together in a forest, and no fewer of them.

    Attributes:
        variance: Its variance over the space.
        tables: By regime where its hyperparameters are active, the effect by their cells.
        between: The part of it that is between regimes, one entry a regime.
    """

    variance: float
    tables: dict[int, Floats]
    between: Floats

    def at(self, term: Term, cells: Integers, regimes: Integers) -> Floats:
        """Give the effect at some configurations, whose regimes are known."""
        found = self.between[regimes]
        for number, table in self.tables.items():
            rows = np.flatnonzero(regimes == number)
            found[rows] += table[tuple(cells[rows, j] for j in term)]
        return found

    def flat(self, measure: Measure, j: int) -> tuple[Floats, Floats]:
        """Give a main effect over all cells of all regimes, and the masses of these."""
        values, masses = [], []
        for number, regime in enumerate(measure.regimes):
            dimension = regime.dimensions[j]
            table = self.tables.get(number, np.zeros(dimension.n_cells))
            values.append(table + self.between[number])
            masses.append(regime.mass * dimension.masses)
        return np.concatenate(values), np.concatenate(masses)


@dataclass(frozen=True, slots=True, eq=False)
class Decomposition:
    """A forest taken apart.

    Attributes:
        mean: Its mean over the space.
        variance: Its variance over the space.
        effects: What each term does.
    """

    mean: float
    variance: float
    effects: dict[Term, TermEffect]


def decompose(forest: Forest, measure: Measure, terms: Sequence[Term]) -> Decomposition:
    """Take a forest apart.

    Args:
        forest: The forest.
        measure: The space.
        terms: Dimensions of main effects and interactions; with each interaction all that fewer
            of its dimensions do.

    References:
        Hutter, Hoos, Leyton-Brown, "An efficient approach for assessing hyperparameter
        importance", ICML 2014, for one regime and each tree; here for the mean of the trees.
    """
    parts = [_inside(forest, regime, terms) for regime in measure.regimes]
    masses = np.array([regime.mass for regime in measure.regimes])
    means = np.array([part.mean for part in parts])
    mean = float(masses @ means)
    between = between_regimes(means, measure) if len(parts) > 1 else {}
    inside = sum(mass * part.variance for mass, part in zip(masses, parts, strict=True))
    effects = {}
    nowhere = np.zeros(len(parts))
    for term in terms:
        shift = between.get(term, nowhere)
        own = [
            mass * part.variances.get(term, 0.0) for mass, part in zip(masses, parts, strict=True)
        ]
        tables = {i: part.tables[term] for i, part in enumerate(parts) if term in part.tables}
        effects[term] = TermEffect(float(sum(own) + masses @ shift**2), tables, shift)
    return Decomposition(mean, float(inside + masses @ (means - mean) ** 2), effects)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """A forest taken apart within one regime."""

    mean: float
    variance: float
    tables: dict[Term, Floats]
    variances: dict[Term, float]


def _inside(forest: Forest, regime: Regime, terms: Sequence[Term]) -> _Part:
    dimensions = regime.dimensions
    mean = float(forest.effect(dimensions, []))
    varied = [j for j, each in enumerate(dimensions) if np.count_nonzero(each.masses) > 1]
    mains = {j: forest.effect(dimensions, [j]) - mean for j in varied}
    tables: dict[Term, Floats] = {}
    for term in sorted(terms, key=len):
        if set(term) <= set(varied):
            whole = mains[term[0]] if len(term) == 1 else forest.effect(dimensions, term) - mean
            tables[term] = whole - _of_fewer(term, tables)
    variances = {term: _square(table, dimensions, term) for term, table in tables.items()}
    rest = {j: _square(mains[j], dimensions, (j,)) for j in varied}
    return _Part(mean, _variance(forest, regime, mains, rest, mean), tables, variances)


def _of_fewer(term: Term, tables: dict[Term, Floats]) -> Floats | float:
    """Add up what fewer of some dimensions do, on the cells of all of them."""
    found: Floats | float = 0.0
    for size in range(1, len(term)):
        for places in combinations(range(len(term)), size):
            table = tables[tuple(term[place] for place in places)]
            others = tuple(axis for axis in range(len(term)) if axis not in places)
            found = found + np.expand_dims(table, others)
    return found


def _square(table: Floats, dimensions: Sequence[Dimension], term: Term) -> float:
    """Give the mean square of a table under the masses of its cells."""
    found = table**2
    for j in reversed(term):
        found = found @ dimensions[j].masses
    return float(found)


def _variance(
    forest: Forest,
    regime: Regime,
    mains: dict[int, Floats],
    variances: dict[int, float],
    mean: float,
) -> float:
    """Give the variance within a regime: exact where it is small, else exact for main effects.

    What main effects leave is averaged over points of low discrepancy there.
    """
    dimensions, varied = regime.dimensions, list(mains)
    if math.prod(2 * dimensions[j].n_cells for j in varied) <= LARGEST_GRID:
        return _square(forest.effect(dimensions, varied) - mean, dimensions, tuple(varied))
    cells = regime.points(N_POINTS)
    rest = forest.predict(cells) - mean
    for j in varied:
        rest -= mains[j][cells[:, j]]
    return sum(variances.values()) + float(rest @ rest) / N_POINTS
