"""Resamples of runs within tasks, by how often each score was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.array import Floats, Integers, frozen_floats

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 50_000
"""Scores drawn at a time. Their arrays stay in the cache, and in the process: larger ones are given
back to the system and fetched again, which takes longer than what is done with them."""


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """The finite scores of each task; tasks in an order that follows from their scores.

    Attributes:
        columns: Sorted scores of each task, divided by 2 to the power of `exponent`.
        exponent: Chosen so that no sum overflows.
    """

    columns: tuple[Floats, ...]
    exponent: int

    @classmethod
    def of(cls, values: Floats) -> Self:
        """Take the finite scores of a table of runs and tasks.

        Example:
            >>> [x.tolist() for x in Strata.of(np.array([[9.0, 1.0], [8.0, np.nan]])).columns]
            [[0.0625], [0.5, 0.5625]]
        """
        finite = np.isfinite(values)
        largest = np.abs(values[finite]).max(initial=0.0)
        exponent = int(np.frexp(largest)[1])
        scaled = np.ldexp(values, -exponent)
        columns = [np.sort(row[keep]) for row, keep in zip(scaled.T, finite.T, strict=True)]
        columns.sort(key=lambda column: (len(column), column.tolist()))
        return cls(tuple(frozen_floats(column) for column in columns), exponent)

    @property
    def n(self) -> Integers:
        """Numbers of scores, one a task."""
        return np.array([len(column) for column in self.columns], dtype=np.int64)

    @property
    def size(self) -> int:
        """Number of all scores."""
        return int(self.n.sum())

    def means(self) -> Floats:
        """Give the mean of each task, which rounding carries past none of its scores."""
        return self._means(np.concatenate(self.columns))

    def variances(self, low: float = -np.inf, high: float = np.inf) -> Floats:
        """Give the variance of each task's scores, n - 1 in the denominator.

        Args:
            low: Scores below count as this one.
            high: Scores above count as this one.

        Returns:
            Variances, shape `(n_tasks,)`, where each task has at least 2 scores.

        Example:
            >>> strata = Strata.of(np.array([[0.1, 0.5], [0.3, 0.5]]))
            >>> [round(x, 3) for x in strata.variances().tolist()]
            [0.02, 0.0]
        """
        flat = np.clip(np.concatenate(self.columns), low, high)
        deviations = flat - np.repeat(self._means(flat), self.n)
        return np.asarray(np.add.reduceat(deviations**2, self._starts) / (self.n - 1))

    def _means(self, flat: Floats) -> Floats:
        """Give the mean of each task; values increase within it."""
        sums, ends = np.add.reduceat(flat, self._starts), np.cumsum(self.n) - 1
        return np.clip(sums / self.n, flat[self._starts], flat[ends])

    @property
    def _starts(self) -> Integers:
        return np.cumsum(self.n) - self.n

    def ordered(self) -> Floats:
        """Give all scores, sorted."""
        return np.sort(np.concatenate(self.columns))

    def unscaled(self, value: float) -> float:
        """Give a figure of the columns in the unit of the scores."""
        with np.errstate(over="ignore"):
            return float(np.ldexp(value, self.exponent))

    def drawn_weights(
        self, rng: np.random.Generator, n_draws: int
    ) -> Iterator[tuple[Floats | Integers, float]]:
        """Draw resamples as weights of the sorted scores.

        A task of n scores draws n - 1, so that its mean varies by the variance over n with n - 1
        in the denominator. Each then counts n / (n - 1) times, so that no task loses weight.

        Args:
            rng: Where the randomness comes from.
            n_draws: Number of resamples.

        Yields:
            Weights in the order of `ordered()`, shape `(n_chunk, size)`, and the sum of each row.
            Weights are relative: only their ratio to the sum counts.
        """
        order = np.argsort(np.concatenate(self.columns), kind="stable")
        sizes, _ = self._sizes()
        counts_for = sizes / (sizes - 1)
        relative = counts_for / counts_for[0]
        total = float(self.size / counts_for[0])
        for drawn in self._drawn_counts(rng, n_draws):
            # Whole numbers add up twice as fast, and tasks of one size need no others.
            if len(sizes) == 1:
                yield drawn[0].take(order, axis=1), total
            else:
                weights = [factor * counts for factor, counts in zip(relative, drawn, strict=True)]
                yield np.concatenate(weights, axis=1).take(order, axis=1), total

    def drawn_means(self, rng: np.random.Generator, n_draws: int) -> Iterator[Floats]:
        """Draw resamples as the means of the tasks.

        Args:
            rng: Where the randomness comes from.
            n_draws: Number of resamples.

        Yields:
            Means, shape `(n_chunk, n_tasks)`, of one score less than each task has.
        """
        sizes, n_tasks = self._sizes()
        blocks = np.split(np.concatenate(self.columns), np.cumsum(sizes * n_tasks)[:-1])
        for drawn in self._drawn_counts(rng, n_draws):
            means = []
            for counts, block, n in zip(drawn, blocks, sizes.tolist(), strict=True):
                scores = block.reshape(-1, n)
                mean = np.einsum("dtn,tn->dt", counts.reshape(len(counts), -1, n), scores) / (n - 1)
                means.append(np.clip(mean, scores[:, 0], scores[:, -1]))
            yield np.concatenate(means, axis=1)

    def _sizes(self) -> tuple[Integers, Integers]:
        """Give the numbers of scores that tasks have, increasing, and how many tasks have each."""
        return np.unique(self.n, return_counts=True)

    def _drawn_counts(self, rng: np.random.Generator, n_draws: int) -> Iterator[list[Integers]]:
        """Draw how often each score counts, one array of shape `(n_chunk, -1)` for each size."""
        sizes, n_tasks = self._sizes()
        n_chunk = max(1, CHUNK // self.size)
        for start in range(0, n_draws, n_chunk):
            n_rows = min(n_chunk, n_draws - start)
            yield [
                _counts(rng, n_rows, k, n)
                for n, k in zip(sizes.tolist(), n_tasks.tolist(), strict=True)
            ]


def _counts(rng: np.random.Generator, n_draws: int, n_tasks: int, n: int) -> Integers:
    """Draw n - 1 of n scores in each task; counts of shape `(n_draws, n_tasks * n)`."""
    # Two bytes are drawn in half the time of eight.
    dtype = np.uint16 if n <= 2**16 else np.int64
    drawn = rng.integers(0, n, (n_draws * n_tasks, n - 1), dtype=dtype)
    cells = np.add(drawn, n * np.arange(n_draws * n_tasks)[:, None], dtype=np.int64)
    return np.bincount(cells.ravel(), minlength=n_draws * n_tasks * n).reshape(n_draws, -1)
