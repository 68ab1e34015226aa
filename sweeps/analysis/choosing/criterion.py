"""By what a configuration is chosen: its mean, or a figure that minds its bad seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.describing.statistic import TAIL, group_statistics
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL, interval_of_mean
from sweeps.analysis.moments import group_moments
from sweeps.errors import ResultsError, nearest

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats
    from sweeps.analysis.interval import Interval
    from sweeps.analysis.scores import Scores

MEAN = "mean"
LOWER_BOUND = "lower_bound"
CVAR = "cvar"
WORST = "worst"
CRITERIA = (MEAN, LOWER_BOUND, CVAR, WORST)
"""`lower_bound` is the bad end of the t interval of the mean, `cvar` the mean of the worst part of
the seeds, `worst` the worst seed alone."""
FEWEST = 2
"""Seeds that choosing takes by anything but the mean: under one seed all figures are its score."""

_NO_INTERVAL = "A bound of an interval has no interval of its own."


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the best configuration is best in.

    Attributes:
        name: One of `CRITERIA`.
        tail: Share of the seeds that `cvar` is the mean of, above 0 and up to 1.
        level: Confidence level of the interval that `lower_bound` is an end of.
    """

    name: str = MEAN
    tail: float = TAIL
    level: float = LEVEL

    @classmethod
    def of(cls, name: str, tail: float = TAIL) -> Self:
        """Check what somebody asks for.

        Args:
            name: One of `CRITERIA`.
            tail: Share of the seeds that `cvar` is the mean of.

        Raises:
            ResultsError: The criterion is unknown, or `tail` is out of its range.

        Example:
            >>> Criterion.of("cvar", 0.1).tail
            0.1
        """
        if name not in CRITERIA:
            message = f"No criterion {name!r}. {nearest(name, CRITERIA)}"
            raise ResultsError(message)
        if not 0 < tail <= 1:
            message = (
                f"`tail` must lie above 0 and up to 1, got {tail}. Pass 0.2 for the worst fifth."
            )
            raise ResultsError(message)
        return cls(name, tail)

    @property
    def is_mean(self) -> bool:
        """Whether it is the plain mean."""
        return self.name == MEAN

    def figures(
        self, scores: Scores, *, mode: str, interval: Interval | None = None
    ) -> tuple[Estimate, ...]:
        """Give the figure of each configuration over all of its seeds.

        Args:
            scores: Finite scores.
            mode: `max` where a higher score is better, `min` where a lower one is.
            interval: Intervals of the means, where they are not Student's.

        Returns:
            One figure a configuration, in the unit of the scores, with an interval where `cvar`
            has one; NaN where there is no score, or for a bound fewer than 2.

        Example:
            >>> from sweeps.analysis.scores import Scores
            >>> scores = Scores(np.array([1.0, 3.0, 2.0]), np.array([0, 0, 0]), np.arange(3), 1)
            >>> [Criterion(name).figures(scores, mode="min")[0].value for name in ("mean", "worst")]
            [2.0, 3.0]
        """
        if self.name == LOWER_BOUND:
            return self._bounds(scores, mode=mode, interval=interval)
        found = group_statistics(scores, self.name, mode=mode, level=self.level, tail=self.tail)
        columns = found.value.tolist(), found.low.tolist(), found.high.tolist(), found.n.tolist()
        worst = f"mean of the worst {self.tail:.4g} of the seeds, "
        method = f"{worst if self.name == CVAR else ''}{found.method}"
        return tuple(
            Estimate(value, low, high, n, method, reason)
            for value, low, high, n, reason in zip(*columns, found.reason, strict=True)
        )

    def _bounds(
        self, scores: Scores, *, mode: str, interval: Interval | None
    ) -> tuple[Estimate, ...]:
        moments = group_moments(scores.score, scores.groups, scores.n_groups)
        means = interval_of_mean(moments, level=self.level) if interval is None else interval
        bounds = means.low if mode == "max" else means.high
        end = "lower" if mode == "max" else "upper"
        return tuple(
            Estimate(
                value,
                np.nan,
                np.nan,
                int(n),
                f"{end} bound of the {self.level:.4g} t interval of the mean",
                _NO_INTERVAL,
            )
            for value, n in zip(bounds.tolist(), moments.n.tolist(), strict=True)
        )

    def over_sets(self, signed: Floats, has_score: Booleans, drawn: Booleans) -> Floats:
        """Give the figure of each configuration over each of several sets of seeds.

        Args:
            signed: Scores with higher as better, shape `(n_configs, n_seeds)`; 0 where there is
                none.
            has_score: Where there is a score, of the same shape.
            drawn: Sets of seeds, shape `(n_sets, n_seeds)`.

        Returns:
            Figures, shape `(n_sets, n_configs)`; -inf where a set has too few scores for one.

        Example:
            >>> scores = np.array([[1.0, 3.0, 2.0]])
            >>> sets = np.array([[True, True, False], [False, True, True]])
            >>> Criterion("worst").over_sets(scores, scores > 0, sets).tolist()
            [[1.0], [2.0]]
        """
        if self.name in (MEAN, LOWER_BOUND):
            return self._by_moments(signed, has_score, drawn)
        order = np.argsort(np.where(has_score, signed, np.inf), axis=1, kind="stable")
        values = np.take_along_axis(signed, order, axis=1)
        is_there = np.take_along_axis(has_score, order, axis=1)
        tail = self.tail if self.name == CVAR else 1 / max(signed.shape[1], 1)
        found = np.empty((len(drawn), len(signed)))
        for i, chosen in enumerate(drawn):
            found[i] = _tail_means(values, is_there & chosen[order], tail)
        return found

    def _by_moments(self, signed: Floats, has_score: Booleans, drawn: Booleans) -> Floats:
        sets, there = drawn.astype(np.float64), has_score.astype(np.float64)
        n = sets @ there.T
        # Around each configuration's own mean, so that squares lose no digits.
        centre = (signed * there).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        apart = np.where(has_score, signed - centre[:, None], 0.0)
        shift = sets @ apart.T / np.maximum(n, 1)
        if self.is_mean:
            return np.where(n > 0, centre + shift, -np.inf)
        squares = np.maximum(sets @ (apart**2).T - n * shift**2, 0.0)
        error = np.sqrt(squares / np.maximum(n - 1, 1) / np.maximum(n, 1))
        half = stdtrit(np.maximum(n - 1, 1), (1 + self.level) / 2) * error
        return np.where(n > 1, centre + shift - half, -np.inf)


def _tail_means(values: Floats, chosen: Booleans, tail: float) -> Floats:
    """Give the mean of the worst part of the chosen values; sorted rows, shape `(n_configs,)`."""
    n_worst = tail * chosen.sum(axis=1, keepdims=True)
    place = np.cumsum(chosen, axis=1) - 1
    weight = np.where(chosen, np.clip(n_worst - place, 0, 1), 0.0)
    total = np.where(n_worst > 0, n_worst, 1.0)[:, 0]
    return np.where(n_worst[:, 0] > 0, (weight * values).sum(axis=1) / total, -np.inf)
