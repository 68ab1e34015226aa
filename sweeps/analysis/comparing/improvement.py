"""Probability of improvement: how often a run of one configuration beats one of another.

It needs no scale and counts failed runs as the worst.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from sweeps.analysis.describing.rate import wilson
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.leaderboard.summary import check_mode
from sweeps.analysis.level import check_level
from sweeps.analysis.resampling import N_DRAWS
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

_CHUNK = 1_000_000
"""Drawn runs held at a time."""


def probability_of_improvement(
    x: ArrayLike,
    y: ArrayLike,
    *,
    mode: str,
    rng: np.random.Generator,
    level: float = LEVEL,
    n_draws: int = N_DRAWS,
) -> Estimate:
    """Give the probability that a run of x beats an independent run of y on the same task.

    Ties count one half, and so do two failed runs. Assumes that runs are independent within and
    between tasks; with several tasks the probability is the mean over them, since they are the
    ones that matter and no sample of more.

    Args:
        x: Scores, shape `(n_x, n_tasks)` or `(n_x,)` for one task; NaN for a failed run.
        y: Scores to beat, shape `(n_y, n_tasks)` or `(n_y,)`; NaN for a failed run.
        mode: `max` where a higher score is better, `min` where a lower one is.
        rng: Where the resamples come from, for several tasks.
        level: Confidence level, between 0 and 1.
        n_draws: Number of resamples, for several tasks.

    Returns:
        A probability. One task has a score interval with the variance and the degrees of freedom of
        Brunner and Munzel: it stays between 0 and 1 and keeps its level near the ends, where
        estimate ± error does not. Several tasks have a bootstrap interval stratified by task,
        of one run less than there are, so that the resamples vary as much as they should. Where
        one configuration beats the other in all runs, or all are tied, the interval is that of
        the pairs of different runs.

    Raises:
        ResultsError: A shape does not fit, or `mode` or `level` is out of its range.

    Example:
        >>> x, y = [[1, 2], [2, 2], [1, 1], [2, 1]], [[1, 1], [2, 2], [3, 3]]
        >>> chance = probability_of_improvement(x, y, mode="max", rng=np.random.default_rng(0))
        >>> round(chance.value, 6)
        0.333333

    References:
        Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice",
        NeurIPS 2021. Brunner and Munzel, "The nonparametric Behrens-Fisher problem", Biometrical
        Journal 42 (2000), 17-25. Rao and Wu, "Resampling inference with complex survey data",
        Journal of the American Statistical Association 83 (1988), 231-241.
    """
    check_mode(mode)
    check_level(level)
    wins = _Wins.of(_tasks(x), _tasks(y), mode)
    n_tasks, n_x, n_y = wins.share.shape
    n = (n_x + n_y) * n_tasks
    if not min(n_tasks, n_x, n_y):
        return Estimate.unknown("There are no runs of both to compare. Run both.", n=n)
    value = float(wins.share.mean(dtype=np.float64))
    if min(n_x, n_y) < 2:
        return Estimate.unknown(
            "A probability of improvement has an interval from 2 runs of both on. Run more seeds.",
            value=value,
            n=n,
        )
    variance, freedom = wins.variance()
    if variance == 0:
        low, high = _score_interval(value, min(n_x, n_y) * n_tasks, float(ndtri((1 + level) / 2)))
        return Estimate(value, low, high, n, "Wilson, over pairs of different runs")
    if n_tasks == 1:
        quantile = float(stdtrit(freedom, (1 + level) / 2))
        low, high = _score_interval(value, value * (1 - value) / variance, quantile)
        return Estimate(value, low, high, n, "score interval, Brunner-Munzel variance")
    draws = np.concatenate(list(wins.drawn(rng, n_draws)))
    tail = float(ndtr(stdtrit(freedom, (1 - level) / 2)))
    low, high = np.quantile(draws, [tail, 1 - tail])
    method = f"bootstrap stratified by task, {n_draws} resamples"
    return Estimate(value, min(float(low), value), max(float(high), value), n, method)


def improvement_of_pairs(
    a: ArrayLike,
    b: ArrayLike,
    *,
    mode: str,
    level: float = LEVEL,
    n_independent: int | None = None,
) -> Estimate:
    """Give the probability that a beats b under the same fresh seed.

    Ties count one half, and so do two failed runs.

    Args:
        a: Scores by seed, shape `(n,)`; NaN for a failed run.
        b: Scores under the same seeds, shape `(n,)`; NaN for a failed run.
        mode: `max` where a higher score is better, `min` where a lower one is.
        level: Confidence level, between 0 and 1.
        n_independent: How many independent seeds the interval counts, where seeds share levels of
            a source: the number of these levels. All of them by default.

    Returns:
        A probability with its score interval.

    Raises:
        ResultsError: `mode` or `level` is out of its range.

    Example:
        >>> improvement_of_pairs([1.0, 2.0, 3.0], [0.0, 2.0, float("nan")], mode="max").value
        0.8333333333333334

    References:
        Bouthillier et al., "Accounting for variance in machine learning benchmarks", MLSys 2021.
        Wilson (1927) for the interval.
    """
    check_mode(mode)
    first, second = (_goodness(np.asarray(scores, dtype=np.float64), mode) for scores in (a, b))
    if not len(first):
        return Estimate.unknown("There is no seed that both ran. Run shared seeds.")
    n = len(first) if n_independent is None else n_independent
    share = wilson(float(_beats(first, second).mean()) * n, n, level=level)
    value, low, high = (float(part) for part in (share.estimate, share.low, share.high))
    what = "shared seeds" if n_independent is None else "levels that seeds share"
    return Estimate(value, low, high, n, f"Wilson, over {what}")


@dataclass(frozen=True, slots=True, eq=False)
class _Wins:
    """How far each run of x beats each run of y.

    Attributes:
        share: 1 for a win, 0.5 for a tie, 0 for a loss, shape `(n_tasks, n_x, n_y)`. Halves and
            counts of resamples are exact in single precision.
    """

    share: np.ndarray[tuple[int, ...], np.dtype[np.float32]]

    @classmethod
    def of(cls, x: Floats, y: Floats, mode: str) -> _Wins:
        """Compare all runs on the same task."""
        if x.shape[1] != y.shape[1]:
            message = (
                f"Both have to be scored on the same tasks, got {x.shape[1]} and {y.shape[1]}. "
                "Pass arrays of the shapes (n_x, n_tasks) and (n_y, n_tasks)."
            )
            raise ResultsError(message)
        # Tasks in an order that follows from the scores, so that their labels change no draw.
        x, y = (np.sort(_goodness(scores, mode), axis=0) for scores in (x, y))
        order = np.lexsort(np.concatenate([x, y])[::-1]) if len(x) + len(y) else slice(None)
        return cls(_beats(x.T[order][:, :, None], y.T[order][:, None, :]).astype(np.float32))

    def variance(self) -> tuple[float, float]:
        """Give the squared error of the mean share, and its degrees of freedom."""
        share = self.share.astype(np.float64)
        n_tasks, n_x, n_y = share.shape
        parts = np.concatenate(
            [
                share.mean(axis=2).var(axis=1, ddof=1) / n_x,
                share.mean(axis=1).var(axis=1, ddof=1) / n_y,
            ]
        )
        total = float(parts.sum())
        if total == 0:
            return 0.0, 0.0
        freedom = total**2 / (parts**2 / np.repeat([n_x - 1.0, n_y - 1.0], n_tasks)).sum()
        return total / n_tasks**2, float(freedom)

    def drawn(self, rng: np.random.Generator, n_draws: int) -> Iterator[Floats]:
        """Draw mean shares of resamples, a chunk at a time."""
        n_tasks, n_x, n_y = self.share.shape
        size = max(_CHUNK // (n_tasks * (n_x + n_y)), 1)
        for start in range(0, n_draws, size):
            n = min(size, n_draws - start)
            of_x, of_y = (_counts(rng, n_tasks, n, runs) for runs in (n_x, n_y))
            total = np.einsum("tny,tny->n", of_x @ self.share, of_y, dtype=np.float64)
            yield total / ((n_x - 1) * (n_y - 1) * n_tasks)


def _counts(
    rng: np.random.Generator, n_tasks: int, n_draws: int, n: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Draw n - 1 of n runs with replacement: how often each, shape `(n_tasks, n_draws, n)`."""
    n_rows = n_tasks * n_draws
    drawn = rng.integers(0, n, size=(n - 1, n_rows))
    drawn += n * np.arange(n_rows)
    counts = np.bincount(drawn.ravel(), minlength=n_rows * n)
    return counts.reshape(n_tasks, n_draws, n).astype(np.float32)


def _tasks(scores: ArrayLike) -> Floats:
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim not in (1, 2):
        message = f"Scores must have the shape (runs, tasks), got {array.ndim} dimensions. Reshape."
        raise ResultsError(message)
    return array[:, None] if array.ndim == 1 else array


def _goodness(scores: Floats, mode: str) -> Floats:
    """Turn scores so that higher is better, and failed runs are the worst."""
    return np.where(np.isnan(scores), -np.inf, scores if mode == "max" else -scores)


def _beats(first: Floats, second: Floats) -> Floats:
    return np.asarray((first > second) + 0.5 * (first == second))


def _score_interval(value: float, n: float, quantile: float) -> tuple[float, float]:
    """Give Wilson's interval for a share of n runs, n whole or not."""
    square = quantile**2
    middle = (n * value + square / 2) / (n + square)
    half = quantile * np.sqrt(n * value * (1 - value) + square / 4) / (n + square)
    low, high = max(min(middle - half, value), 0.0), min(max(middle + half, value), 1.0)
    return float(low), float(high)
