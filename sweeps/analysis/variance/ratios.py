"""Shares of variances and reliabilities, and bounds for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """Lower and upper bounds of one shape."""

    low: Floats
    high: Floats

    @classmethod
    def of(cls, draws: Floats, level: float) -> Self:
        """Read the bounds off draws, one along the first axis."""
        low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
        return cls(low, high)


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """What is said about configurations without a unit, from variances `(..., n_sources)`.

    Attributes:
        shares: Shares of the variance of one run, in the shape of the variances.
        consistency: Share of the configurations in what differs between them, `(...)`.
        reliability: The same for means over the seeds.
    """

    shares: Floats
    consistency: Floats
    reliability: Floats

    @classmethod
    def of(cls, variances: Floats, error_weights: Floats) -> Self:
        """Compute the ratios, with negative variances as 0 and NaN where all are 0."""
        positive = np.maximum(variances, 0.0)
        config = positive[..., 0]
        error_of_run = positive[..., error_weights > 0].sum(axis=-1)
        error_of_mean = positive @ error_weights
        with np.errstate(invalid="ignore"):  # no spread at all is NaN
            shares = positive / positive.sum(axis=-1, keepdims=True)
            return cls(shares, config / (config + error_of_run), config / (config + error_of_mean))
