"""Morris's elementary effects, with the part that is only the seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.design.effects import Effect, Steps
from sweeps.analysis.design.noise import NO_REPLICATES, SHARED, NoisyMeans
from sweeps.analysis.design.repeats import N_SHAKES, WIDENED, Repeats, spread, widened
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.resampling import N_DRAWS, draw_counts

if TYPE_CHECKING:
    from collections.abc import Callable

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
        n = len(steps.effect)
        if paired:
            found.append(_unknown(name, SHARED, n))
        elif n < LEAST_STEPS:
            found.append(_unknown(name, _TOO_FEW.format(LEAST_STEPS, name, n), n))
        else:
            shaken = _shaken(walks, means, j, rng, min(n_draws, N_SHAKES))
            found.append(_Told(steps, shaken, means.unit, level, n_draws).effect(name, rng))
    return tuple(found)


def _shaken(
    walks: Trajectories, means: NoisyMeans, j: int, rng: np.random.Generator, n_draws: int
) -> tuple[Steps, ...] | None:
    """Give the steps under other luck of configurations that stand in several; often none.

    None where there are such configurations and nothing tells their luck.
    """
    ends = np.stack([walks.before[:, j], walks.after[:, j]], axis=1)
    repeats = Repeats.of(ends, len(means.mean))
    if not repeats.are_noisy(means):
        return ()
    if not means.has_error:
        return None
    return tuple(Steps.of(walks, each, j) for each in repeats.shaken(means, rng, n_draws))


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
        shaken: The same under other luck of configurations that stand in several of them, which
            no resampling of steps sees; empty where none does, None where nothing tells it.
        unit: The scale of their scores.
        level: Confidence level.
        n_draws: Resamples of the steps.
    """

    steps: Steps
    shaken: tuple[Steps, ...] | None
    unit: UnitScores
    level: float
    n_draws: int

    def effect(self, name: str, rng: np.random.Generator) -> Effect:
        """Give all figures; without replicates none that needs the seeds' part."""
        n = len(self.steps.effect)
        mu, mu_star = self._mean(np.asarray), self._mean(np.abs)
        if np.isnan(self.steps.error).any():
            nothing = Estimate.unknown(NO_REPLICATES, n=n)
            return Effect(name, mu, mu_star, math.nan, nothing, nothing)
        once = np.full((1, n), 1 / n)
        drawn = self.steps.spread(np.concatenate([once, draw_counts(rng, self.n_draws, n) / n]))
        others = [
            np.concatenate(part)
            for part in zip(*(each.spread(once) for each in self.shaken or ()), strict=True)
        ]
        sigma, size = (
            self._root(squares, *shaken)
            for squares, *shaken in zip(drawn, *([others] if others else []), strict=True)
        )
        return Effect(
            name=name,
            mu=mu,
            mu_star=mu_star,
            by_seeds=self.unit.difference(self.steps.by_seeds),
            sigma=sigma,
            size=size,
        )

    def _mean(self, of: Callable[[Floats], Floats]) -> Estimate:
        """Give the mean of the effects or of their sizes."""
        values = of(self.steps.effect)
        n, mean = len(values), float(values.mean())
        error = float(values.std(ddof=1)) / math.sqrt(n)
        half = float(stdtrit(n - 1, (1 + self.level) / 2)) * error
        low, high, method = mean - half, mean + half, "mean over trajectories, t interval"
        if self.shaken is None:
            return Estimate.unknown(NO_REPLICATES, value=self.unit.difference(mean), n=n)
        if self.shaken:
            unseen = spread(np.array([of(each.effect).mean() for each in self.shaken]))
            low, high = widened(mean, low, high, error=error, unseen=unseen, level=self.level)
            method = f"{method}, {WIDENED}"
        value, low, high = map(self.unit.difference, (mean, low, high))
        return Estimate(value, low, high, n, method)

    def _root(self, squares: Floats, shaken: Floats | None = None) -> Estimate:
        """Give the root of a square, 0 where the seeds explain more than there is."""
        tails = (1 - self.level) / 2, (1 + self.level) / 2
        low, high = np.quantile(squares[1:], tails).tolist()
        method = "the seeds' part taken out, percentile bootstrap over trajectories"
        if shaken is not None:
            error, unseen, value = spread(squares[1:]), spread(shaken), float(squares[0])
            low, high = widened(value, low, high, error=error, unseen=unseen, level=self.level)
            method = f"{method}, {WIDENED}"
        roots = np.sqrt(np.maximum([squares[0], low, high], 0.0)).tolist()
        value, low, high = map(self.unit.difference, roots)
        return Estimate(value, low, high, len(self.steps.effect), method=method)
