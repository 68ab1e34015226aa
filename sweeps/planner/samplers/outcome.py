"""What became of every configuration, in the one form that samplers that learn can use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sweeps.planner.samplers.base import Seen

MOST_PENDING: Final = 64
"""Pending configurations that a model is told of: the latest ones."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of every configuration.

    Attributes:
        order: Positions of the configurations that are over, best first: those of which all
            seeds finished, those of which some failed, those stopped early (later and better
            first), those of which all failed. Shape (n over,).
        losses: Lower is better, always finite; shape (n configurations,). Whatever did not
            finish whole has the worst loss of those that did; pending ones have NaN.
        n_seeds: Finished seeds; shape (n configurations,).
        pending: Positions of the configurations of which nothing is known yet, at most
            `MOST_PENDING` of them.
        has_failed: Whether any seed failed; shape (n configurations,).
    """

    order: NDArray[np.int64]
    losses: NDArray[np.float64]
    n_seeds: NDArray[np.int64]
    pending: NDArray[np.int64]
    has_failed: NDArray[np.bool_]


def outcomes_of(seen: Seen) -> Outcomes:
    """Read the table once, and order it.

    Means over finished seeds only: a configuration of which some seeds failed stands below every
    one that is whole, whatever its mean, so that nothing has to be imputed.
    """
    sign = -1.0 if seen.is_maximised else 1.0
    means = sign * seen.means()
    failed = seen.n_failed() > 0
    stopped_at = seen.stopped_at()
    n_seeds = seen.n_finished()
    has_mean = np.isfinite(means) & (n_seeds > 0)
    # A mean can overflow; then its configuration counts among those that failed.
    has_failed = failed | ((n_seeds > 0) & ~has_mean)
    is_whole = has_mean & ~failed
    was_stopped = ~has_mean & ~has_failed & (stopped_at > 0)
    is_over = has_mean | has_failed | was_stopped
    tier = np.select([is_whole, has_mean, was_stopped], [0, 1, 2], 3)
    scores = np.where(was_stopped, sign * seen.stopped_scores(), means)
    # NaN sorts last; among stopped ones, the step counts before the score.
    scores = np.where(tier == 3, 0.0, scores)
    keys = (scores, np.where(was_stopped, -stopped_at, 0), tier)
    ranked = np.lexsort(keys)
    worst = means[is_whole].max() if is_whole.any() else 0.0
    losses = np.where(is_whole, means, np.where(is_over, worst, np.nan))
    pending = np.flatnonzero(~is_over)[-MOST_PENDING:]
    return Outcomes(ranked[is_over[ranked]], losses, n_seeds, pending, has_failed)


def excerpt(order: NDArray[np.int64], n_best: int, size: int) -> NDArray[np.int64]:
    """Give the best few, and others evenly spread over the ranks below them.

    Args:
        order: Positions, best first.
        n_best: How many of the best to keep all of.
        size: How many to give at most, `n_best` or more.

    Returns:
        Positions, best first; all of them where there are no more than `size`.
    """
    if len(order) <= size:
        return order
    places = np.linspace(n_best, len(order) - 1, size - n_best).round().astype(np.int64)
    return np.concatenate([order[:n_best], order[places]])
