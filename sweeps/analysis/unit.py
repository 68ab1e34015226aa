"""Scores on a scale on which no square overflows and equal scores are exactly 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.scaled import Scaled

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

ROUNDING = (16 * float(np.finfo(np.float64).eps)) ** 2
"""A mean square on the unit scale below this is rounding of the scores, so it counts as 0."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitScores:
    """Scores as `(offset + values) * 2 ** exponent`.

    Attributes:
        values: Scaled scores from 0 to 2, of the shape they came in; NaN stays.
        offset: Smallest scaled score; 0 where there is none.
        exponent: The power of two.
    """

    values: Floats
    offset: float
    exponent: int

    @classmethod
    def of(cls, scores: Floats) -> Self:
        """Scale scores; NaN where there is none.

        Example:
            >>> UnitScores.of(np.array([3.0, 1.0])).values.tolist()
            [0.5, 0.0]
        """
        scaled = Scaled.of(scores)
        is_score = ~np.isnan(scaled.values)
        offset = float(scaled.values[is_score].min()) if is_score.any() else 0.0
        return cls(scaled.values - offset, offset, scaled.exponent)

    def score(self, value: float) -> float:
        """Give a scaled value in the unit of the scores."""
        return float(np.ldexp(self.offset + value, self.exponent))

    def difference(self, value: float) -> float:
        """Give a difference of scaled values in the unit of the scores."""
        return float(_times_power(value, self.exponent))

    def squared(self, values: ArrayLike) -> Floats:
        """Give squares of scaled values in the squared unit; infinite where that is too large."""
        return _times_power(values, 2 * self.exponent)


def without_rounding(mean_square: Floats) -> Floats:
    """Set mean squares on the unit scale to 0 where they are but rounding."""
    return np.where(mean_square <= ROUNDING, 0.0, mean_square)


def _times_power(values: ArrayLike, exponent: int) -> Floats:
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(np.asarray(values, dtype=np.float64), exponent))
