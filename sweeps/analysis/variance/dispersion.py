"""The logarithm of a sample variance: its bias and its sampling variance under normal scores.

Spreads of different configurations are compared on the log scale, where the sampling error
depends on the number of seeds alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, polygamma

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats


def log_variance_bias(freedom: ArrayLike) -> Floats:
    """Give the expected log of a sample variance minus the log of the true one.

    Subtract it from the log of a sample variance.

    Args:
        freedom: Degrees of freedom, the number of seeds minus 1, of any shape.

    Returns:
        Biases, all negative; NaN for fewer than 1 degree of freedom.

    Example:
        >>> log_variance_bias([1, 4, 9]).round(4).tolist()
        [-1.2704, -0.2704, -0.1152]

    References:
        Bartlett and Kendall, "The statistical analysis of variance-heterogeneity and the
        logarithmic transformation", Supplement to the JRSS 8 (1946), 128-138.
    """
    half = _half(freedom)
    return np.asarray(digamma(half) - np.log(half))


def log_variance_error(freedom: ArrayLike) -> Floats:
    """Give the sampling variance of the log of a sample variance.

    Args:
        freedom: Degrees of freedom, the number of seeds minus 1, of any shape.

    Returns:
        Variances of the logarithm; NaN for fewer than 1 degree of freedom.

    Example:
        >>> log_variance_error([1, 2, 3, 4, 9]).round(4).tolist()
        [4.9348, 1.6449, 0.9348, 0.6449, 0.2487]

    References:
        Bartlett and Kendall (1946), as for the bias.
    """
    return np.asarray(polygamma(1, _half(freedom)))


def _half(freedom: ArrayLike) -> Floats:
    values = np.asarray(freedom, dtype=np.float64)
    return np.where(values >= 1, values, np.nan) / 2
