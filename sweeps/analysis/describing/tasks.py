"""Scores on several tasks: one figure over all runs, with an interval over the seeds.

A task is a data set or an environment. The tasks are the ones that matter, not a sample of more;
runs are resampled within each task, since a bad seed of one task says nothing of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtrit

from sweeps.analysis.describing.statistic import group_statistics
from sweeps.analysis.describing.statistic_reason import FEWEST
from sweeps.analysis.describing.strata import Strata
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.resampling import N_DRAWS
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats, Integers

AGGREGATES = ("mean", "median", "iqm", "optimality_gap")
"""The figures: `mean` and `median` of the tasks' means, the mean of the middle half of all scores,
and how far scores stay below a goal on average."""


def aggregate(
    x: ArrayLike,
    statistic: str,
    *,
    rng: np.random.Generator,
    level: float = LEVEL,
    n_draws: int = N_DRAWS,
    gamma: float | None = None,
) -> Estimate:
    """Sum up scores on several tasks by one figure.

    Assumes that runs are independent within and between tasks, and that tasks share a scale.
    Failed runs are left out; show their rate beside the figure.

    Args:
        x: Scores, shape `(n_runs, n_tasks)`, or `(n_runs,)` for one task; NaN for a failed run.
        statistic: One of `AGGREGATES`. `iqm` drops a quarter of all scores at both ends, rounded
            down.
        rng: Where the resamples of `median` and `iqm` come from.
        level: Confidence level, between 0 and 1.
        n_draws: Number of resamples.
        gamma: Score that is good enough, for `optimality_gap`, where a higher score is better.

    Returns:
        The figure in the unit of the scores. `mean` and `optimality_gap` have a t interval;
        `median` and `iqm` a bootstrap interval stratified by task: each task draws one score less
        than it has, so that its mean varies as much as it should, and the percentile is read off
        further out, as far as t is wider than the normal distribution. One task has the interval
        of its own seeds.

    Raises:
        ResultsError: `x` has another shape, `statistic` is unknown, `level` is out of its range,
            or `gamma` is missing.

    Example:
        >>> x = [[1.0, 2.0], [2.0, 2.0], [1.0, 1.0], [2.0, 1.0]]
        >>> aggregate(x, "iqm", rng=np.random.default_rng(0)).value
        1.5

    References:
        Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice",
        NeurIPS 2021, section 4. Rao and Wu, "Resampling inference with complex survey data",
        Journal of the American Statistical Association 83 (1988), 231-241, for the size of a
        stratum's resample. Satterthwaite, "An approximate distribution of estimates of variance
        components", Biometrics Bulletin 2 (1946), 110-114, for the degrees of freedom.
    """
    check_level(level)
    _check_aggregate(statistic, gamma)
    values = table_of_tasks(x)
    if gamma is not None and statistic == "optimality_gap":
        values = gamma - np.minimum(values, gamma)
    strata = Strata.of(values)
    n_tasks = len(strata.columns)
    if n_tasks == 0 or (strata.n == 0).any():
        return Estimate.unknown(
            f"Each task needs a run with a score, {np.count_nonzero(strata.n == 0)} of {n_tasks} "
            "tasks have none; leave these tasks out or run them again.",
            n=strata.size,
        )
    if statistic == "iqm":
        return _iqm(strata, rng, level, n_draws)
    if statistic == "median" and n_tasks > 2:
        return _median(strata, rng, level, n_draws)
    return _mean(strata, level)


def table_of_tasks(x: ArrayLike) -> Floats:
    """Read scores as a table of runs and tasks; a plain list is one task.

    Raises:
        ResultsError: It has more than two dimensions or none.

    Example:
        >>> table_of_tasks([1.0, 2.0]).shape
        (2, 1)
    """
    values = np.asarray(x, dtype=np.float64)
    if values.ndim == 1:
        return values[:, None]
    if values.ndim == 2:
        return values
    message = f"Scores must have the shape (runs, tasks), got {values.ndim} dimensions. Reshape."
    raise ResultsError(message)


def _check_aggregate(statistic: str, gamma: float | None) -> None:
    if statistic not in AGGREGATES:
        known = ", ".join(f"`{name}`" for name in AGGREGATES)
        message = f"Unknown aggregate {statistic!r}. Choose one of {known}."
        raise ResultsError(message)
    if statistic == "optimality_gap" and (gamma is None or not np.isfinite(gamma)):
        message = f"`optimality_gap` takes a finite `gamma`, got {gamma}. Pass the score to reach."
        raise ResultsError(message)


def _mean(strata: Strata, level: float) -> Estimate:
    means = strata.means()
    value = strata.unscaled(float(np.clip(means.mean(), means.min(), means.max())))
    if strata.n.min() < 2:
        return Estimate.unknown(_few_reason(strata, 2), value=value, n=strata.size)
    parts = strata.variances() / strata.n
    error = float(np.sqrt(parts.sum())) / len(means)
    freedom = _satterthwaite(parts, strata.n)
    half = strata.unscaled(float(stdtrit(freedom, (1 + level) / 2)) * error)
    return Estimate(value, value - half, value + half, strata.size, "t interval over the tasks")


def _median(strata: Strata, rng: np.random.Generator, level: float, n_draws: int) -> Estimate:
    value = float(np.median(strata.means()))
    fewest = int(strata.n.min())
    if fewest < FEWEST:
        reason = _few_reason(strata, FEWEST)
        return Estimate.unknown(reason, value=strata.unscaled(value), n=strata.size)
    draws = np.concatenate([np.median(m, axis=1) for m in strata.drawn_means(rng, n_draws)])
    return _bootstrap(strata, value, draws, fewest - 1.0, level)


def _iqm(strata: Strata, rng: np.random.Generator, level: float, n_draws: int) -> Estimate:
    size = strata.size
    if size < 4:
        return Estimate.unknown(
            f"An interquartile mean takes at least 4 scores, got {size}; "
            "run more seeds or use `mean`.",
            n=size,
        )
    if len(strata.columns) == 1:
        return _iqm_of_one(strata, level)
    n_dropped, ordered = size // 4, strata.ordered()
    kept = ordered[n_dropped : size - n_dropped]
    value = float(np.clip(kept.mean(), kept[0], kept[-1]))
    if strata.n.min() < 2 or (strata.n - 1).sum() < FEWEST - 1:
        reason = _few_reason(strata, max(2, -(-(FEWEST - 1) // len(strata.n)) + 1))
        return Estimate.unknown(reason, value=strata.unscaled(value), n=size)
    draws = np.concatenate(
        [
            middle_mean(weights, ordered, n_dropped, total)
            for weights, total in strata.drawn_weights(rng, n_draws)
        ]
    )
    freedom = _satterthwaite(strata.variances(kept[0], kept[-1]) * strata.n, strata.n)
    # As with one task, only the kept scores count as free.
    freedom = max(freedom * len(kept) / size, 1.0)
    return _bootstrap(strata, value, np.clip(draws, ordered[0], ordered[-1]), freedom, level)


def _iqm_of_one(strata: Strata, level: float) -> Estimate:
    column = strata.columns[0]
    zeros = np.zeros(len(column), dtype=np.int64)
    scores = Scores(column, zeros, np.arange(len(column)), 1)
    found = group_statistics(scores, "iqm", mode="max", level=level)
    value, low, high = (strata.unscaled(float(x[0])) for x in (found.value, found.low, found.high))
    return Estimate(value, low, high, strata.size, found.method, found.reason[0])


def middle_mean(
    weights: Floats | Integers, ordered: Floats, n_dropped: int, total: float
) -> Floats:
    """Give trimmed means of resamples that are known by weights.

    Args:
        weights: How much each sorted score counts, shape `(n_draws, n)`; rows add up to `total`.
        ordered: Sorted scores, shape `(n,)`.
        n_dropped: How many of n scores are dropped at both ends, fewer than half.
        total: Sum of each row.

    Returns:
        Means of what is left, shape `(n_draws,)`.

    Example:
        >>> middle_mean(np.ones((1, 4)), np.array([0.0, 1.0, 2.0, 9.0]), 1, 4).tolist()
        [1.5]
    """
    dropped = n_dropped * total / len(ordered)
    below = np.clip(np.cumsum(weights, axis=1)[:, :-1], dropped, total - dropped)
    # What is left, as distances from the middle score: a dropped one adds 0, however far out.
    middle = len(ordered) // 2
    below -= np.where(np.arange(len(ordered) - 1) < middle, dropped, total - dropped)
    return np.asarray(ordered[middle] - below @ np.diff(ordered) / (total - 2 * dropped))


def _satterthwaite(parts: Floats, n: Integers) -> float:
    """Give the degrees of freedom of a sum of independent variances."""
    largest = parts.max()
    if not largest > 0:
        return float(n.min() - 1)
    shares = parts / largest
    return float(shares.sum() ** 2 / (shares**2 / (n - 1)).sum())


def _bootstrap(
    strata: Strata, value: float, draws: Floats, freedom: float, level: float
) -> Estimate:
    tail = ndtr(stdtrit(freedom, (1 - level) / 2))
    low, high = np.quantile(draws, [tail, 1 - tail])
    value, low, high = (
        strata.unscaled(part) for part in (value, min(low, value), max(high, value))
    )
    method = f"bootstrap stratified by task, {len(draws)} resamples"
    return Estimate(value, low, high, strata.size, method)


def _few_reason(strata: Strata, fewest: int) -> str:
    n = int(strata.n.min())
    scores = "1 score" if n == 1 else f"{n} scores"
    return (
        f"An interval takes at least {fewest} scores on each task, one has {scores}; "
        "run more seeds."
    )
