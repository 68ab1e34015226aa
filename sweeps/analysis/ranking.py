"""Which configuration leads, in what order the others follow, and which are as good as tied.

The order is descriptive: the leader's mean is the largest of many, so it is flattered by
luck. The intervals behind "tied" are not corrected for the number of configurations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import LEVEL, Interval, interval_of_mean, welch_interval
from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.summary import check_mode

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Finite scores of finished runs, one entry a run, in any order.

    Attributes:
        score: Scores, shape `(n_runs,)`.
        groups: Number of each run's configuration, from 0.
        seeds: Seed of each run; no seed occurs twice in one configuration.
        n_groups: How many configurations there are, those without a run included.
    """

    score: Floats
    groups: Integers
    seeds: Integers
    n_groups: int


def leaderboard_order(
    n_failed: ArrayLike,
    n_finished: ArrayLike,
    mean: ArrayLike,
    *,
    mode: str,
    rung: ArrayLike = 0,
    stopped_at: ArrayLike = 0,
) -> Integers:
    """Order configurations, best first.

    A mean over the runs that survived, or over fewer seeds, cannot be compared with a mean
    over all seeds. So configurations without any finished run come last; of the others, those
    with fewer failures come first, then higher rungs, then more finished seeds, then the better
    mean, then those stopped later, then the earlier position.

    Args:
        n_failed: Numbers of runs that failed, shape `(n_groups,)`.
        n_finished: Numbers of finished runs that the means rest on, shape `(n_groups,)`.
        mean: Mean scores of these runs, NaN where there are none.
        mode: `max` where a higher score is better, `min` where a lower one is.
        rung: Highest rungs reached in a race, the same for all where there is none.
        stopped_at: Last steps of configurations that were stopped early, 0 for the others.

    Returns:
        Positions of the configurations, best first.

    Raises:
        ResultsError: `mode` is neither.

    Example:
        >>> leaderboard_order([0, 0, 1], [5, 5, 4], [0.1, 0.2, 0.9], mode="max").tolist()
        [1, 0, 2]
    """
    check_mode(mode)
    finished = np.asarray(n_finished)
    means = np.asarray(mean, dtype=np.float64)
    worse = -means if mode == "max" else means
    last = [-np.broadcast_to(np.asarray(key), finished.shape) for key in (stopped_at, rung)]
    return np.lexsort((last[0], worse, -finished, last[1], np.asarray(n_failed), finished == 0))


def differences_to(leader: int, scores: Scores, *, paired: bool, level: float = LEVEL) -> Interval:
    """Give the difference of every configuration's mean to the leader's, with its interval.

    Runs with the same seed are compared with each other where `paired` is set and at least
    2 seeds are shared; otherwise the two means are compared as independent (Welch).

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores.
        paired: Whether the same seed means the same randomness in every configuration.
        level: Confidence level of each interval by itself, between 0 and 1.

    Returns:
        Differences, shape `(n_groups,)`, 0 for the leader. Bounds are NaN where the two
        configurations have too few seeds for an interval.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> scores = Scores(
        ...     score=np.array([1.0, 2.0, 1.5, 2.5]),
        ...     groups=np.array([0, 0, 1, 1]),
        ...     seeds=np.array([0, 1, 0, 1]),
        ...     n_groups=2,
        ... )
        >>> differences_to(1, scores, paired=True).low.tolist()
        [-0.5, 0.0]
    """
    independent = _welch(leader, group_moments(scores.score, scores.groups, scores.n_groups), level)
    if not paired:
        return _with_leader(independent, leader)
    shared = _paired_moments(leader, scores)
    pairs = interval_of_mean(shared, level=level)
    return _with_leader(_either(shared.n >= 2, pairs, independent), leader)


def tied_with(leader: int, scores: Scores, *, paired: bool, level: float = LEVEL) -> Booleans:
    """Say which configurations the data cannot tell apart from the leader.

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores.
        paired: Whether the same seed means the same randomness in every configuration.
        level: Confidence level of each interval by itself, between 0 and 1.

    Returns:
        True where the interval of the difference holds 0, where there are too few seeds
        for an interval, and for the leader; False without any finished run.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> scores = Scores(np.array([1.0, 2.0]), np.array([0, 1]), np.array([0, 0]), 3)
        >>> tied_with(1, scores, paired=True).tolist()
        [True, True, False]
    """
    interval = differences_to(leader, scores, paired=paired, level=level)
    has_scores = np.bincount(scores.groups, minlength=scores.n_groups) > 0
    return has_scores & (interval.contains(0.0) | ~interval.is_known)


def _paired_moments(leader: int, scores: Scores) -> Moments:
    """Describe the differences to the leader over the seeds that both have."""
    of_leader = scores.groups == leader
    order = np.argsort(scores.seeds[of_leader], kind="stable")
    seeds, values = scores.seeds[of_leader][order], scores.score[of_leader][order]
    place = np.minimum(np.searchsorted(seeds, scores.seeds), max(len(seeds) - 1, 0))
    shared = seeds[place] == scores.seeds if len(seeds) else np.zeros(len(place), dtype=bool)
    difference = scores.score[shared] - values[place[shared]]
    return group_moments(difference, scores.groups[shared], scores.n_groups)


def _welch(leader: int, moments: Moments, level: float) -> Interval:
    ours = Moments(moments.n[leader], moments.mean[leader], moments.sd[leader])
    return welch_interval(moments, ours, level=level)


def _either(chosen: Booleans, first: Interval, second: Interval) -> Interval:
    return Interval(
        np.where(chosen, first.estimate, second.estimate),
        np.where(chosen, first.low, second.low),
        np.where(chosen, first.high, second.high),
        first.level,
    )


def _with_leader(interval: Interval, leader: int) -> Interval:
    """Set the leader's difference to itself to exactly 0."""
    at_leader = np.arange(len(interval.estimate)) == leader
    zero = np.zeros(len(at_leader))
    return _either(at_leader, Interval(zero, zero, zero, interval.level), interval)
