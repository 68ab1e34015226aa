"""What all questions near one configuration start from, in an order that the data decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.importance.canonical import canonical_order
from sweeps.analysis.importance.dimension import check_cells
from sweeps.analysis.moments import group_moments
from sweeps.analysis.near.halves import Halves
from sweeps.analysis.scores import Scores
from sweeps.analysis.unit import UnitScores

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.measure import Measure

FEWEST = 20
"""Configurations below which no surface is fitted."""
_ONE_SEED = (
    "{}, so effects that only these have cannot be told from real ones, and no band allows for "
    "what they do to all configurations alike: run more seeds in all of them."
)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Configurations and their scores on the unit scale, in canonical order.

    Attributes:
        cells: Cells, shape `(n_configs, n_dimensions)`.
        halves: The scores.
        measure: What the cells are.
        columns: The number that each dimension had before it was put in order.
        unit: How to get back to the unit of the scores.
        refusal: Why nothing can be said, in one sentence; "" where something can.
        reasons: What to beware of, in sentences.
    """

    cells: Integers
    halves: Halves
    measure: Measure
    columns: Integers
    unit: UnitScores
    refusal: str
    reasons: tuple[str, ...]

    @classmethod
    def of(
        cls,
        cells: ArrayLike,
        scores: Scores,
        measure: Measure,
        *,
        is_paired: bool,
        without: Collection[int] = (),
    ) -> Self:
        """Put configurations and hyperparameters in order.

        Args:
            cells: Cells, shape `(n_configs, n_dimensions)`.
            scores: Finite scores; groups are the rows of `cells`.
            measure: What the cells are.
            is_paired: Whether the same seed is the same randomness in all configurations.
            without: Configurations to leave out, such as the one in question: it was chosen for
                its score, so that its luck would count as skill.

        Raises:
            ResultsError: The cells do not fit the measure.
        """
        every = check_cells(cells, measure.dimensions)
        unit = UnitScores.of(scores.score)
        means = group_moments(unit.values, scores.groups, scores.n_groups).mean
        used = np.setdiff1d(np.flatnonzero(np.isfinite(means)), np.array([*without], dtype=int))
        rows, columns = canonical_order(every[used], means[used])
        used = used[rows]
        place = np.full(scores.n_groups, -1)
        place[used] = np.arange(len(used))
        kept = place[scores.groups] >= 0
        values = unit.values[kept]
        moved = Scores(values, place[scores.groups[kept]], scores.seeds[kept], len(used))
        halves = Halves.of(moved, is_paired=is_paired)
        return cls(
            every[used][:, columns],
            halves,
            measure.taken(columns),
            columns,
            unit,
            _refusal(means[used]),
            _reasons(halves) if is_paired else (),
        )

    @property
    def rows(self) -> Integers:
        """Numbers of all configurations that are used."""
        return np.arange(len(self.cells))

    def place_of(self, dimension: int) -> int:
        """Give the number that a dimension has here."""
        return int(np.flatnonzero(self.columns == dimension)[0])

    def restored(self, row: Integers) -> Integers:
        """Give cells in the order that the dimensions had before."""
        found = np.empty_like(row)
        found[self.columns] = row
        return found


def _reasons(halves: Halves) -> tuple[str, ...]:
    if halves.splits_seeds or not halves.table.size:
        return ()
    is_one = halves.table.shape[1] == 1
    who = "All configurations share one seed"
    if not is_one:
        who = "Fewer than two seeds are shared by most configurations"
    return (_ONE_SEED.format(who),)


def _refusal(means: Floats) -> str:
    if len(means) < FEWEST:
        return (
            f"It takes at least {FEWEST} configurations with a score to fit a surface, and there "
            f"are {len(means)}: run more."
        )
    if np.ptp(means) == 0:
        return "All configurations have the same score, so no hyperparameter shows an effect."
    return ""
