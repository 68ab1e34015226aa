"""Mean against spread over seeds: the configurations that no other beats in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtri

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.resampling import draw_counts
from sweeps.analysis.unit import UnitScores

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Booleans, Floats

N_DRAWS = 1_000
"""Resamples of the seeds, where there is time for as many."""
LEAST_SEEDS = 5
"""Seeds below which a resample too often holds one seed only, and then no spread."""

_LEAST_DRAWS = 100
_CELLS = 4_000_000
"""Figures that are in memory at a time."""
_MOST_PLACES = 2_000_000
"""Configurations times draws that take about a second; more configurations get fewer draws."""


def on_frontier(mean: ArrayLike, sd: ArrayLike) -> Booleans:
    """Say which configurations no other one dominates.

    One dominates another where its mean is as high and its spread as low, and one of the two is
    better. Equals do not dominate each other.

    Args:
        mean: Means with higher as better, shape `(..., n_configs)`.
        sd: Standard deviations, of the same shape; NaN is never on the frontier.

    Returns:
        An answer a configuration, of the same shape.

    Example:
        >>> on_frontier([5.0, 4.0, 3.0, 4.0], [2.0, 1.0, 1.5, 1.0]).tolist()
        [True, True, False, True]
    """
    means = np.asarray(mean, dtype=np.float64)
    spreads = np.asarray(sd, dtype=np.float64)
    is_known = ~np.isnan(means) & ~np.isnan(spreads)
    means, spreads = np.where(is_known, means, -np.inf), np.where(is_known, spreads, np.inf)
    order = np.lexsort((spreads, -means), axis=-1)
    means, spreads = (np.take_along_axis(part, order, axis=-1) for part in (means, spreads))
    least = np.minimum.accumulate(spreads, axis=-1)
    is_less = np.ones(spreads.shape, dtype=bool)
    is_less[..., 1:] = spreads[..., 1:] < least[..., :-1]
    # Of several that are equal in both, the first one in order stands for all.
    place = np.arange(spreads.shape[-1])
    holder = np.maximum.accumulate(np.where(is_less, place, 0), axis=-1)
    is_equal = (means == np.take_along_axis(means, holder, axis=-1)) & (
        spreads == np.take_along_axis(spreads, holder, axis=-1)
    )
    found = np.empty(spreads.shape, dtype=bool)
    np.put_along_axis(found, order, is_less | is_equal, axis=-1)
    return np.asarray(found & is_known)


def sd_interval(sd: ArrayLike, n: ArrayLike, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Give the chi-square interval of standard deviations.

    Assumes independent scores of one normal distribution, and unlike the interval of a mean it
    needs that at any number of seeds: scores with heavy tails vary more than it says.

    Args:
        sd: Standard deviations, n - 1 in the denominator, of any shape.
        n: Numbers of scores, of the same shape.
        level: Confidence level, between 0 and 1.

    Returns:
        Lower and upper bounds, NaN for fewer than 2 scores.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> low, high = sd_interval([1.0], [5])
        >>> round(float(low[0]), 2), round(float(high[0]), 2)
        (0.6, 2.87)
    """
    check_level(level)
    spread, freedom = np.asarray(sd, dtype=np.float64), np.asarray(n, dtype=np.float64) - 1
    is_known = freedom > 0
    freedom = np.where(is_known, freedom, 1.0)
    low, high = (
        np.where(is_known, spread * np.sqrt(freedom / chdtri(freedom, tail)), np.nan)
        for tail in ((1 - level) / 2, (1 + level) / 2)
    )
    return low, high


def frontier_shares(
    values: Floats, *, paired: bool, rng: np.random.Generator, n_draws: int = N_DRAWS
) -> tuple[Floats, int]:
    """Say how often each configuration is on the frontier when its seeds are drawn again.

    Args:
        values: Scores with higher as better, shape `(n_configs, n_seeds)`, none missing.
        paired: Whether a column is the same seed in all rows; else each row draws by itself.
        rng: Where the randomness comes from.
        n_draws: Resamples, fewer where there are very many configurations.

    Returns:
        Shares of the resamples, shape `(n_configs,)`, and how many these are. The resamples lie
        around the scores that there are, so luck in these makes a share too large for whoever
        is on the frontier by luck, and too small for whoever is not by bad luck.

    Example:
        >>> values = np.array([[3.0, 3.1, 2.9, 3.0, 3.2], [1.0, 2.0, 1.5, 0.0, 3.0]])
        >>> frontier_shares(values, paired=True, rng=np.random.default_rng(0))[0].tolist()
        [1.0, 0.0]
    """
    n_configs, n_seeds = values.shape
    n = max(min(n_draws, _MOST_PLACES // max(n_configs, 1)), _LEAST_DRAWS)
    scaled = UnitScores.of(values).values
    centre = scaled.mean(axis=1)
    apart = scaled - centre[:, None]
    on = np.zeros(n_configs)
    for size in _sizes(n, values.size if not paired else n_configs):
        if paired:
            weights = draw_counts(rng, size, n_seeds) / n_seeds
            shift, square = weights @ apart.T, weights @ (apart**2).T
        else:
            drawn = rng.integers(0, n_seeds, size=(size, *values.shape))
            again = np.take_along_axis(apart[None], drawn, axis=2)
            shift, square = again.mean(axis=2), (again**2).mean(axis=2)
        variance = np.maximum(square - shift**2, 0.0)
        on += on_frontier(centre + shift, variance).sum(axis=0)
    return on / n, n


def _sizes(n: int, n_cells: int) -> Iterator[int]:
    """Cut draws into parts that fit into memory."""
    size = max(_CELLS // max(n_cells, 1), 1)
    yield from (min(size, n - start) for start in range(0, n, size))
