"""What scores say of a forest's effects where configurations lie unevenly.

A search crowds where scores are good, so averages over its configurations are none over the space.
But how far a score rises with an effect of the forest does not depend on where configurations
lie, as long as the shape of the effect is right. So scores are regressed on all effects at once,
and the space itself says how much each effect varies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """Scores regressed on the effects of forests that have not seen them.

    Attributes:
        slope: How much of each effect is real; 1 where all of it is. Shape `(n_effects,)`.
        error: Variance of each slope, whatever the errors' own variances are.
        influence: What each configuration adds to each slope, mean 0, shape
            `(n_configs, n_effects)`.
        fitted: Variance of each effect over the space.
        residual: What the regression leaves of each score, as if it had been left out.
    """

    slope: Floats
    error: Floats
    influence: Floats
    fitted: Floats
    residual: Floats

    @classmethod
    def of(cls, effects: Floats, fitted: Floats, scores: Floats) -> Self:
        """Regress by least squares.

        Args:
            effects: Effects at each configuration, shape `(n_configs, n_effects)`.
            fitted: Variance of each effect over the space, shape `(n_effects,)`.
            scores: Scores, shape `(n_configs,)`.

        References:
            MacKinnon and White, "Some heteroskedasticity-consistent covariance matrix estimators
            with improved finite sample properties", Journal of Econometrics 29 (1985), 305-325,
            estimator HC3, for the errors.

        Example:
            >>> x = np.array([[-1.0], [0.0], [1.0], [2.0]])
            >>> Regression.of(x, np.array([1.0]), 3 * x[:, 0] + 5).slope.round(6).tolist()
            [3.0]
        """
        n, k = effects.shape
        size = np.sqrt(np.where(fitted > 0, fitted, 1.0))
        design = np.column_stack([np.ones(n), np.where(fitted > 0, effects / size, 0.0)])
        inverse = np.linalg.pinv(design.T @ design, rcond=1e-8, hermitian=True)
        pull = design @ inverse
        leverage = np.minimum(np.einsum("ij,ij->i", pull, design), 1 - 1 / n)
        residual = (scores - design @ (pull.T @ scores)) / (1 - leverage)
        influence = n * pull[:, 1:] * residual[:, None] / size
        slope = (pull.T @ scores)[1 : k + 1] / size
        return cls(slope, (influence**2).sum(axis=0) / n**2, influence, fitted, residual)

    @property
    def variance(self) -> Floats:
        """What each configuration says of the variance of each effect, same shape as `influence`.

        The mean of a column is the squared slope times the variance of the fitted effect, less
        what chance adds to the square. Where scores go against an effect none of it is real.
        """
        slope = np.maximum(self.slope, 0.0)
        square = (slope**2 - self.error) * self.fitted
        return np.asarray(square + 2 * slope * self.fitted * self.influence)
