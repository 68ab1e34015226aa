"""What configurations scored at one step, in order, whoever came first."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right, insort
from typing import Final

WORST: Final = -math.inf
"""Key of a score that is not finite: below every other."""


def key_of(score: float, mode: str) -> float:
    """Give a score as a number of which higher is better; NaN and infinity are the worst.

    Example:
        >>> key_of(0.3, "max"), key_of(0.3, "min"), key_of(float("inf"), "max")
        (0.3, -0.3, -inf)
    """
    if not math.isfinite(score):
        return WORST
    return score if mode == "max" else -score


def score_of(key: float, mode: str) -> float | None:
    """Give the score back with the sign that was reported, None where it was not finite."""
    if not math.isfinite(key):
        return None
    return key if mode == "max" else 0.0 - key


class Rung:
    """One key a configuration, found by its row and held in ascending order.

    Eight bytes a key in each of two arrays. A key is found by bisection, and moving the others up
    to make room takes a few microseconds at 10,000 of them.
    """

    def __init__(self) -> None:
        self._by_row = array("d")
        self._ascending = array("d")

    def __len__(self) -> int:
        return len(self._ascending)

    def record(self, row: int, key: float) -> None:
        """Write the key of a configuration, in place of the one it had."""
        missing = row + 1 - len(self._by_row)
        if missing > 0:
            self._by_row.extend([math.nan] * missing)
        old = self._by_row[row]
        if not math.isnan(old):
            del self._ascending[bisect_left(self._ascending, old)]
        insort(self._ascending, key)
        self._by_row[row] = key

    def rank(self, key: float) -> int:
        """Give 1 for the best key; equal keys share the better rank."""
        return 1 + len(self._ascending) - bisect_right(self._ascending, key)

    def best(self, n: int) -> float:
        """Give the `n`-th best key, from 1."""
        return self._ascending[-n]

    def median_of_others(self, row: int) -> float:
        """Give the median of all keys but that of one configuration, which must be there.

        Raises:
            IndexError: There is no other.
        """
        place = bisect_left(self._ascending, self._by_row[row])
        n = len(self._ascending) - 1

        def other(i: int) -> float:
            return self._ascending[i if i < place else i + 1]

        low, high = other((n - 1) // 2), other(n // 2)
        return low if low == high else low / 2 + high / 2
