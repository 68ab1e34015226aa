"""From resamples to estimates: values, percentile intervals, and when there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.design.repeats import WIDENED, spread, widened
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

    @property
    def ceiling(self) -> Floats:
        """Share of one run's variance that is not the seed's; NaN where there is none."""
        one_run = self.variance + self.seed
        return np.asarray(self.variance / np.where(one_run > 0, one_run, np.nan))


@dataclass(frozen=True, slots=True)
class Summary:
    """How draws are told.

    Attributes:
        n: Blocks of the design behind them.
        level: Confidence level, between 0 and 1.
        shaken: The figures under other luck of configurations that stand in several blocks, which
            resampling blocks does not see; None where none does.
    """

    n: int
    level: float
    shaken: Draws | None = None

    def indices(self, draws: Draws) -> list[Estimate]:
        """Give each index, or the reason where the variance may be 0."""
        low = self._figure(draws, "variance").low
        if draws.variance[0] <= ROUNDING or low <= ROUNDING:
            return [Estimate.unknown(FLAT, n=self.n)] * len(draws.indices)
        others = [None] * len(draws.indices) if self.shaken is None else self.shaken.indices
        return [self._estimate(*each) for each in zip(draws.indices, others, strict=True)]

    def variances(self, draws: Draws, unit: UnitScores) -> list[Estimate]:
        """Give the two variances in the squared unit of the scores, and the share of the first."""
        ceiling = Estimate.unknown(FLAT, n=self.n)
        if draws.variance[0] + draws.seed[0] > ROUNDING:
            ceiling = self._figure(draws, "ceiling")
        return [
            self._figure(draws, "variance", unit),
            self._figure(draws, "seed", unit),
            ceiling,
        ]

    def _figure(self, draws: Draws, name: str, unit: UnitScores | None = None) -> Estimate:
        """Give one of the figures that are no index, in the squared unit where there is one."""
        parts = [getattr(each, name) for each in (draws, self.shaken) if each is not None]
        drawn, *shaken = parts if unit is None else map(unit.squared, parts)
        return self._estimate(drawn, *shaken)

    def _estimate(self, drawn: Floats, shaken: Floats | None = None) -> Estimate:
        value = float(drawn[0])
        if np.isnan(value):
            return Estimate.unknown(FLAT, n=self.n)
        tails = (1 - self.level) / 2, (1 + self.level) / 2
        low, high = np.nanquantile(drawn[1:], tails).tolist()
        if shaken is None:
            return Estimate(value, low, high, self.n, method=_METHOD)
        error, unseen = spread(drawn[1:]), spread(shaken)
        low, high = widened(value, low, high, error=error, unseen=unseen, level=self.level)
        return Estimate(value, low, high, self.n, method=f"{_METHOD}, {WIDENED}")
