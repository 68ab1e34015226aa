"""By how much the leader's own mean is better than what is read where it was not chosen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.choice import Contest
from sweeps.analysis.leaderboard.summary import check_mode

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans
    from sweeps.analysis.estimate import Estimate
    from sweeps.analysis.table import Table


def optimism(naive: Estimate, other: Estimate, mode: str) -> float:
    """Say by how much the plain mean looks better than another figure.

    Args:
        naive: The leader's plain mean.
        other: Another estimate of what it is worth.
        mode: `max` where a higher score is better, `min` where a lower one is.

    Returns:
        The difference in the unit of the scores, positive where the plain mean flatters; NaN
        where either is unknown.

    Raises:
        ResultsError: `mode` is neither.

    Example:
        >>> from sweeps.analysis.estimate import Estimate
        >>> lower, higher = Estimate(0.8, 0.7, 0.9, 5), Estimate(0.9, 0.8, 1.0, 5)
        >>> round(optimism(higher, lower, "max"), 3)
        0.1
    """
    check_mode(mode)
    difference = naive.value - other.value
    return difference if mode == "max" else -difference


def optimism_by_seed(
    leader: int, table: Table, apart: Booleans, *, mode: str, left_out: Booleans | None = None
) -> float:
    """Say by how much the leader looks better than what other seeds choose, seed by seed.

    Both are read under the same seeds, so that no seed counts as luck because it is easy.

    Args:
        leader: Row of the leader.
        table: Scores of all configurations that could have been chosen.
        apart: Row k marks the seeds that choose for seed k, shape `(n_seeds, n_seeds)`.
        mode: `max` where a higher score is better, `min` where a lower one is.
        left_out: Which seeds judge, shape `(n_seeds,)`; by default all.

    Returns:
        The leader's score minus that of the chosen one, averaged over the seeds under which both
        have one, in the unit of the scores; positive where the leader looks better, whichever
        direction is better. NaN where there is no such seed. With every score there, it is the
        leader's mean minus `leave_one_seed_out`.

    Raises:
        ResultsError: `mode` is neither.

    Example:
        >>> from sweeps.analysis.table import Table
        >>> table = Table(np.array([[1.0, 5.0], [3.0, 2.0]]))
        >>> optimism_by_seed(0, table, ~np.eye(2, dtype=bool), mode="max")
        1.5
    """
    contest = Contest.of(table, mode)
    judged, _ = contest.judged(apart)
    shared = table.has_score[leader] & ~np.isnan(judged)
    if left_out is not None:
        shared &= left_out
    if not shared.any():
        return math.nan
    flattery = float((contest.scaled[leader] - judged)[shared].mean())
    with np.errstate(over="ignore"):
        return float(np.ldexp(flattery, contest.exponent))
