"""What walks tell: elementary effects, and what the seeds alone would make of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import gammaln

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.design.noise import NoisyMeans
    from sweeps.analysis.design.trajectories import Trajectories
    from sweeps.analysis.estimate import Estimate

FOLDED = math.sqrt(2 / math.pi)
"""Mean size of a standard normal number."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one hyperparameter does, as the change of the score over its whole range.

    Attributes:
        name: The hyperparameter.
        mu: Mean effect, with its sign; seeds do not bias it.
        mu_star: Mean size of the effect, as Campolongo defined it; seeds raise it.
        by_seeds: The `mu_star` that seeds alone would give; NaN where nothing tells them.
        sigma: Standard deviation of the effect over the space, the seeds' part taken out: large
            where the effect is curved or depends on other hyperparameters.
        size: Root mean square of the effect, the seeds' part taken out: what to rank by.
    """

    name: str
    mu: Estimate
    mu_star: Estimate
    by_seeds: float
    sigma: Estimate
    size: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Elementary effects of one hyperparameter on the unit scale.

    Attributes:
        effect: Change of the mean score over the step, divided by the step; shape `(n,)`.
        error: Its variance by the seeds; 0 where the step led to the same configuration.
        repeated: Variance by the seeds of the mean effect, beyond that of steps that have no
            configuration in common.
        freedom: Degrees of freedom behind `error`.
    """

    effect: Floats
    error: Floats
    repeated: float
    freedom: Floats

    @classmethod
    def of(cls, walks: Trajectories, means: NoisyMeans, j: int) -> Self:
        """Gather the steps along hyperparameter `j` that have a score at both ends."""
        ends = np.stack([walks.before[:, j], walks.after[:, j]])
        mean, error, _ = means.at(ends)
        kept = np.isfinite(mean).all(axis=0)
        ends, mean, error, step = ends[:, kept], mean[:, kept], error[:, kept], walks.step[kept, j]
        is_same = ends[0] == ends[1]
        own = np.where(is_same, 0.0, error.sum(axis=0)) / step**2
        beyond = _repeated(ends, error, step) - _own_mean(own)
        freedom = means.freedom[ends].sum(axis=0)
        return cls((mean[1] - mean[0]) / step, own, beyond, freedom)

    @property
    def by_seeds(self) -> float:
        """Mean size of effects that seeds alone would give.

        The root of a variance from few seeds is too small on average, which is made up for.
        """
        half = np.maximum(self.freedom, 1) / 2
        shortfall = np.exp(gammaln(half + 0.5) - gammaln(half)) / np.sqrt(half)
        return FOLDED * float((np.sqrt(self.error) / shortfall).mean())

    def spread(self, weights: Floats) -> tuple[Floats, Floats]:
        """Give variance and mean square of the effects, the seeds' part taken out.

        Args:
            weights: Shares of the steps in each draw, shape `(n_draws, n)`.
        """
        n = len(self.effect)
        mean, square, noise = (
            weights @ np.column_stack([self.effect, self.effect**2, self.error])
        ).T
        within = (square - mean**2) * n / (n - 1)
        shared = self.repeated * n / (n - 1)
        return within - noise + shared, square - noise


def _own_mean(own: Floats) -> float:
    """Give the variance of the mean effect if no configuration stood in two steps."""
    return float(own.sum()) / max(len(own), 1) ** 2


def _repeated(ends: Integers, error: Floats, step: Floats) -> float:
    """Give the variance of the mean effect by the seeds of the configurations it rests on."""
    if not step.size:
        return 0.0
    signs = np.stack([-1 / step, 1 / step]).ravel()
    _, at, group = np.unique(ends.ravel(), return_index=True, return_inverse=True)
    weight = np.bincount(group, weights=signs)
    return float(weight**2 @ error.ravel()[at]) / len(step) ** 2
