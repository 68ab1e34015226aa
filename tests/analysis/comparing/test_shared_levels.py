"""Seeds and the levels that they share."""

from __future__ import annotations

import numpy as np

from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.scores import Scores


def test_scores_stand_under_their_seeds_whatever_their_order():
    """A seed without a score of a configuration leaves its cell empty."""
    shared = SharedLevels(np.array([2, 5, 9]), np.array([[0, 0, 1]]), ("split",))
    scores = Scores(np.array([3.0, 1.0, 2.0]), np.array([1, 0, 1]), np.array([9, 5, 2]), 2)
    np.testing.assert_array_equal(
        shared.laid_out(scores), [[np.nan, 1.0, np.nan], [2.0, np.nan, 3.0]]
    )


def test_some_of_the_seeds_keep_their_levels():
    """And the names of the sources."""
    shared = SharedLevels(np.array([2, 5, 9]), np.array([[0, 0, 1], [0, 1, 0]]), ("split", "init"))
    some = shared.among(np.array([5, 9]))
    assert some.levels.tolist() == [[0, 1], [1, 0]]
    assert (some.seeds.tolist(), some.names) == ([5, 9], ("split", "init"))
