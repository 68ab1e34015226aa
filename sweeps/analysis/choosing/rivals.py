"""Which configurations any set of so many seeds could choose, so that no other need be looked at.

With ten thousand configurations a handful is left, and choosing thousands of times takes no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers

_SLACK = 1e-9
"""Far above rounding and above what counts as a tie, as a share of the size of the scores."""


def rivals(scaled: Floats, has_score: Floats, n_drawn: int) -> Integers:
    """Give the configurations that could be chosen by some set of so many seeds.

    The leader over all seeds is the yardstick: a configuration that is behind it even under the
    seeds that suit it best is behind it under every set of as many.

    Args:
        scaled: Scores with higher as better, between -1 and 1, shape `(n_configs, n_seeds)`; 0
            where there is none.
        has_score: 1 where there is a score and 0 elsewhere, of the same shape.
        n_drawn: Number of seeds that choose, from 1 to `n_seeds`.

    Returns:
        Their positions in order, the leader's among them. None that could be chosen is missing;
        some that could not may be among them.

    Example:
        >>> scores = np.array([[0.9, 0.8, 0.9], [0.7, 0.9, 0.1], [0.5, 0.1, 0.2]])
        >>> rivals(scores, np.ones((3, 3)), 1).tolist(), rivals(scores, np.ones((3, 3)), 2).tolist()
        ([0, 1], [0])
    """
    # A missing score outweighs whatever the others add up to.
    penalty = 4.0 * scaled.shape[1]
    leader = int((scaled + penalty * has_score).sum(axis=1).argmax())
    ahead = scaled - scaled[leader] + penalty * (has_score - has_score[leader])
    n_left = scaled.shape[1] - n_drawn
    if n_left:
        ahead.partition(n_left, axis=1)
    most = ahead[:, n_left:].sum(axis=1)
    # No sum over a set that chooses is larger than this, so it bounds rounding and ties.
    size = float(np.abs(scaled[leader]).sum()) + ahead[:, n_left:].clip(min=0).sum(axis=1)
    largest = size[most >= -_SLACK * size].max()
    return np.flatnonzero(most >= -_SLACK * (size + largest))
