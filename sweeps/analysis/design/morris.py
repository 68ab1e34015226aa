"""Morris's elementary effects, with the part that is only the seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.design.effects import Effect, Steps
from sweeps.analysis.design.noise import NO_REPLICATES, SHARED, NoisyMeans
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.resampling import N_DRAWS, draw_counts

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.design.trajectories import Trajectories
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.unit import UnitScores

LEAST_STEPS = 4
"""With fewer steps along a hyperparameter nothing is said about it."""


def elementary_effects(
    walks: Trajectories,
    scores: Scores,
    *,
    paired: bool,
    rng: np.random.Generator,
    level: float = LEVEL,
    n_draws: int = N_DRAWS,
) -> tuple[Effect, ...]:
    """Screen hyperparameters by what a large step along each does to the score.

    Effects are per whole range, on the scale on which the hyperparameter is drawn. A step that
    rounding has undone is an effect of 0. Compare `mu_star` with `by_seeds`: a hyperparameter
    that does nothing has the latter, not 0. `size` is 0 for it but for the luck of the draw.

    Args:
        walks: Which configuration stands where; repeated ones are rows like others.
        scores: Finite scores; a step without a score at either end is left out.
        paired: Whether configurations shared their seeds; then nothing is given but the reason.
        rng: Where the randomness of the intervals of `sigma` and `size` comes from.
        level: Confidence level, between 0 and 1.
        n_draws: Resamples of trajectories.

    Returns:
        An effect for each hyperparameter, in the order of the design. Intervals take trajectories
        as random: t intervals for the two means, percentile bootstrap for the other two.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.design.trajectories import Trajectories
        >>> from sweeps.analysis.scores import Scores
        >>> ends = np.arange(8).reshape(4, 2, 1)
        >>> walks = Trajectories(("x",), ends[:, 0], ends[:, 1], np.full((4, 1), 0.5))
        >>> score = np.array([0, 1, 0, 2, 0, 1, 0, 2.0])
        >>> runs = Scores(np.repeat(score, 2), np.repeat(np.arange(8), 2), np.arange(16), 8)
        >>> (x,) = elementary_effects(walks, runs, paired=False, rng=np.random.default_rng(0))
        >>> x.mu.value, x.mu_star.value, x.by_seeds, round(x.sigma.value, 3)
        (3.0, 3.0, 0.0, 1.155)

    References:
        Morris (1991), Technometrics 33, 161-174; Campolongo, Cariboni, Saltelli, "An effective
        screening design", Environmental Modelling & Software 22 (2007), 1509-1518, for `mu_star`.
    """
    check_level(level)
    means = NoisyMeans.of(scores)
    found = []
    for j, name in enumerate(walks.names):
        steps = Steps.of(walks, means, j)
        if paired:
            found.append(_unknown(name, SHARED, len(steps.effect)))
        elif len(steps.effect) < LEAST_STEPS:
            reason = _TOO_FEW.format(LEAST_STEPS, name, len(steps.effect))
            found.append(_unknown(name, reason, len(steps.effect)))
        else:
            found.append(_Told(steps, means.unit, level, n_draws).effect(name, rng))
    return tuple(found)


_TOO_FEW = (
    "Effects need {} steps or more along a hyperparameter with a score at both ends, for `{}` got "
    "{}; raise `options.n`, or see why runs failed."
)


def _unknown(name: str, reason: str, n: int) -> Effect:
    nothing = Estimate.unknown(reason, n=n)
    return Effect(name, nothing, nothing, math.nan, nothing, nothing)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """How the steps of one hyperparameter are told.

    Attributes:
        steps: The steps.
        unit: The scale of their scores.
        level: Confidence level.
        n_draws: Resamples of the steps.
    """

    steps: Steps
    unit: UnitScores
    level: float
    n_draws: int

    def effect(self, name: str, rng: np.random.Generator) -> Effect:
        """Give all figures; without replicates none that needs the seeds' part."""
        effect = self.steps.effect
        n = len(effect)
        mu, mu_star = self._mean(effect), self._mean(np.abs(effect))
        if np.isnan(self.steps.error).any():
            nothing = Estimate.unknown(NO_REPLICATES, n=n)
            return Effect(name, mu, mu_star, math.nan, nothing, nothing)
        weights = [np.full((1, n), 1 / n), draw_counts(rng, self.n_draws, n) / n]
        variance, square = self.steps.spread(np.concatenate(weights))
        return Effect(
            name=name,
            mu=mu,
            mu_star=mu_star,
            by_seeds=self.unit.difference(self.steps.by_seeds),
            sigma=self._root(variance),
            size=self._root(square),
        )

    def _mean(self, values: Floats) -> Estimate:
        n, mean = len(values), float(values.mean())
        quantile = float(stdtrit(n - 1, (1 + self.level) / 2))
        half = quantile * float(values.std(ddof=1)) / math.sqrt(n)
        value, low, high = map(self.unit.difference, (mean, mean - half, mean + half))
        return Estimate(value, low, high, n, method="mean over trajectories, t interval")

    def _root(self, squares: Floats) -> Estimate:
        """Give the root of a square, 0 where the seeds explain more than there is."""
        roots = np.sqrt(np.maximum(squares, 0.0))
        bounds = np.quantile(roots[1:], ((1 - self.level) / 2, (1 + self.level) / 2))
        value, low, high = map(self.unit.difference, (roots[0], *bounds))
        method = "the seeds' part taken out, percentile bootstrap over trajectories"
        return Estimate(value, low, high, len(self.steps.effect), method=method)
