"""What the largest of many normal figures looks like: how far luck alone lifts a winner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtri

from sweeps.analysis.sizing.effect import check_probability
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

_GRID = np.linspace(-12.0, 12.0, 4_001)
"""Where normal densities are summed: smooth with thin tails, so that a plain sum is exact."""

_DENSITY = np.exp(-(_GRID**2) / 2)
_DENSITY /= _DENSITY.sum()


def expected_maximum(k: ArrayLike) -> Floats:
    """Give the expected largest of k independent standard normal figures.

    Where k configurations are equally good and each mean has a standard error, the winner's mean
    exceeds the truth by this many standard errors.

    Args:
        k: How many figures, whole numbers from 1 to 10^15, of any shape.

    Returns:
        Expectations in units of the standard deviation, in the shape of `k`.

    Raises:
        ResultsError: A number lies outside that range.

    Example:
        >>> expected_maximum([1, 2, 10, 1000]).round(4).tolist()
        [0.0, 0.5642, 1.5388, 3.2414]

    References:
        David and Nagaraja, "Order statistics", 3rd ed. (2003), section 3.1.
    """
    numbers = np.asarray(k, dtype=np.float64)
    if not np.all((numbers >= 1) & (numbers <= 1e15)):
        message = f"`k` must lie between 1 and 10^15, got {k!r}. Pass how many figures there are."
        raise ResultsError(message)
    n = numbers[..., None]
    density = n * _DENSITY * np.exp((n - 1) * log_ndtr(_GRID))
    maximum = (density * _GRID).sum(axis=-1)
    return np.asarray(np.where(numbers == 1, 0.0, maximum))


def bechhofer_h(n_configs: int, probability: float) -> float:
    """Give how many standard errors apart the best must be to be picked with a probability.

    The best mean of n seeds belongs to the best configuration with that probability at least,
    if its true mean lies h standard errors above those of all others: sd / sqrt(n) is the
    standard error of each mean, known and the same for all.

    Args:
        n_configs: How many configurations there are, at least 1.
        probability: Probability of picking the best, between 0 and 1.

    Returns:
        The distance, at least 0; 0 where a blind guess does as well.

    Raises:
        ResultsError: `n_configs` or `probability` is out of its range.

    Example:
        >>> round(bechhofer_h(10, 0.95), 4)
        3.4182

    References:
        Bechhofer, "A single-sample multiple decision procedure for ranking means of normal
        populations with known variances", Annals of Mathematical Statistics 25 (1954), 16-39.
    """
    if n_configs < 1:
        message = f"`n_configs` must be at least 1, got {n_configs}. Pass how many there are."
        raise ResultsError(message)
    check_probability("probability", probability)
    if probability * n_configs <= 1:
        return 0.0
    from scipy.optimize import brentq  # noqa: PLC0415 - takes 0.1 s

    def missing(h: float) -> float:
        log_all_below = (n_configs - 1) * log_ndtr(_GRID + h)
        return float(_DENSITY @ np.exp(log_all_below)) - probability

    # By Bonferroni's inequality this distance is enough.
    enough = np.sqrt(2) * -ndtri((1 - probability) / (n_configs - 1))
    return float(brentq(missing, 0.0, max(float(enough), 0.0) + 1e-6, xtol=1e-12))
