"""How the variance of one run's score splits into hyperparameters, lack of fit and seed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sweeps.analysis.importance.canonical import canonical_order
from sweeps.analysis.importance.correction import contributions
from sweeps.analysis.importance.dimension import check_cells
from sweeps.analysis.importance.forest import N_TREES, places_of
from sweeps.analysis.importance.nugget import noise_variance
from sweeps.analysis.importance.rows import Alone, Rows
from sweeps.analysis.importance.share import INTERACTIONS, LACK_OF_FIT, UNEXPLAINED, Shares
from sweeps.analysis.importance.spread import Spread
from sweeps.analysis.importance.strata import squared_error
from sweeps.analysis.importance.surrogate import deal
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.correction import Contributions
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.importance.response import Response

FEWEST = 20
"""Configurations below which no forest is fitted."""

UNSURE = 0.7
"""Standard error of the noise that neighbours show, times the root of their number, as measured."""
WIDENING = 1.3
"""Intervals are wider by this factor: the forests would differ too, which coverage showed."""
UNEVEN_WIDENING = 2.2
"""The same where configurations lie unevenly, and the shapes rest on few of them elsewhere."""


def variance_shares(
    cells: ArrayLike,
    response: Response,
    measure: Measure,
    *,
    rng: np.random.Generator,
    order: int = 1,
    level: float = LEVEL,
    n_repeats: int = 2,
    n_trees: int = N_TREES,
) -> Shares:
    """Split the variance of one run's score into hyperparameters, lack of fit and seed.

    What configurations and seeds add comes from the analysis of variance, so noise is never
    booked as an effect. Forests say how the part of the configurations splits, each judged by the
    configurations that it has not seen.

    Args:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        response: What each configuration scored, and how much of it is chance.
        measure: What the cells are.
        rng: Where the randomness of folds and trees comes from.
        order: 1 for main effects, 2 for interactions of two as well, and so on.
        level: Confidence level, between 0 and 1.
        n_repeats: How often configurations are dealt to folds anew; more is steadier.
        n_trees: Trees of each forest; a deal has five forests.

    Returns:
        The shares. Intervals are those of resampling configurations with their seeds, to first
        order, with the forests held fixed and a factor for that: `WIDENING`, or
        `UNEVEN_WIDENING` where configurations lie unevenly. With one seed a
        configuration nothing tells lack of fit from seeds; `index` then goes by how
        alike neighbours score, and `between_low` and `between_high` say what is certain.

    Raises:
        ResultsError: `level` is not between 0 and 1, `order` is none, the cells do not fit the
            dimensions, or interactions of so many need too large tables.
    """
    check_level(level)
    if order < 1:
        message = f"`order` must be a whole number from 1, got {order!r}: 2 asks about pairs."
        raise ResultsError(message)
    every = check_cells(cells, measure.dimensions)
    lies = measure.regime_of(every) >= 0
    used = np.flatnonzero(np.isfinite(response.figure) & lies)
    judge = response.judge[used]
    if refusal := _refusal(judge[np.isfinite(judge)]):
        return Shares.unknown(refusal, n_configs=len(used), level=level)
    keys = _keys(every[used], response.taken(used), measure)
    rows, columns = canonical_order(keys, response.figure[used])
    (kept, exponent), turned = response.taken(used[rows]).on_unit_scale(), measure.taken(columns)
    ordered = every[used[rows]][:, columns]
    deals = [deal(ordered, kept, turned, rng=rng, n_trees=n_trees) for _ in range(n_repeats)]
    most = min(order, turned.n_dimensions)
    found = contributions(deals, ordered, kept, turned, order=most)
    chance = 0.0
    if not kept.is_split:
        judges = np.flatnonzero(kept.is_judging)
        chance = noise_variance(ordered[judges], kept.judge[judges], turned.dimensions, rng=rng)
    spread = Spread.of(kept, found)
    return _shares(found, spread, kept, columns, level, chance).times_power(exponent)


def _keys(cells: Integers, response: Response, measure: Measure) -> Integers:
    """Give cells whose order does not hang on how choices are labelled."""
    keys = cells.copy()
    for j, dimension in enumerate(measure.dimensions):
        places = places_of(cells[:, j], response.figure, response.weight, dimension)
        keys[:, j] = places[cells[:, j]]
    return keys


def _refusal(judge: Floats) -> str:
    if len(judge) < FEWEST:
        return (
            f"Importance needs at least {FEWEST} configurations with a score, and there are "
            f"{len(judge)}: run more."
        )
    if np.ptp(judge) == 0:
        return "All configurations have the same score, so there is no variance to explain."
    return ""


def _shares(  # noqa: PLR0917 - everything comes together here
    found: Contributions,
    spread: Spread,
    response: Response,
    columns: Integers,
    level: float,
    chance: float,
) -> Shares:
    n = len(spread.run)
    if not spread.run.mean() > 0:
        reason = "The variance of one run is estimated as 0 or less: run more configurations."
        return Shares.unknown(reason, n_configs=response.n_configs, level=level)
    explained, kept, doubt = _held(found.explained.variance, spread, found.strata)
    low = high = between = spread.between
    if not response.is_split:
        low = min(max(float(explained.sum(axis=1).mean()), 0.0), high)
        between = high - _likely(chance, high - low, high / math.sqrt(n))
    widening = WIDENING if response.is_even else UNEVEN_WIDENING
    normal = float(ndtri((1 + level) / 2))
    rows = Rows(
        spread.run,
        found.strata,
        Alone.of(response, found.is_alone),
        between,
        normal,
        normal * widening,
        math.hypot(*response.errors.values()),
    )
    totals = _totals(found, explained.mean(axis=0), between, kept)
    terms = [
        rows.of(
            tuple(sorted(int(columns[j]) for j in term)),
            "" if term else INTERACTIONS,
            explained[:, i],
            wobble=math.hypot(found.wobble[i], doubt * explained[:, i].mean()),
            effect=found.effects[:, i],
            total=float(totals[term[0]]) if len(term) == 1 else math.nan,
        )
        for i, term in enumerate(found.terms)
    ]
    terms.sort(key=lambda row: (not row.term, len(row.term), row.term))
    lack = spread.run - spread.seed - explained.sum(axis=1)
    doubted = response.noise_error
    name = LACK_OF_FIT if response.is_split else UNEXPLAINED
    terms.append(rows.of((), name, lack, wobble=doubted))
    whole = sum(response.sources.values())
    for source, variance in response.sources.items():
        part = spread.seed * (variance / whole) if whole > 0 else spread.seed * 0.0 + variance
        own = response.errors.get(source, 0.0)
        terms.append(rows.of((), source, part, wobble=doubted, common=own))
    return Shares(
        rows=tuple(terms),
        total=float(spread.run.mean()),
        between=between,
        between_low=low,
        between_high=high,
        fit=_fit(found, response, spread.figures),
        ceiling=response.ceiling,
        n_configs=n,
        level=level,
        reasons=tuple(_reasons(response, kept)),
    )


def _held(explained: Floats, spread: Spread, strata: Integers) -> tuple[Floats, float, float]:
    """Hold what hyperparameters explain down to what configurations differ by.

    Where a seed favours one end of a hyperparameter, forests find that under the seeds at hand,
    and the configurations that judge them ran under the same seeds. The analysis of variance
    knows better: for it, that is luck. A standard error too much may be chance, and is left.

    Returns:
        What each configuration says of each term, the factor that it was multiplied by, and how
        much of it is in doubt, as a standard error over the estimate.
    """
    lack = spread.run - spread.seed - explained.sum(axis=1)
    error = math.sqrt(squared_error(lack[:, None], strata)[0])
    together, excess = float(explained.sum(axis=1).mean()), -float(lack.mean())
    if excess <= 0 or together <= 0:
        return explained, 1.0, 0.0
    if excess <= error:
        return explained, 1.0, excess / together
    kept = max(1 - excess / together, _LEAST)
    return explained * kept, kept, 1 / kept - 1


_LEAST = 0.01


def _fit(found: Contributions, response: Response, figures: float) -> float:
    """Give the share of the variance that forests predict of configurations they have not seen."""
    density = response.density[response.is_judging]
    weights = np.where(found.is_alone, 0.0, density if response.is_even else 1.0)
    if not weights.sum() > 0:
        return math.nan
    return 1 - float(np.average(found.residual**2, weights=weights)) / figures


def _reasons(response: Response, kept: float) -> Iterator[str]:
    if not response.is_split:
        yield response.open_reason or _ONE_SEED
    if kept < _TELLING:
        yield _SHARED


_TELLING = 0.9
"""Factor below which it is told that hyperparameters seemed to explain too much."""
_SHARED = (
    "The model finds more than configurations differ by, since hyperparameters act differently "
    "under different seeds; shares are held down to what the analysis of variance allows. Run more "
    "seeds."
)


def _totals(found: Contributions, explained: Floats, between: float, kept: float) -> Floats:
    """Give the variance in which each dimension takes any part.

    Forests miss more of interactions than of main effects. What they miss, up to as much as they
    find, is taken to lie as the interactions lie that they find.
    """
    is_main = np.array([len(term) == 1 for term in found.terms])
    alone = explained[is_main]
    beyond = np.maximum(found.total * kept - alone, 0.0)
    together = float(explained[~is_main].sum())
    missed = max(between - float(explained.sum()), 0.0)
    if together <= 0:
        return np.asarray(alone + beyond)
    # Of what they miss no more is placed by a guess than they find.
    more = min(missed / together, 1.0)
    return np.asarray(alone + np.minimum(beyond * (1 + more), together + missed))


def _likely(chance: float, gap: float, scale: float) -> float:
    """Weigh an estimate of the seeds' variance against all that is possible alike.

    Args:
        chance: The estimate, of standard error `UNSURE * scale`.
        gap: What the forests leave; the seeds cause from none to all of it.
        scale: Variance of one run over the root of the number of configurations.
    """
    spread = max(gap, 0.0) ** 2 / 12
    if not spread > 0:
        return 0.0
    trust = spread / (spread + (UNSURE * scale) ** 2)
    return trust * min(chance, gap) + (1 - trust) * gap / 2


_ONE_SEED = (
    "With one seed per configuration, what the forest does not fit cannot be told from what seeds "
    "do: run some configurations under more seeds."
)
