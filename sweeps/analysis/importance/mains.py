"""How main effects differ between forests of other configurations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.importance.mixture import Decomposition
    from sweeps.analysis.importance.response import Response
    from sweeps.analysis.importance.surrogate import Fold

N_BINS = 8
"""Parts of the range of a dimension over which averages are taken straight from the scores."""


@dataclass(slots=True, eq=False)
class Mains:
    """One main effect in all forests, while they come in.

    Attributes:
        tables: The effect over all cells of all regimes, one entry a forest.
        straight: The same with what the forest misses of the scores that it saw.
        masses: The masses of the cells.
    """

    tables: list[Floats] = field(default_factory=list)
    straight: list[Floats] = field(default_factory=list)
    masses: Floats = field(default_factory=lambda: np.zeros(0))

    def add(self, table: Floats, missed: Floats, masses: Floats) -> None:
        """Take in what a forest says, and what it misses by the cells of the dimension."""
        self.tables.append(table)
        self.straight.append(table + np.tile(missed, len(table) // len(missed)))
        self.masses = masses

    def wobble(self, n_deals: int) -> tuple[float, float]:
        """Give the variances over resampled folds of a deal, averaged over cells and deals."""

        def over(found: list[Floats]) -> float:
            tables = np.stack(found).reshape(n_deals, -1, len(self.masses))
            return float((tables.shape[1] - 1) * (tables.var(axis=1) @ self.masses).mean())

        return over(self.tables), over(self.straight)


def missed_of(
    fold: Fold, parts: Decomposition, cells: Integers, response: Response, measure: Measure
) -> list[Floats]:
    """Give what a forest's main effects miss of the scores it saw, by cells of each dimension.

    Averages over the configurations in a part of the range; a choice has a part a value.
    """
    seen = fold.seen
    at, weight, regimes = cells[seen], response.weight[seen], measure.regime_of(cells[seen])
    left = response.figure[seen] - parts.mean
    for j in range(measure.n_dimensions):
        left -= parts.effects[j,].at((j,), at, regimes)
    left -= np.average(left, weights=weight)
    found = []
    for j, dimension in enumerate(measure.dimensions):
        part = dimension.parts(N_BINS)
        size = int(part.max()) + 1
        total = np.bincount(part[at[:, j]], weight, size)
        sums = np.bincount(part[at[:, j]], weight * left, size)
        average = np.divide(sums, total, out=np.zeros(size), where=total > 0)[part]
        found.append(average - dimension.masses @ average)
    return found
