"""The variance of one run and of its seeds, as the configurations that judge say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.importance.correction import Contributions
    from sweeps.analysis.importance.response import Response


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Variances of one run and of its seeds, by the configurations that judge.

    Attributes:
        run: What each configuration says of the variance of one run; the mean is the estimate.
        seed: What each says of the variance that seeds cause, likewise.
        between: Variance of the configurations; that of the run with one seed each.
        figures: Variance of what the configurations at hand scored.
    """

    run: Floats
    seed: Floats
    between: float
    figures: float

    @classmethod
    def of(cls, response: Response, found: Contributions) -> Self:
        """Join the analysis of variance with how evenly the configurations lie."""
        judges = np.flatnonzero(response.is_judging)
        judge, density = response.judge[judges], response.density[judges]
        away = density * (judge - float(np.average(judge, weights=density))) ** 2
        total = sum(response.sources.values())
        within = response.within[judges]
        seed = _moved(within, total)
        if not response.is_even:
            # Of the space only the model knows; what it leaves is taken to be alike everywhere.
            left = found.residual**2
            noise = response.noise if response.is_split else 0.0
            run = found.explained.variance.sum(axis=1) + left - noise + seed
            return cls(run, seed, float(run.mean()) - total, float(judge.var()))
        between = response.between if response.is_split else _sum(away) / (len(judge) - 1)
        between += float(found.surplus.mean())
        run = _moved(away + within + found.surplus, between + total)
        return cls(run, seed, between, _sum(away) / len(judge))


def _sum(parts: Floats) -> float:
    return float(parts.sum())


def _moved(parts: Floats, mean: float) -> Floats:
    """Shift parts so that they have a mean: each design weighs its squares in its own way."""
    return np.asarray(parts + (mean - parts.mean()))
