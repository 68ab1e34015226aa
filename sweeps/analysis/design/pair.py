"""Variance and covariance over pairs of a design, with the part of the seeds taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.unit import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Complete blocks of a design with their scores on the unit scale.

    Attributes:
        rows: Number of the configuration at each place, shape `(n_blocks, n_places)`.
        mean: Mean score there.
        error: Variance of that mean by its seeds there.
    """

    rows: Integers
    mean: Floats
    error: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """Covariance of what two configurations of a pair are expected to score, and its scale.

    Attributes:
        shared: The covariance; one entry a draw.
        total: The variance of the expected score, from the same pairs.
    """

    shared: Floats
    total: Floats

    @classmethod
    def of(cls, blocks: Blocks, pairs: Sequence[tuple[int, int]], weights: Floats) -> Self:
        """Average over kinds of pairs.

        Both come from the same pairs, which is the most precise way (Janon et al. 2014). Three
        things are taken out. Independent seeds add their variance to the total alone. Where both
        places hold the same configuration they add it to the covariance as well. And where one
        configuration stands in many blocks, the mean over blocks has more noise in it.

        Args:
            blocks: The complete blocks.
            pairs: Places of the two configurations, one kind or several.
            weights: Shares of the blocks in each draw, shape `(n_draws, n_blocks)`.
        """
        parts = [_moments(blocks, pair, weights) for pair in pairs]
        shared, total = (np.mean(part, axis=0) for part in zip(*parts, strict=True))
        return cls(shared, total)

    @property
    def share(self) -> Floats:
        """The covariance as a share of the variance; NaN where none is left of that."""
        is_positive = self.total > ROUNDING
        return np.where(is_positive, self.shared / np.where(is_positive, self.total, 1.0), np.nan)


def _moments(blocks: Blocks, pair: tuple[int, int], weights: Floats) -> tuple[Floats, Floats]:
    """Give covariance and variance over one kind of pairs; each of shape `(n_draws,)`."""
    places = list(pair)
    first, second = blocks.mean[:, places].T
    errors = blocks.error[:, places].mean(axis=1)
    is_same = blocks.rows[:, pair[0]] == blocks.rows[:, pair[1]]
    columns = [
        (first + second) / 2,
        first * second,
        (first**2 + second**2) / 2,
        errors,
        errors * is_same,
    ]
    mean, product, square, noise, common = (weights @ np.column_stack(columns)).T
    squared_mean = mean**2 - _beyond(blocks, places, errors, is_same)
    shared, total = product - squared_mean, square - squared_mean
    lost = (shared + total) / (2 * (len(first) - 1))  # to the mean, which is estimated as well
    return shared + lost - common, total + lost - noise


def _beyond(blocks: Blocks, places: list[int], errors: Floats, is_same: Booleans) -> float:
    """Give the noise of the mean over blocks beyond that of blocks with seeds of their own."""
    n = len(errors)
    rows, error = blocks.rows[:, places].ravel(), blocks.error[:, places].ravel()
    _, at, counts = np.unique(rows, return_index=True, return_counts=True)
    of_mean = float((counts / (2 * n)) ** 2 @ error[at])
    return of_mean - float((errors + errors * is_same).sum()) / (2 * n * n)
