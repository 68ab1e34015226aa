"""The spread over seeds as something to explain: the logarithm of each configuration's variance."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.response import Response
from sweeps.analysis.moments import group_moments
from sweeps.analysis.table import Table
from sweeps.analysis.variance.dispersion import log_variance_bias, log_variance_error

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.scores import Scores

SEED = "seed"
FEWEST_HALF = 2
"""Seeds that each half needs, to tell a variance."""
MOST_SPLITS = 64


def log_variances(scores: Scores) -> Floats:
    """Give the logarithm of each configuration's variance over seeds, its bias taken out.

    Args:
        scores: Finite scores; groups are configurations.

    Returns:
        Shape `(n_configs,)`; NaN with fewer than 2 seeds, or where all have the same score.
    """
    moments = group_moments(scores.score, scores.groups, scores.n_groups)
    known = (moments.n > 1) & (moments.sd > 0)
    freedom = np.where(known, moments.n - 1, np.nan)
    log = 2 * np.log(np.where(known, moments.sd, 1.0))
    return np.where(known, log - log_variance_bias(freedom), np.nan)


def spread_response(
    scores: Scores,
    judges: Booleans,
    density: Floats,
    *,
    rng: np.random.Generator,
    is_even: bool = True,
) -> Response:
    """Ask about the spread over seeds as `Response` asks about the score.

    How much of it is chance is told by halves: the logarithms of variances over one half of the
    seeds covary with those over the other half by what is no chance, whatever the scores' own
    distribution. Without 4 seeds that all configurations have, normal scores are assumed.

    Args:
        scores: Finite scores; groups are configurations.
        judges: Which configurations judge.
        density: Weight of each configuration.
        rng: Where the randomness of the halves comes from.
        is_even: Whether those that judge were drawn evenly from each regime.
    """
    figure = log_variances(scores)
    n = np.bincount(scores.groups, minlength=scores.n_groups)
    judge = np.where(judges, figure, np.nan)
    weight = np.maximum(n - 1, 1).astype(np.float64)
    known = np.flatnonzero(np.isfinite(judge))
    if len(known) < FEWEST_HALF:
        return Response(figure, weight, judge, weight, np.zeros(len(n)), np.nan)
    shown = density[known]
    mean = np.average(judge[known], weights=shown)
    spread = float(np.average((judge[known] - mean) ** 2, weights=shown))
    spread *= len(known) / (len(known) - 1)
    own = shown / shown.sum()
    products, doubt = _by_halves(scores, known, own, rng), 0.0
    if products is None:
        error = log_variance_error((n - 1)[known])
        between = spread - float(np.average(error, weights=shown))
    else:
        between = float(own @ products)
        noise = (judge[known] - mean) ** 2 - products
        doubt = float(np.sqrt(own**2 @ (noise - own @ noise) ** 2))
    chance = spread - between
    return Response(
        figure,
        weight,
        judge,
        weight,
        np.full(len(n), chance),
        between,
        {SEED: chance},
        noise=chance,
        noise_error=doubt,
        ceiling=between / spread if spread > 0 else np.nan,
        density=density,
        is_even=is_even,
    )


def _by_halves(
    scores: Scores, rows: Integers, weights: Floats, rng: np.random.Generator
) -> Floats | None:
    """Give what each configuration says of the covariance of the logarithms over halves.

    Args:
        scores: Finite scores.
        rows: The configurations that count.
        weights: Their weights, which add up to 1.
        rng: Where the randomness of the halves comes from.

    Returns:
        Products of deviations, averaged over splits of the seeds, shape `(len(rows),)`; None
        without 4 seeds that all have.
    """
    values = Table.of(scores).values[rows]
    n_seeds = values.shape[1]
    if n_seeds < 2 * FEWEST_HALF or np.isnan(values).any():
        return None
    found = []
    for half in _halves(n_seeds, rng):
        rest = np.setdiff1d(np.arange(n_seeds), half)
        with np.errstate(divide="ignore"):
            first, second = (np.log(values[:, part].var(axis=1)) for part in (half, rest))
        known = np.isfinite(first) & np.isfinite(second)
        if known.sum() < FEWEST_HALF:
            continue
        own = weights[known] / weights[known].sum()
        first, second = first[known] - own @ first[known], second[known] - own @ second[known]
        products = np.zeros(len(rows))
        products[known] = first * second * known.sum() / (known.sum() - 1)
        # Those that have no logarithm in a half count as the others do.
        products[~known] = own @ products[known]
        found.append(products)
    return np.mean(found, axis=0) if found else None


def _halves(n_seeds: int, rng: np.random.Generator) -> list[list[int]]:
    """Give halves of the seeds: all of them, or some at random where they are many."""
    every = range(n_seeds)
    size = n_seeds // 2
    if n_seeds <= 8:
        return [list(half) for half in combinations(every, size)]
    return [rng.permutation(n_seeds)[:size].tolist() for _ in range(MOST_SPLITS)]
