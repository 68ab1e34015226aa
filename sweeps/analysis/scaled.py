"""Scores divided by a power of two, which rounds nothing, so that no sum of them overflows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats


_BITS = 36


def rounded(values: Floats) -> Floats:
    """Round values of size 1 to 36 bits, so that what a shift rounds off cannot turn a tie.

    Example:
        >>> rounded(np.array([0.5, 0.5 + 2**-50])).tolist()
        [0.5, 0.5]
    """
    return np.asarray(np.ldexp(np.round(np.ldexp(values, _BITS)), -_BITS))


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Scores as `values * 2 ** exponent`.

    Attributes:
        values: Scaled scores, none above 1 in size; what is not finite stays.
        exponent: The power of two.
    """

    values: Floats
    exponent: int

    @classmethod
    def of(cls, scores: ArrayLike) -> Self:
        """Scale scores of any shape.

        Example:
            >>> Scaled.of([3.0, -1.0]).values.tolist()
            [0.75, -0.25]
        """
        array = np.asarray(scores, dtype=np.float64)
        sizes = np.abs(array)
        exponent = int(np.frexp(sizes.max(initial=0.0, where=np.isfinite(sizes)))[1])
        return cls(np.asarray(np.ldexp(array, -exponent)), exponent)

    def back(self, values: ArrayLike) -> Floats:
        """Give scaled figures in the unit of the scores; infinite where that is too large."""
        with np.errstate(over="ignore"):
            return np.asarray(np.ldexp(np.asarray(values, dtype=np.float64), self.exponent))
