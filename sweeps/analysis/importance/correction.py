"""What each configuration says of the variances that hyperparameters explain.

A forest flattens what it fits, so the variance of its effects is too small, and it fits noise,
which makes it too large. Both show in the scores that it has not seen: an effect of the forest is
taken as a shape only, and how much of it is real is its covariance with those scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.decomposition import effect, variance_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats
    from sweeps.analysis.importance.surrogate import Fold

Term = tuple[int, ...]
"""Dimensions that act together, in ascending order; one for a main effect."""


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """Covariances of scores and fitted effects by configuration.

    Attributes:
        terms: The dimensions of each column; the last one, `()`, is all that the others leave of
            the forest, which is its other interactions.
        covariance: What each configuration says of the covariance of its mean score with the
            effect, shape `(n_configs, n_terms)`; the mean of a column is the estimate.
        fitted: Variance of each effect in the forests themselves, before any correction.
        wobble: Variance of each effect over forests of other configurations, as a jackknife over
            folds says: about the squared error that noise leaves. 0 but for main effects.
        surplus: Variance of the forest over the space less its square at the configuration:
            0 in the mean, unless the configurations happen to lie unevenly.
        residual: Mean score less what the forests say that have not seen it.
    """

    terms: tuple[Term, ...]
    covariance: Floats
    fitted: Floats
    wobble: Floats
    surplus: Floats
    residual: Floats

    @property
    def slope(self) -> Floats:
        """How much of each fitted effect is real: 1 where all of it is, more where it is too flat.

        Where scores go against the fitted effect none is.
        """
        mean = np.maximum(self.covariance.mean(axis=0), 0.0)
        slope = np.divide(mean, self.fitted, out=np.zeros_like(mean), where=self.fitted > 0)
        return np.asarray(slope)

    @property
    def explained(self) -> Floats:
        """What each configuration says of the variance of each term, same shape.

        The mean of a column is the squared covariance over the variance of the fitted effect,
        less what chance adds to a square. It is the variance of the true effect times its squared
        correlation with the fitted one, which is below 1.
        """
        mean = self.covariance.mean(axis=0)
        slope = self.slope
        n = len(self.covariance)
        chance = self.covariance.var(axis=0) / max(n - 1, 1)
        luck = np.divide(chance, self.fitted, out=np.zeros_like(chance), where=self.fitted > 0)
        return np.asarray(slope * mean - luck + 2 * slope * (self.covariance - mean))


def contributions(
    folds: Sequence[Fold], n_configs: int, n_dimensions: int, *, order: int
) -> Contributions:
    """Work out what each configuration says, on the forests that have not seen it.

    Args:
        folds: Forests of one or more deals of all configurations.
        n_configs: Number of configurations.
        n_dimensions: Number of dimensions.
        order: 1 for main effects, 2 for interactions of two as well.

    Returns:
        The contributions, averaged over deals.

    References:
        Williamson, Gilbert, Carone, Simon, "Nonparametric variable importance assessment using
        machine learning techniques", Biometrics 77 (2021), 9-22, for corrections of this kind;
        here with a known distribution of the inputs, so that only what the forest misses is
        left to chance.
    """
    terms: list[Term] = [
        term for size in range(1, order + 1) for term in combinations(range(n_dimensions), size)
    ]
    terms.append(())
    covariance = np.zeros((n_configs, len(terms)))
    fitted = np.zeros(len(terms))
    others = np.zeros((2, n_configs))
    for fold in folds:
        away = fold.fitted - fold.mean
        others[:, fold.rows] += [fold.variance - away**2, fold.residual]
        for column, (variance, at_rows) in enumerate(_effects(fold, terms)):
            fitted[column] += variance * len(fold.rows)
            covariance[fold.rows, column] += variance + at_rows * fold.residual
    n_deals = sum(len(fold.rows) for fold in folds) // n_configs
    surplus, residual = others / n_deals
    return Contributions(
        tuple(terms),
        covariance / n_deals,
        fitted / (n_deals * n_configs),
        np.array([_wobble(folds, term, n_deals) for term in terms]),
        surplus,
        residual,
    )


def _effects(fold: Fold, terms: Sequence[Term]) -> list[tuple[float, Floats]]:
    """Give the variance of each term in the forest, and its effect at the rows left out."""
    mains = [effect(fold.boxes, [j]) - fold.mean for j in range(fold.cells.shape[1])]
    found: list[tuple[float, Floats]] = []
    for term in terms[:-1]:
        table = mains[term[0]]
        if len(term) == 2:
            table = effect(fold.boxes, term) - fold.mean - table[:, None] - mains[term[1]]
        at_rows = table[tuple(fold.cells[:, j] for j in term)]
        found.append((variance_of(table, fold.boxes, term), at_rows))
    rest = fold.variance - sum(variance for variance, _ in found)
    at_rows = fold.fitted - fold.mean - np.sum([row for _, row in found], axis=0)
    return [*found, (max(rest, 0.0), at_rows)]


def _wobble(folds: Sequence[Fold], term: Term, n_deals: int) -> float:
    """Give the variance of a main effect over resampled folds, averaged over its cells."""
    n_folds = len(folds) // n_deals
    if len(term) != 1 or n_folds < 2:
        return 0.0
    tables = np.stack([fold.table(term[0]) for fold in folds]).reshape(n_deals, n_folds, -1)
    first = folds[0]
    masses = first.boxes.dimensions[term[0]].masses[first.places[term[0]]]
    return float((n_folds - 1) * (tables.var(axis=1) @ masses).mean())
