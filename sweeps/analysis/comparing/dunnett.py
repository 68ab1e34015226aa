"""Dunnett's distribution: the largest of several t values that share one control and one error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from sweeps.analysis.level import check_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

_N_NORMAL, _N_SPREAD = 257, 96
_CHUNK = 100  # values of t at a time: 2.5 million normal probabilities
_N_EXACT = 500
"""Values of t up to which each is computed; of more, a curve through so many is read off."""
_FARTHEST = 1e6
_SMALLEST = 1e-15  # rounding hides what is smaller


def largest_t_p_value(t: ArrayLike, n_compared: int, freedom: float, rho: float = 0.5) -> Floats:
    """Give the probability that the largest of several |t| is at least `t`.

    Assumes normal scores of one variance. Two comparisons with the same control are correlated by
    the error of the control.

    Args:
        t: Values of t, shape `(n,)`; the sign does not matter, NaN stays.
        n_compared: How many configurations are compared with the control, at least 1.
        freedom: Degrees of freedom of the common variance.
        rho: Correlation of two comparisons, between 0 and 1; 0.5 for equal numbers of seeds. A
            smaller one is on the safe side.

    Returns:
        Probabilities, shape `(n,)`; of more than 500 values to 4 digits.

    Example:
        >>> largest_t_p_value([2.0], n_compared=1, freedom=10).round(4).tolist()
        [0.0734]

    References:
        Dunnett, "A multiple comparison procedure for comparing several treatments with a
        control", Journal of the American Statistical Association 50 (1955), 1096-1121.
    """
    bounds = np.minimum(np.abs(np.asarray(t, dtype=np.float64)).ravel(), _FARTHEST)
    known = ~np.isnan(bounds)
    if n_compared == 1:
        return np.asarray(2 * stdtr(freedom, -bounds))
    if np.count_nonzero(known) <= _N_EXACT:
        return _p_values(bounds, n_compared, freedom, rho)
    curve = np.linspace(0.0, bounds[known].max(), _N_EXACT)
    height = np.log(np.maximum(_p_values(curve, n_compared, freedom, rho), _SMALLEST))
    return np.where(known, np.exp(np.interp(bounds, curve, height)), np.nan)


def _p_values(bounds: Floats, n_compared: int, freedom: float, rho: float) -> Floats:
    z, z_weight = _normal_grid()
    s, s_weight = _spread_grid(freedom)
    shift, width = np.sqrt(rho) * z, np.sqrt(1 - rho)
    found = np.empty(len(bounds))
    for start in range(0, len(bounds), _CHUNK):
        reach = np.multiply.outer(bounds[start : start + _CHUNK], s)[..., None]
        inside = ndtr((shift + reach) / width) - ndtr((shift - reach) / width)
        found[start : start + _CHUNK] = 1 - s_weight @ (inside**n_compared @ z_weight).T
    return np.where(np.isnan(bounds), np.nan, np.clip(found, 0.0, 1.0))


def largest_t_quantile(n_compared: int, freedom: float, *, level: float, rho: float = 0.5) -> float:
    """Give the value that the largest of several |t| stays below with a probability.

    Args:
        n_compared: How many configurations are compared with the control, at least 1.
        freedom: Degrees of freedom of the common variance.
        level: That probability, between 0 and 1.
        rho: Correlation of two comparisons, between 0 and 1.

    Returns:
        The critical value: at least the t quantile of one comparison, at most Bonferroni's.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> round(largest_t_quantile(3, 10, level=0.95), 2)  # Dunnett's own table has 2.76
        2.76

    References:
        Dunnett, "New tables for multiple comparisons with a control", Biometrics 20 (1964),
        482-491.
    """
    check_level(level)
    tail = (1 - level) / 2
    low, high = float(-stdtrit(freedom, tail)), float(-stdtrit(freedom, tail / n_compared))
    if n_compared == 1:
        return low

    from scipy.optimize import brentq  # noqa: PLC0415 - takes 0.1 s

    def missing(t: float) -> float:
        return float(largest_t_p_value([t], n_compared, freedom, rho)[0]) - (1 - level)

    return float(brentq(missing, low * 0.99, high * 1.01, xtol=1e-10))


def _normal_grid() -> tuple[Floats, Floats]:
    """Give points and weights of a standard normal; a plain sum is exact to rounding here."""
    z = np.linspace(-9.0, 9.0, _N_NORMAL)
    weight = np.exp(-(z**2) / 2)
    return z, weight / weight.sum()


def _spread_grid(freedom: float) -> tuple[Floats, Floats]:
    """Give points and weights of the estimated spread as a share of the true one."""
    width = 9 * np.sqrt(2 / freedom)
    y = np.linspace(-width - 80 / freedom, width, _N_SPREAD)  # twice its logarithm
    weight = np.exp(-freedom / 2 * (np.expm1(y) - y))
    return np.exp(y / 2), weight / weight.sum()
