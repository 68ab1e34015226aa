"""The expected score as a surface: a trend, and a forest fitted to what that leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.forest import fit_forest
from sweeps.analysis.near.trend import RICH, SIMPLE, Basis, fit_trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.forest import Forest
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.near.halves import Half
    from sweeps.analysis.near.trend import Trend

N_TREES = 32
BEYOND = 0.3
"""How far a surface may go beyond the scores that it was fitted to, as a share of their range.

Polynomials run away in corners where there are no configurations.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A fitted surface: the sum of its parts.

    Attributes:
        trend: The trend, None where there is none.
        forest: The forest, None where there is none.
        bounds: Least and largest score that it gives.
    """

    trend: Trend | None
    forest: Forest | None
    bounds: tuple[float, float]

    def predict(self, cells: Integers) -> Floats:
        """Give the expected score at some configurations.

        Args:
            cells: Cells, shape `(n, n_dimensions)`.

        Returns:
            Scores, shape `(n,)`.
        """
        parts = [part.predict(cells) for part in (self.trend, self.forest) if part is not None]
        return np.asarray(np.clip(np.sum(parts, axis=0), *self.bounds))


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a surface is made of.

    Attributes:
        basis: Columns of its trend, None for a forest alone.
        has_forest: Whether it has a forest.
    """

    basis: Basis | None
    has_forest: bool

    @property
    def name(self) -> str:
        """What it is made of, in words."""
        if self.basis is None:
            return "a forest"
        return "polynomials and a forest" if self.has_forest else "polynomials"

    def fit(
        self,
        cells: Integers,
        half: Half,
        measure: Measure,
        *,
        random_state: int,
        n_trees: int = N_TREES,
    ) -> Surface:
        """Fit a surface to some configurations under some seeds.

        Args:
            cells: Cells of all configurations, shape `(n_configs, n_dimensions)`.
            half: Which of them to use, and what they scored.
            measure: What the cells are.
            random_state: Where the randomness of the trees starts.
            n_trees: Number of trees.

        References:
            Zhang, Nettleton, Zhu, "Regression-enhanced random forests", JSM Proceedings (2017),
            for a forest on top of a penalised regression.
        """
        seen, left, trend = cells[half.rows], half.figures, None
        if self.basis is not None:
            trend = fit_trend(seen, left, half.weights, self.basis)
            left = left - trend.predict(seen)
        forest = None
        if self.has_forest:
            forest = fit_forest(
                seen,
                left,
                half.weights,
                measure.dimensions,
                random_state=random_state,
                n_trees=n_trees,
            )
        margin = BEYOND * float(np.ptp(half.figures))
        bounds = (float(half.figures.min()) - margin, float(half.figures.max()) + margin)
        return Surface(trend, forest, bounds)


def best_kind(
    cells: Integers,
    dealt: Sequence[tuple[Half, Half]],
    measure: Measure,
    states: Sequence[Sequence[int]],
) -> tuple[Kind, float, float]:
    """Find the kind of surface by which halves predict each other best.

    Args:
        cells: Cells of all configurations, shape `(n_configs, n_dimensions)`.
        dealt: Pairs of halves.
        measure: What the cells are.
        states: Where the randomness of the trees starts, two for each pair.

    Returns:
        The kind, the share of the other half's variance that it predicts, and its mean squared
        error there.
    """
    bases = [None, Basis.of(measure, SIMPLE), Basis.of(measure, RICH)]
    kinds = [Kind(None, has_forest=True)] + [
        Kind(basis, has_forest=has_forest)
        for basis in bases
        if basis is not None
        for has_forest in (True, False)
    ]
    losses, spread = np.zeros(len(kinds)), 0.0
    for halves, pair in zip(dealt, states, strict=True):
        for half, other, state in zip(halves, reversed(halves), pair, strict=True):
            scores = other.figures
            mean = float(half.weights @ half.figures / half.weights.sum())
            spread += _square(scores - mean, other.weights)
            for i, kind in enumerate(kinds):
                surface = kind.fit(cells, half, measure, random_state=int(state))
                losses[i] += _square(scores - surface.predict(cells[other.rows]), other.weights)
    best = int(np.argmin(losses))
    loss = float(losses[best])
    return kinds[best], 1 - loss / spread if spread > 0 else 0.0, loss / (2 * len(dealt))


def _square(away: Floats, weights: Floats) -> float:
    return float(weights @ np.square(away) / weights.sum())
