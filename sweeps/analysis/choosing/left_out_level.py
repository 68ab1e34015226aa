"""The winner's value where seeds share levels of their sources: judged by levels it did not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.choice import Contest
from sweeps.analysis.comparing.contrast import Contrast
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Integers
    from sweeps.analysis.table import Table

_FEWEST = 2


def leave_levels_out(
    table: Table, levels: Integers, *, mode: str, level: float = LEVEL
) -> Estimate:
    """Choose on the seeds that share no level with one seed, read the score under it, for each.

    Two seeds with the same data split share its luck, so to leave out one of them alone would
    leave the luck in.

    Args:
        table: Scores of all configurations, a column a seed.
        levels: Level of each source in each seed, shape `(n_sources, n_seeds)`.
        mode: `max` where a higher score is better, `min` where a lower one is.
        level: Confidence level, between 0 and 1.

    Returns:
        The mean of the scores read, with the t interval of `Contrast.of_levels`, and the number
        of levels of the source that has the fewest. A reason where a source has fewer than 2
        levels, or where there are fewer than 2 configurations.

    Raises:
        ResultsError: `mode` or `level` is out of its range.

    Example:
        >>> from sweeps.analysis.table import Table
        >>> scores = Table(np.array([[1.0, 1.0, 5.0, 5.0], [2.0, 2.0, 3.0, 3.0]]))
        >>> leave_levels_out(scores, np.array([[0, 0, 1, 1]]), mode="max").value
        2.0

    References:
        Tibshirani and Tibshirani, "A bias correction for the minimum error rate in
        cross-validation", Annals of Applied Statistics 3 (2009), 822-829, for leaving out.
    """
    check_level(level)
    contest = Contest.of(table, mode)
    n_levels = [len(np.unique(row)) for row in levels]
    n_configs = int(table.has_score.any(axis=1).sum())
    if min(n_configs, *n_levels) < _FEWEST:
        return Estimate.unknown(
            "Leaving out a level of each source needs at least 2 configurations and 2 levels, got "
            f"{n_configs} and {min(n_levels)}; run more, or validate the leader."
        )
    scores, _ = contest.judged(apart(levels))
    found = Contrast.of_levels(scores[None], levels)
    if not found.is_known.item():
        return Estimate.unknown(
            "The configurations chosen on other levels need scores under at least 2 levels of each "
            "source; run the missing seeds, or validate the leader."
        )
    interval = found.interval(level)
    bounds = contest.restored(np.array([interval.estimate, interval.low, interval.high]).ravel())
    return Estimate(
        value=float(bounds[0]),
        low=float(bounds[1:].min()),
        high=float(bounds[1:].max()),
        n=min(len(np.unique(row[~np.isnan(scores)])) for row in levels),
        method="leave one level of each source out, t interval that allows for shared levels",
    )


def apart(levels: Integers) -> Booleans:
    """Say which seeds share no level with each seed.

    Args:
        levels: Level of each source in each seed, shape `(n_sources, n_seeds)`.

    Returns:
        Row k marks those of seed k, shape `(n_seeds, n_seeds)`.

    Example:
        >>> apart(np.array([[0, 0, 1]])).tolist()
        [[False, False, True], [False, False, True], [True, True, False]]
    """
    return np.asarray((levels[:, :, None] != levels[:, None, :]).all(axis=0))
