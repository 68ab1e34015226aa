"""How much of a fitted effect is real, as scores say that its forests have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.strata import squared_error

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers

CLEAR = 2.0
"""Squared errors that a squared covariance must exceed before its size says how flat a fit is."""


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Covariances of scores and fitted effects, by the configurations that judge them.

    Attributes:
        covariance: What each configuration says of the covariance of its score with the effect,
            shape `(n_judges, n_effects)`; the mean of a column is the estimate.
        fitted: Variance of each effect in the forests themselves, before any correction.
        learnt: The part of it that is noise which forests learnt by heart, as far as known.
        strata: The regime of each of these configurations.
    """

    covariance: Floats
    fitted: Floats
    learnt: Floats
    strata: Integers

    @property
    def variance(self) -> Floats:
        """What each configuration says of the variance of each effect, same shape.

        The covariance is right in the mean, but too small where forests flatten an effect.
        Where it stands out clearly from chance, the mean of a column is instead its square over
        the variance of the fitted effect, less what chance adds to the square and what the
        forests only learnt by heart.
        """
        mean = self.covariance.mean(axis=0)
        square = np.maximum(mean, 0.0) ** 2
        # Each configuration is learnt from as well as judged by, so chance counts twice.
        chance = 2 * squared_error(self.covariance, self.strata)
        is_found = square > CLEAR * chance
        trust = np.where(is_found, 1 - CLEAR * chance / np.where(is_found, square, 1.0), 0.0)
        real = self.fitted - np.minimum(self.learnt, 0.5 * self.fitted)
        real = np.where(real > 0, real, 1.0)
        value = mean + trust * ((square - chance) / real - mean)
        slope = 1 + trust * (2 * mean / real - 1)
        return np.asarray(value + slope * (self.covariance - mean))
