"""Performance profiles: how many runs are better than a threshold, for many thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.array import Floats, frozen_floats
from sweeps.analysis.describing.rate import wilson
from sweeps.analysis.describing.tasks import table_of_tasks
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.leaderboard.summary import check_mode

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Shares of runs that are better than each threshold; arrays of the thresholds' shape.

    Attributes:
        thresholds: Thresholds, in the unit of the scores.
        share: Shares, from 0 to 1; NaN without a run.
        low: Lower bounds of their intervals, each for its own threshold.
        high: Upper bounds.
        n: Number of runs, failed ones included.
        n_failed: Number of runs without a score; they are better than no threshold.
    """

    thresholds: Floats
    share: Floats
    low: Floats
    high: Floats
    n: int
    n_failed: int

    def __post_init__(self) -> None:
        for name in ("thresholds", "share", "low", "high"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))


def profile(x: ArrayLike, taus: ArrayLike, *, mode: str, level: float = LEVEL) -> Profile:
    """Give the share of runs that are better than each threshold.

    Assumes independent runs. Of several tasks each counts alike.

    Args:
        x: Scores, shape `(n_runs, n_tasks)`, or `(n_runs,)` for one task; NaN for a failed run.
        taus: Thresholds, shape `(n_thresholds,)`, in any order.
        mode: `max` or `min`: whether better is above or below.
        level: Confidence level, between 0 and 1, of each interval alone.

    Returns:
        Shares with Wilson's interval. Of several tasks it is that of as many independent runs as
        would give the share's variance: runs of tasks that differ tell more of the share than
        as many runs of one task. A share of 0 or 1 has the interval of the actual number.

    Raises:
        ResultsError: `x` has another shape, or `mode` or `level` is out of its range.

    Example:
        >>> found = profile([0.2, 0.6, 0.8, np.nan], [0.5, 0.9], mode="max")
        >>> found.share.tolist(), found.low.round(2).tolist(), found.high.round(2).tolist()
        ([0.5, 0.0], [0.15, 0.0], [0.85, 0.49])

    References:
        Agarwal et al., "Deep reinforcement learning at the edge of the statistical precipice",
        NeurIPS 2021, section 4.3. Franco et al., "Comparative study of confidence intervals for
        proportions in complex sample surveys", Journal of Survey Statistics and Methodology 7
        (2019), 334-364, for the effective number of runs.
    """
    check_mode(mode)
    values, thresholds = table_of_tasks(x), np.asarray(taus, dtype=np.float64).ravel()
    n_runs, n_tasks = values.shape
    n_better = _n_better(values, thresholds, mode)
    n = n_runs * n_tasks
    share = n_better.sum(axis=1) / max(n, 1)
    # One of each kind added, so that a task without a failure still varies.
    guess = (n_better + 1) / (n_runs + 2)
    variance = (guess * (1 - guess)).sum(axis=1) / max(n * n_tasks, 1)
    alike = share * (1 - share)
    n_effective = np.maximum(n, alike / variance) if n and n_tasks > 1 else np.full(len(share), n)
    interval = wilson(share * n_effective, n_effective, level=level)
    n_failed = int(np.isnan(values).sum())
    return Profile(thresholds, interval.estimate, interval.low, interval.high, n, n_failed)


def _n_better(values: Floats, thresholds: Floats, mode: str) -> Floats:
    """Count the better runs, shape `(n_thresholds, n_tasks)`; a NaN is better than nothing."""
    sign = 1.0 if mode == "max" else -1.0
    columns = [np.sort(column[~np.isnan(column)]) for column in sign * values.T]
    found = [len(c) - np.searchsorted(c, sign * thresholds, side="right") for c in columns]
    return np.array(found, dtype=np.float64).reshape(len(columns), len(thresholds)).T
