"""Races: which rung each configuration reached, and its mean over exactly the seeds of that rung.

A race gives every configuration the first seed, and of each rung the best go on to the seeds of
the next. Configurations are compared over the seeds that all of a rung have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.moments import group_moments
from sweeps.analysis.scaled import Scaled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.scores import Scores

QUIET = 1e-9
"""What a seed changes below this share of the spread between configurations is rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where each configuration stands in a race; all of shape `(n_groups,)`.

    Attributes:
        rung: Number of seeds of the highest rung reached, 0 where none is.
        n: Number of the runs that `mean` rests on.
        mean: Mean over the seeds of that rung, over all finished runs where none is reached;
            NaN without a finished run.
    """

    rung: Integers
    n: Integers
    mean: Floats


def standing(scores: Scores, rungs: Sequence[int]) -> Standing:
    """Find the rung that each configuration reached.

    A rung of n seeds is reached by those whose first n seeds, 0 to n - 1, all finished. Without
    rungs nobody reaches one, and the mean is that of all finished runs.

    Args:
        scores: Finite scores of finished runs, seeds counted from 0.
        rungs: Numbers of seeds, increasing.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> scores = Scores(
        ...     score=np.array([1.0, 2.0, 3.0, 9.0]),
        ...     groups=np.array([0, 0, 0, 1]),
        ...     seeds=np.array([0, 1, 2, 0]),
        ...     n_groups=2,
        ... )
        >>> standing(scores, [1, 3]).rung.tolist()
        [3, 1]
    """
    n = np.bincount(scores.groups, minlength=scores.n_groups)
    order = np.lexsort((scores.seeds, scores.groups))
    groups, seeds = scores.groups[order], scores.seeds[order]
    place = np.arange(len(order)) - (np.cumsum(n) - n)[groups]
    # Sorted and distinct, so the seed at a place is its number only while none is missing.
    n_unbroken = np.bincount(groups[seeds == place], minlength=scores.n_groups)
    rung = np.array([0, *rungs])[np.searchsorted(np.asarray(rungs), n_unbroken, side="right")]
    n_used = np.where(rung > 0, rung, n)
    used = place < n_used[groups]
    moments = group_moments(scores.score[order][used], groups[used], scores.n_groups)
    return Standing(rung.astype(np.int64), n_used.astype(np.int64), moments.mean)


def changes_no_comparison(scores: Scores) -> bool | None:
    """Say whether the seed shifts all configurations alike, so that one seed says everything.

    Compares what each seed adds to the seed that most configurations have.

    Args:
        scores: Finite scores of finished runs, paired; seeds may be called anything.

    Returns:
        None where no two configurations share two seeds, as far as that seed can tell.

    Example:
        >>> from sweeps.analysis.scores import Scores
        >>> groups, seeds = np.array([0, 0, 1, 1]), np.array([0, 5, 0, 5])
        >>> changes_no_comparison(Scores(np.array([1.0, 3.0, 7.0, 9.0]), groups, seeds, 2))
        True
    """
    if not len(scores.score):
        return None
    score = Scaled.of(scores.score).values
    base = np.full(scores.n_groups, np.nan)
    is_base = scores.seeds == _most_shared(scores.seeds, score)
    base[scores.groups[is_base]] = score[is_base]
    other = ~is_base & np.isfinite(base[scores.groups])
    added = score[other] - base[scores.groups[other]]
    seeds, place = np.unique(scores.seeds[other], return_inverse=True)
    if not (np.bincount(place, minlength=1) > 1).any():
        return None
    least, most = np.full(len(seeds), np.inf), np.full(len(seeds), -np.inf)
    np.minimum.at(least, place, added)
    np.maximum.at(most, place, added)
    return bool((most - least).max() <= QUIET * np.ptp(base[np.isfinite(base)]))


def _most_shared(seeds: Integers, score: Floats) -> int:
    """Find the seed that most configurations have; of several, the one of the highest scores."""
    names, place, n = np.unique(seeds, return_inverse=True, return_counts=True)
    means = np.bincount(place, score) / n
    return int(names[np.lexsort((means, n))[-1]])
