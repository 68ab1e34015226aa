"""From resamples to estimates: values, percentile intervals, and when there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.estimate import Estimate
from sweeps.analysis.unit import ROUNDING

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.unit import UnitScores

FLAT = (
    "Shares need a variance to be shares of, and once the seeds' part is taken out what is left "
    "may be none; raise `options.n` or the number of seeds."
)
_METHOD = "pick-freeze covariance, percentile bootstrap over blocks"


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Figures on the data, first, and on resamples of it.

    Attributes:
        variance: Variance of the expected score on the unit scale, shape `(1 + n_draws,)`.
        seed: Variance of one run by its seed.
        indices: Shares, shape `(n_indices, 1 + n_draws)`; NaN where there is nothing to share.
    """

    variance: Floats
    seed: Floats
    indices: Floats


@dataclass(frozen=True, slots=True)
class Summary:
    """How draws are told.

    Attributes:
        n: Blocks of the design behind them.
        level: Confidence level, between 0 and 1.
    """

    n: int
    level: float

    def indices(self, draws: Draws) -> list[Estimate]:
        """Give each index, or the reason where the variance may be 0."""
        low = np.quantile(draws.variance[1:], (1 - self.level) / 2)
        if draws.variance[0] <= ROUNDING or low <= ROUNDING:
            return [Estimate.unknown(FLAT, n=self.n)] * len(draws.indices)
        return [self._estimate(each) for each in draws.indices]

    def variances(self, draws: Draws, unit: UnitScores) -> list[Estimate]:
        """Give the two variances in the squared unit of the scores, and the share of the first."""
        one_run = draws.variance + draws.seed
        if one_run[0] <= ROUNDING:
            share = Estimate.unknown(FLAT, n=self.n)
        else:
            share = self._estimate(draws.variance / np.where(one_run > 0, one_run, np.nan))
        return [*(self._estimate(unit.squared(v)) for v in (draws.variance, draws.seed)), share]

    def _estimate(self, drawn: Floats) -> Estimate:
        value = float(drawn[0])
        if np.isnan(value):
            return Estimate.unknown(FLAT, n=self.n)
        tails = (1 - self.level) / 2, (1 + self.level) / 2
        low, high = np.nanquantile(drawn[1:], tails).tolist()
        return Estimate(value, low, high, self.n, method=_METHOD)
