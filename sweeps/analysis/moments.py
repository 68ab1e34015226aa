"""Sums over groups of scores: sorted once, without a loop, and safe from overflow.

Scores come as one long array with the number of their group (their configuration), so that
100,000 runs take a few sorted passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.array import Booleans, Floats, Integers, frozen_floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MOST_CELLS_A_VALUE = 4
"""Groups of so unequal sizes that a table of them would be larger are sorted without one."""
SAFE_EXPONENT = 400
"""Neither squares nor sums of numbers around 2 to this power overflow, nor do they vanish."""


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sufficient statistics of samples for a t interval, all of one shape.

    Attributes:
        n: Numbers of values, whole numbers from 0.
        mean: Means; NaN for an empty sample.
        sd: Standard deviations, n - 1 in the denominator; NaN for fewer than 2 values.
    """

    n: Floats
    mean: Floats
    sd: Floats

    def __post_init__(self) -> None:
        for name in ("n", "mean", "sd"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))

    def reshaped(self, shape: tuple[int, ...]) -> Self:
        """Give the same figures in another shape."""
        parts = (np.reshape(part, shape) for part in (self.n, self.mean, self.sd))
        return type(self)(*parts)


def group_moments(values: ArrayLike, groups: ArrayLike, n_groups: int) -> Moments:
    """Give number, mean and standard deviation of each group.

    Args:
        values: Finite values, shape `(n,)`.
        groups: Number of each value's group, from 0 to `n_groups` - 1, shape `(n,)`.
        n_groups: How many groups there are, empty ones included.

    Returns:
        One entry a group, whatever the order of the values.

    Example:
        >>> group_moments([1.0, 3.0, 0.1, 0.1], [0, 0, 1, 1], 2).sd.round(3).tolist()
        [1.414, 0.0]
    """
    return SortedGroups.of(values, groups, n_groups).moments()


@dataclass(frozen=True, slots=True, eq=False)
class SortedGroups:
    """Values sorted by group and, within it, by size, so that sums do not depend on order.

    Attributes:
        values: Sorted values, shape `(n_values,)`.
        groups: Their groups, increasing.
        n: Numbers of values, shape `(n_groups,)`.
        starts: Position of each group's smallest value.
    """

    values: Floats
    groups: Integers
    n: Integers
    starts: Integers

    @classmethod
    def of(cls, values: ArrayLike, groups: ArrayLike, n_groups: int) -> SortedGroups:
        """Sort values; the arguments are those of `group_moments`."""
        flat = np.asarray(values, dtype=np.float64).ravel()
        labels = np.asarray(groups, dtype=np.int64).ravel()
        n = np.bincount(labels, minlength=n_groups).astype(np.int64)
        starts = np.cumsum(n) - n
        if len(n) * int(n.max(initial=0)) > MOST_CELLS_A_VALUE * len(flat):
            order = np.lexsort((flat, labels))
            return cls(flat[order], labels[order], n, starts)
        if (np.diff(labels) < 0).any():
            order = np.argsort(labels, kind="stable")
            flat, labels = flat[order], labels[order]
        return cls(_sorted_within(flat, labels, n, starts), labels, n, starts)

    def smallest(self) -> Floats:
        """Give the smallest value of each group, NaN for an empty one."""
        return self._at(self.starts)

    def largest(self) -> Floats:
        """Give the largest value of each group, NaN for an empty one."""
        return self._at(self.starts + self.n - 1)

    def _at(self, positions: Integers) -> Floats:
        found = np.full(len(self.n), np.nan)
        filled = self.n > 0
        found[filled] = self.values[positions[filled]]
        return found

    def moments(self) -> Moments:
        """Give number, mean and standard deviation of each group."""
        mean = self.trimmed_mean(np.zeros_like(self.n))
        with np.errstate(over="ignore", invalid="ignore"):
            deviations = self.values - mean[self.groups]
            scaled, exponents = self._scaled(deviations)
            squares = self._sum(scaled**2, self.groups)
            spread = np.ldexp(np.sqrt(squares / np.maximum(self.n - 1, 1)), exponents)
        is_constant = self.smallest() == self.largest()
        sd = np.where(self.n < 2, np.nan, np.where(is_constant, 0.0, spread))
        return Moments(self.n.astype(np.float64), mean, sd)

    def trimmed_mean(self, n_dropped: Integers) -> Floats:
        """Give the means after dropping `n_dropped` values at both ends of each group."""
        scaled, exponents = self._scaled(self.values)
        kept = self._kept(n_dropped)
        sums = self._sum(scaled[kept], self.groups[kept])
        n_kept = self.n - 2 * n_dropped
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.ldexp(sums / np.maximum(n_kept, 1), exponents)
        first, last = (
            self._at(self.starts + n_dropped),
            self._at(self.starts + self.n - 1 - n_dropped),
        )
        # Rounding must not move the mean of equal values, nor carry a mean past its values.
        return np.where(self.n > 0, np.clip(mean, first, last), np.nan)

    def _kept(self, n_dropped: Integers) -> slice | Booleans:
        """Say which values are left after dropping `n_dropped` at both ends of each group."""
        if not n_dropped.any():
            return slice(None)
        place = np.arange(len(self.values))
        first, end = self.starts + n_dropped, self.starts + self.n - n_dropped
        return np.asarray((place >= first[self.groups]) & (place < end[self.groups]))

    def _scaled(self, values: Floats) -> tuple[Floats, Integers]:
        """Divide each group by a power of two, exactly, so that no sum or square overflows.

        Values increase within their group, so the largest stands at one of its ends.
        """
        ends = self.starts[self.n > 0], (self.starts + self.n - 1)[self.n > 0]
        largest = np.zeros(len(self.n))
        with np.errstate(invalid="ignore"):  # a NaN is passed on
            largest[self.n > 0] = np.maximum(*(np.abs(values[end]) for end in ends))
        exponents = np.frexp(largest)[1].astype(np.int64)
        if (np.abs(exponents) <= SAFE_EXPONENT).all():
            return values, np.zeros_like(exponents)
        return np.ldexp(values, -exponents[self.groups]), exponents

    def _sum(self, values: Floats, groups: Integers) -> Floats:
        return np.bincount(groups, values, len(self.n)).astype(np.float64)


def _sorted_within(values: Floats, groups: Integers, n: Integers, starts: Integers) -> Floats:
    """Sort the values of each group, which stand side by side, as rows of one table.

    It takes a tenth of the time of sorting pairs of group and value. Cells that a short group
    leaves empty hold NaN, which sorts to the end of its row.
    """
    width = int(n.max(initial=0))
    table = np.full((len(n), width), np.nan)
    place = np.arange(len(values)) - starts[groups]
    table[groups, place] = values
    table.sort(axis=1)
    return np.asarray(table[groups, place])
