"""Which configuration leads, in what order the others follow, and which are as good as tied.

The order is descriptive: the leader's mean is the largest of many, so it is flattered by
luck. What is "tied" is corrected for the number of configurations compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.comparing.contrast import contrasts_to, n_compared_in
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.leaderboard.summary import check_mode

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Booleans, Integers
    from sweeps.analysis.comparing.shared_levels import SharedLevels
    from sweeps.analysis.interval import Interval
    from sweeps.analysis.scores import Scores


def leaderboard_order(
    n_failed: ArrayLike,
    n_finished: ArrayLike,
    mean: ArrayLike,
    *,
    mode: str,
    rung: ArrayLike = 0,
    stopped_at: ArrayLike = 0,
    place: ArrayLike = 0,
) -> Integers:
    """Order configurations, best first.

    A mean over the runs that survived, or over fewer seeds, cannot be compared with a mean
    over all seeds. So configurations without any finished run come last; of the others, those
    with fewer failures come first, then higher rungs, then more finished seeds, then the better
    mean, then those stopped later, then the smaller `place`, then the earlier position.

    Args:
        n_failed: Numbers of runs that failed, shape `(n_groups,)`.
        n_finished: Numbers of finished runs that the means rest on, shape `(n_groups,)`.
        mean: Mean scores of these runs, NaN where there are none.
        mode: `max` where a higher score is better, `min` where a lower one is.
        rung: Highest rungs reached in a race, the same for all where there is none.
        stopped_at: Last steps of configurations that were stopped early, 0 for the others.
        place: What decides between configurations that are equal in everything else.

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
    stopped, rungs, places = (
        np.broadcast_to(np.asarray(key), finished.shape) for key in (stopped_at, rung, place)
    )
    failed = np.asarray(n_failed)
    return np.lexsort((places, -stopped, worse, -finished, -rungs, failed, finished == 0))


def differences_to(
    leader: int,
    scores: Scores,
    *,
    paired: bool,
    level: float = LEVEL,
    shared: SharedLevels | None = None,
) -> Interval:
    """Give the difference of every configuration's mean to the leader's, with its interval.

    Runs with the same seed are compared with each other where `paired` is set and at least
    2 seeds are shared; otherwise the two means are compared as independent (Welch).

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores.
        paired: Whether the same seed means the same randomness in every configuration.
        level: Confidence level of each interval by itself, between 0 and 1.
        shared: The levels that seeds share, None where they are independent.

    Returns:
        Differences, shape `(n_groups,)`, 0 for the leader. Bounds are NaN where the two
        configurations have too few seeds for an interval.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> scores = Scores(
        ...     score=np.array([1.0, 2.0, 1.5, 2.5]),
        ...     groups=np.array([0, 0, 1, 1]),
        ...     seeds=np.array([0, 1, 0, 1]),
        ...     n_groups=2,
        ... )
        >>> differences_to(1, scores, paired=True).low.tolist()
        [-0.5, 0.0]
    """
    return contrasts_to(leader, scores, paired=paired, shared=shared).interval(level)


def tied_with(
    leader: int,
    scores: Scores,
    *,
    paired: bool,
    level: float = LEVEL,
    shared: SharedLevels | None = None,
) -> Booleans:
    """Say which configurations the data cannot tell apart from the leader.

    The intervals of the differences are corrected for the number of configurations compared, so
    that with any number of equally good ones all are tied with a probability of at least `level`
    to a leader named beforehand. `sweeps.analysis.comparing.multiple.best_set` says what that means
    for a leader chosen by looking.

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores.
        paired: Whether the same seed means the same randomness in every configuration.
        level: Confidence level of all intervals together, between 0 and 1.
        shared: The levels that seeds share, None where they are independent.

    Returns:
        True where the interval of the difference holds 0, where there are too few seeds
        for an interval, and for the leader; False without any finished run.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> scores = Scores(np.array([1.0, 2.0]), np.array([0, 1]), np.array([0, 0]), 3)
        >>> tied_with(1, scores, paired=True).tolist()
        [True, True, False]
    """
    contrasts = contrasts_to(leader, scores, paired=paired, shared=shared)
    interval = contrasts.interval(level, n_compared=n_compared_in(contrasts))
    has_scores = np.bincount(scores.groups, minlength=scores.n_groups) > 0
    return has_scores & (interval.contains(0.0) | ~interval.is_known)
