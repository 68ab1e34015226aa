"""Which configuration a set of seeds would choose, and its scores under the other seeds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.array import frozen_floats
from sweeps.analysis.choosing.rivals import rivals
from sweeps.analysis.leaderboard.summary import check_mode

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.table import Table

_TIE = 1e-12
"""Means that differ by no more than this share of their values' size differ by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What sets of seeds chose.

    Attributes:
        configs: Positions of the configurations that any set chose, in order.
        weights: Weight of each of them in each choice, shape `(n_draws, n_chosen)`. Rows add up
            to 1, or to 0 where no configuration has a score.
    """

    configs: Integers
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Contest:
    """Scores in a form in which many sets of seeds choose as a product of matrices.

    Attributes:
        scaled: Scores with higher as better, divided by a power of two so that no sum
            overflows, shape `(n_configs, n_seeds)`; 0 where there is none.
        has_score: 1 where there is a score and 0 elsewhere, of the same shape.
        exponent: That power of two.
        sign: 1 where a higher score is better, -1 where a lower one is.
    """

    scaled: Floats
    has_score: Floats
    exponent: int
    sign: int

    @classmethod
    def of(cls, table: Table, mode: str) -> Self:
        """Prepare a table.

        Args:
            table: Scores; the seeds are the same for all configurations.
            mode: `max` where a higher score is better, `min` where a lower one is.

        Raises:
            ResultsError: `mode` is neither.
        """
        check_mode(mode)
        sign = 1 if mode == "max" else -1
        signed = np.where(table.has_score, sign * table.values, 0.0)
        exponent = int(np.frexp(np.abs(signed).max(initial=0.0))[1])
        return cls(
            frozen_floats(np.ldexp(signed, -exponent)),
            frozen_floats(table.has_score),
            exponent,
            sign,
        )

    @property
    def is_complete(self) -> bool:
        """Whether every configuration has a score under every seed."""
        return bool(self.has_score.all())

    def among(self, configs: Integers) -> Self:
        """Keep some configurations only, by their positions."""
        return replace(self, scaled=self.scaled[configs], has_score=self.has_score[configs])

    def rivals(self, drawn: Booleans) -> Integers:
        """Give the configurations to look at where these sets choose; no other is chosen."""
        sizes = np.unique(drawn.sum(axis=1))
        if len(sizes) != 1 or sizes[0] == 0 or len(self.scaled) == 0:
            return np.arange(len(self.scaled))
        return rivals(self.scaled, self.has_score, int(sizes[0]))

    def choose(self, drawn: Booleans) -> Choices:
        """Say which configuration each set of seeds would choose.

        It is the one with the fewest missing scores under these seeds, then with the best mean.
        Ties are split evenly, so that no position decides.

        Args:
            drawn: Sets of seeds, shape `(n_draws, n_seeds)`.

        Example:
            >>> from sweeps.analysis.table import Table
            >>> contest = Contest.of(Table(np.array([[1.0, 5.0], [3.0, 2.0], [3.0, 1.0]])), "max")
            >>> found = contest.choose(np.array([[True, False], [False, True]]))
            >>> found.configs.tolist(), found.weights.tolist()
            ([0, 1, 2], [[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])
        """
        sets = drawn.astype(np.float64)
        total = sets @ self.scaled.T
        if not total.size:
            return Choices(np.zeros(0, dtype=np.int64), np.zeros((len(drawn), 0)))
        if not self.is_complete:
            n = sets @ self.has_score.T
            total[n < n.max(axis=1, keepdims=True)] = -np.inf
        # All that are left have as many scores, so that sums compare as means do.
        winner = total.argmax(axis=1)
        best = total[np.arange(len(total)), winner]
        size = (sets * np.abs(self.scaled[winner])).sum(axis=1)
        is_chosen = total >= (best - _TIE * size)[:, None]
        is_chosen[~(sets @ self.has_score.max(axis=0) > 0)] = False
        configs = np.flatnonzero(is_chosen.any(axis=0))
        shared = is_chosen[:, configs]
        return Choices(configs, shared / np.maximum(shared.sum(axis=1, keepdims=True), 1))

    def scores_of(self, choices: Choices) -> tuple[Floats, Floats]:
        """Give the chosen configurations' scores under every seed, scaled.

        Args:
            choices: What was chosen.

        Returns:
            Sums of scores times their weights, and sums of these weights over the scores that
            exist, each of shape `(n_draws, n_seeds)`.
        """
        weights, chosen = choices.weights, choices.configs
        return weights @ self.scaled[chosen], weights @ self.has_score[chosen]

    def judged(self, apart: Booleans) -> tuple[Floats, Floats]:
        """Give, under each seed, the score of what the seeds apart from it would choose.

        Args:
            apart: Row k marks the seeds that choose for seed k, shape `(n_seeds, n_seeds)`.

        Returns:
            Scaled scores, NaN where the chosen one has none, and the weight of the chosen ones
            that have a score, 1 where all have; each of shape `(n_seeds,)`.
        """
        few = self.among(self.rivals(apart))
        total, weight = (part.diagonal() for part in few.scores_of(few.choose(apart)))
        return ratio(total, weight), weight

    def restored(self, scaled: Floats) -> Floats:
        """Turn scaled figures back into the unit and direction of the scores."""
        with np.errstate(over="ignore"):
            return np.asarray(self.sign * np.ldexp(scaled, self.exponent))


def ratio(total: Floats, weight: Floats) -> Floats:
    """Give total / weight, NaN where there is no weight; what is left of rounding is none."""
    is_known = weight > 1e-12
    return np.where(is_known, total / np.where(is_known, weight, 1.0), np.nan)
