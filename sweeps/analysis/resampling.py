"""The bootstrap by counts: how often each value was drawn, once for all statistics.

A resample of n values is known by n counts. One array of counts then serves every statistic and
every configuration with as many seeds, as a product of matrices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats

N_DRAWS = 2_000
"""Resamples behind an interval, where nothing else is said."""


def draw_counts(rng: np.random.Generator, n_draws: int, n: int) -> Floats:
    """Draw resamples of n values with replacement.

    Args:
        rng: Where the randomness comes from.
        n_draws: Number of resamples.
        n: Number of values, at least 1.

    Returns:
        How often each value was drawn, shape `(n_draws, n)`; rows add up to n.

    Example:
        >>> draw_counts(np.random.default_rng(0), 3, 4).sum(axis=1).tolist()
        [4.0, 4.0, 4.0]
    """
    drawn = rng.integers(0, n, size=(n_draws, n))
    cells = (drawn + n * np.arange(n_draws)[:, None]).ravel()
    return np.bincount(cells, minlength=n_draws * n).reshape(n_draws, n).astype(np.float64)
