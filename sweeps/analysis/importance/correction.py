"""What each configuration says of the variances that hyperparameters explain.

A forest flattens what it fits, so the variance of its effects is too small, and it fits noise,
which makes it too large. Both show in the scores that it has not seen: an effect of the forest is
taken as a shape only, and how much of it is real is its covariance with those scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.importance.explained import Explained
from sweeps.analysis.importance.mains import Mains, missed_of
from sweeps.analysis.importance.mixture import Decomposition, decompose
from sweeps.analysis.importance.regression import Regression
from sweeps.analysis.importance.surrogate import is_alone
from sweeps.analysis.importance.total import total_effects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.importance.regimes import Term
    from sweeps.analysis.importance.response import Response
    from sweeps.analysis.importance.surrogate import Fold


@dataclass(frozen=True, slots=True, eq=False)
class Contributions:
    """What the configurations that judge the forests say of them.

    Attributes:
        terms: The dimensions of each column; the last one, `()`, is all that the others leave of
            the forest, which is its other interactions.
        explained: What each term explains.
        total: Variance that each dimension explains in any way.
        wobble: Variance that each effect would have over other configurations if it were read
            straight from their scores, as a jackknife over folds says: forests hide weak effects,
            and so how little is known of them. 0 but for main effects.
        surplus: Variance of the forest over the space less its square at the configuration:
            0 in the mean, unless the configurations happen to lie unevenly.
        residual: Score less what the forests say that have not seen it.
        strata: The regime of each of these configurations.
        effects: What each term does at each configuration, shape `(n_judges, n_terms)`.
        is_alone: Which configurations no other one can stand for, as their regime is tiny.
    """

    terms: tuple[Term, ...]
    explained: Explained | Regression
    total: Floats
    wobble: Floats
    surplus: Floats
    residual: Floats
    strata: Integers
    effects: Floats
    is_alone: Booleans


def contributions(
    deals: Sequence[Sequence[Fold]],
    cells: Integers,
    response: Response,
    measure: Measure,
    *,
    order: int,
) -> Contributions:
    """Work out what each configuration says, on the forests that have not seen it.

    Args:
        deals: Forests of one or more deals of all configurations.
        cells: Cells of all configurations.
        response: What they were fitted to and are judged by.
        measure: The space.
        order: 1 for main effects, 2 for interactions of two as well, and so on.

    Returns:
        The contributions, averaged over deals; total effects are those of the first deal.

    References:
        Williamson, Gilbert, Carone, Simon, "Nonparametric variable importance assessment using
        machine learning techniques", Biometrics 77 (2021), 9-22, for corrections of this kind;
        here with a known distribution of the inputs, so that only what the forest misses is
        left to chance.
    """
    d = measure.n_dimensions
    terms: list[Term] = [
        term for size in range(1, order + 1) for term in combinations(range(d), size)
    ]
    sums, totals = _Sums.zeros(response, len(terms) + 1), _Sums.zeros(response, d)
    surplus, residual = np.zeros((2, response.n_configs))
    mains = [Mains() for _ in range(d)]
    for number, folds in enumerate(deals):
        for fold in folds:
            parts = decompose(fold.forest, measure, terms)
            away = fold.fitted - parts.mean
            surplus[fold.rows] += response.density[fold.rows] * (parts.variance - away**2)
            residual[fold.rows] += fold.residual
            sums.add(fold, *_effects(parts, terms, fold, away))
            flat = [parts.effects[j,].flat(measure, j) for j in range(d)]
            for main, (table, masses), missed in zip(
                mains, flat, missed_of(fold, parts, cells, response, measure), strict=True
            ):
                main.add(table, missed, masses)
            if number == 0:
                found = total_effects(fold.forest, measure, fold.cells, fold.fitted)
                at_rows = np.stack([each.at_rows for each in found], axis=1)
                totals.add(fold, np.array([each.variance for each in found]), at_rows)
    learnt, wobble = np.transpose([main.wobble(len(deals)) for main in mains])
    none = np.zeros(len(terms) + 1 - d)
    learnt, wobble = np.concatenate([learnt, none]), np.concatenate([wobble, none])
    judges = np.flatnonzero(response.is_judging)
    strata = measure.regime_of(cells[judges])
    explained: Explained | Regression
    if response.is_even:
        explained = sums.explained(judges, len(deals), strata, learnt)
        every = totals.explained(judges, 1, strata, np.zeros(d)).variance.mean(axis=0)
        left = residual[judges] / len(deals)
    else:
        explained = sums.regressed(judges, len(deals), response)
        every = _all_of(explained, totals.fitted / max(len(judges), 1), d)
        left = explained.residual
    return Contributions(
        (*terms, ()),
        explained,
        every,
        wobble if response.is_even else learnt,
        surplus[judges] / len(deals) if response.is_even else np.zeros(len(judges)),
        left,
        strata,
        sums.effects[judges] / len(deals),
        is_alone(cells[judges], measure),
    )


def _all_of(regression: Regression, fitted: Floats, d: int) -> Floats:
    """Add to each main effect its part of what the regression makes of the interactions."""
    variance = regression.variance.mean(axis=0)
    found, real = float(regression.fitted[d:].sum()), float(variance[d:].sum())
    slope = max(real, 0.0) / found if found > 0 else 0.0
    beyond = np.maximum(fitted - regression.fitted[:d], 0.0)
    return np.asarray(variance[:d] + slope * beyond)


def _effects(
    parts: Decomposition, terms: Sequence[Term], fold: Fold, away: Floats
) -> tuple[Floats, Floats]:
    """Give the variance of each term and of the rest, and their effects at the rows left out."""
    variances = [parts.effects[term].variance for term in terms]
    at_rows = [parts.effects[term].at(term, fold.cells, fold.regimes) for term in terms]
    variances.append(max(parts.variance - sum(variances), 0.0))
    at_rows.append(away - np.sum(at_rows, axis=0))
    return np.array(variances), np.stack(at_rows, axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums over folds, while they come in.

    Attributes:
        covariance: One row a configuration, one column an effect.
        effects: The effects themselves, same shape.
        fitted: Variance of each effect, times the configurations that judged it.
        density: Weight of each configuration.
    """

    covariance: Floats
    effects: Floats
    fitted: Floats
    density: Floats

    @classmethod
    def zeros(cls, response: Response, n_effects: int) -> Self:
        covariance, effects = np.zeros((2, response.n_configs, n_effects))
        return cls(covariance, effects, np.zeros(n_effects), response.density)

    def add(self, fold: Fold, variances: Floats, at_rows: Floats) -> None:
        """Take in what a fold says of each effect, in place."""
        shown = self.density[fold.rows, None] * at_rows * fold.residual[:, None]
        self.covariance[fold.rows] += variances + shown
        self.effects[fold.rows] += at_rows
        self.fitted[:] += variances * len(fold.rows)

    def explained(
        self, judges: Integers, n_deals: int, strata: Integers, learnt: Floats
    ) -> Explained:
        """Average over the configurations that judge, and over deals."""
        return Explained(
            self.covariance[judges] / n_deals,
            self.fitted / (n_deals * max(len(judges), 1)),
            learnt,
            strata,
        )

    def regressed(self, judges: Integers, n_deals: int, response: Response) -> Regression:
        """Regress the scores of the configurations that judge on the effects."""
        fitted = self.fitted / (n_deals * max(len(judges), 1))
        return Regression.of(self.effects[judges] / n_deals, fitted, response.judge[judges])
