"""The noncentral t distribution behind the power of a t test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

_N_POINTS = 4_001


def noncentral_tail(bound: ArrayLike, shift: ArrayLike, freedom: ArrayLike) -> Floats:
    """Give the probability that a noncentral t lies above a bound.

    Such a t is a normal of mean `shift` over a spread S, so that the probability is the mean of
    ndtr(shift - bound S) over S. The density of y = 2 log S is proportional to
    exp(-freedom / 2 (exp(y) - 1 - y)): smooth with thin tails, where a plain sum over a grid is as
    exact as rounding allows. `scipy.special.nctdtr` gives NaN here and there.

    Args:
        bound: Bounds.
        shift: Means of the numerators, of a shape that broadcasts with the bounds.
        freedom: Degrees of freedom, at least 1; NaN where there are none.

    Returns:
        Probabilities in the common shape; NaN where `freedom` is.

    Example:
        >>> noncentral_tail([2.0, 2.0], [0.0, 2.0], [10, 10]).round(4).tolist()
        [0.0367, 0.519]
    """
    above, mean, df = np.broadcast_arrays(*map(np.asarray, (bound, shift, freedom)))
    known = np.where(np.isnan(df), 1.0, df)[..., None]
    width = 9 * np.sqrt(2 / known)
    longer = 80 / known  # the left tail is the thicker one
    y = np.linspace(0.0, 1.0, _N_POINTS) * (2 * width + longer) - width - longer
    weight = np.exp(-known / 2 * (np.expm1(y) - y))
    inside = ndtr(mean[..., None] - above[..., None] * np.exp(y / 2))
    tail = (weight * inside).sum(axis=-1) / weight.sum(axis=-1)
    return np.asarray(np.where(np.isnan(df), np.nan, tail))
