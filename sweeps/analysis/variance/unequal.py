"""Whether luck is far larger in some configurations than in others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.scaled import Scaled
from sweeps.analysis.table import Table

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.scores import Scores

FACTOR = 3.0
"""Ratio of standard deviations from which pooling them misleads: seeds go with its square."""
FEWEST = 5
"""Scores of a configuration below which its own spread says too little."""


def unequal_luck(
    scores: Scores, *, paired: bool, level: float = LEVEL
) -> tuple[float, float] | None:
    """Give the smallest and the largest luck of one configuration, where they differ a lot.

    Among many configurations some spread more than others by chance alone. So beside a ratio above
    3 it takes two configurations whose chi-squared intervals, corrected for the number of
    configurations, do not overlap. These assume normal scores.

    Args:
        scores: Finite scores.
        paired: Whether seeds are shared. Then the median over the configurations is taken off
            each seed, which is no luck between them; a mean would spread the luck of erratic
            configurations over all others.
        level: Confidence level, between 0 and 1.

    Returns:
        Two standard deviations over seeds, in the unit of the scores; None where luck may well be
        the same for all. Configurations with fewer than 5 scores are left out.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> steady, erratic = np.arange(8.0), 50.0 * np.arange(8.0)
        >>> groups, seeds = np.repeat([0, 1], 8), np.tile(np.arange(8), 2)
        >>> scores = Scores(np.concatenate([steady, erratic]), groups, seeds, 2)
        >>> [round(sd, 2) for sd in unequal_luck(scores, paired=False)]
        [2.45, 122.47]
    """
    check_level(level)
    scaled = Scaled.of(scores.score)
    n = np.bincount(scores.groups, minlength=scores.n_groups)
    is_long = n >= FEWEST
    if is_long.sum() < 2:
        return None
    kept = is_long[scores.groups]
    place = np.cumsum(is_long) - 1
    part = type(scores)(
        scaled.values[kept], place[scores.groups[kept]], scores.seeds[kept], int(is_long.sum())
    )
    freedom = (n[is_long] - 1).astype(np.float64)
    sd = _spread(part, paired=paired)
    tail = (1 - level) / 2 / len(sd)
    low = sd * np.sqrt(freedom / chdtri(freedom, tail))
    high = sd * np.sqrt(freedom / chdtri(freedom, 1 - tail))
    if sd.max() <= FACTOR * sd.min() or low.max() <= high.min():
        return None
    smallest, largest = scaled.back([sd.min(), sd.max()]).tolist()
    return smallest, largest


def _spread(scores: Scores, *, paired: bool) -> Floats:
    """Give the standard deviation over seeds of each configuration."""
    if not paired:
        values = Table.of(_renumbered(scores)).values
        return np.asarray(np.nanstd(values, axis=1, ddof=1))
    values = Table.of(scores).values
    centred = values - np.nanmean(values, axis=1, keepdims=True)
    return np.asarray(np.nanstd(centred - np.nanmedian(centred, axis=0), axis=1, ddof=1))


def _renumbered(scores: Scores) -> Scores:
    """Number the scores of each configuration from 0, so that a table of them is narrow."""
    order = np.lexsort((scores.score, scores.groups))
    groups = scores.groups[order]
    starts = np.searchsorted(groups, np.arange(scores.n_groups))
    seeds = np.arange(len(groups)) - starts[groups]
    return type(scores)(scores.score[order], groups, seeds, scores.n_groups)
