"""How the variance of one run's score splits into hyperparameters, lack of fit and seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from sweeps.analysis.importance.canonical import canonical_order
from sweeps.analysis.importance.correction import Contributions, contributions
from sweeps.analysis.importance.dimension import Dimension, check_cells
from sweeps.analysis.importance.share import (
    INTERACTIONS,
    LACK_OF_FIT,
    UNEXPLAINED,
    Share,
    Shares,
)
from sweeps.analysis.importance.surrogate import N_TREES, fit_surrogate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.moments import group_moments
from sweeps.analysis.unit import UnitScores
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.variance.components import Components

FEWEST = 20
"""Configurations below which no forest is fitted."""

WIDENING = 1.3
"""Intervals are wider by this factor: the forests would differ too, which coverage showed."""


def variance_shares(  # noqa: PLR0913 - the data, and how to look at them
    cells: ArrayLike,
    scores: Scores,
    dimensions: Sequence[Dimension],
    components: Components,
    *,
    rng: np.random.Generator,
    order: int = 1,
    level: float = LEVEL,
    n_repeats: int = 2,
    n_trees: int = N_TREES,
) -> Shares:
    """Split the variance of one run's score into hyperparameters, lack of fit and seed.

    What configurations and seeds add comes from the analysis of variance, so noise is never
    booked as an effect. Forests say how the part of the configurations splits, each on the
    configurations that it has not seen. Assumes configurations drawn from the space's own prior,
    independently of each other: after a search they are not.

    Args:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        scores: Finite scores; groups are the rows of `cells`.
        dimensions: What the cells are.
        components: Split of the same scores, from `sweeps.analysis.variance`.
        rng: Where the randomness of folds and trees comes from.
        order: 1 for main effects, 2 for interactions of two as well.
        level: Confidence level, between 0 and 1.
        n_repeats: How often configurations are dealt to folds anew; more is steadier.
        n_trees: Trees of each forest; a deal has five forests.

    Returns:
        The shares. Intervals are those of resampling configurations with their seeds, to first
        order, with the forests held fixed and the factor `WIDENING` for that. With one seed a
        configuration nothing tells lack of fit from seeds; `index` then takes half of both as
        lack of fit, and `between_low` and `between_high` say how far that may be wrong.

    Raises:
        ResultsError: `level` is not between 0 and 1, `order` is not 1 or 2, or the cells do not
            fit the dimensions.
    """
    check_level(level)
    if order not in {1, 2}:
        message = f"`order` must be 1 or 2, got {order}."
        raise ResultsError(message)
    every = check_cells(cells, dimensions)
    unit = UnitScores.of(scores.score)
    moments = group_moments(unit.values, scores.groups, scores.n_groups)
    used = np.flatnonzero(moments.n > 0)
    means = moments.mean[used]
    if refusal := _refusal(means):
        return Shares.unknown(refusal, n_configs=len(used), level=level)
    rows, columns = canonical_order(every[used], means)
    used = used[rows]
    n = moments.n[used].astype(np.float64)
    turned = [dimensions[j] for j in columns]
    folds = fit_surrogate(
        every[used][:, columns],
        means[rows],
        n,
        turned,
        rng=rng,
        n_repeats=n_repeats,
        n_trees=n_trees,
    )
    found = contributions(folds, len(rows), len(columns), order=order)
    within = np.where(n > 1, np.nan_to_num(moments.sd[used]) ** 2 * (n - 1) / n, 0.0)
    spread = _Spread.of(means[rows], within, n, found, components, unit)
    terms = [tuple(sorted(int(columns[j]) for j in term)) for term in found.terms]
    return _shares(found, spread, terms, components, unit, level)


def _refusal(means: Floats) -> str:
    if len(means) < FEWEST:
        return (
            f"Importance needs at least {FEWEST} configurations with a score, and there are "
            f"{len(means)}: run more."
        )
    if np.ptp(means) == 0:
        return "All configurations have the same score, so there is no variance to explain."
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Variances of one run and of its seeds, on the unit scale.

    Attributes:
        run: What each configuration says of the variance of one run; the mean is the estimate.
        seed: What each says of the variance that seeds cause, likewise.
        between: Variance of the configurations; that of the run with one seed each.
        sources: Variance of each source of the seed's; empty with one seed each.
        means: Variance of the means of the configurations at hand.
    """

    run: Floats
    seed: Floats
    between: float
    sources: dict[str, float]
    means: float

    @classmethod
    def of(  # noqa: PLR0917 - the one place where the two analyses meet
        cls,
        means: Floats,
        within: Floats,
        n: Floats,
        found: Contributions,
        components: Components,
        unit: UnitScores,
    ) -> _Spread:
        """Join the analysis of variance with how evenly the configurations lie."""
        scaled = {
            component.source: math.ldexp(component.variance, -2 * unit.exponent)
            for component in components.components
        }
        between = scaled.pop("configuration", math.nan)
        is_split = all(map(math.isfinite, [between, *scaled.values()]))
        if not is_split:
            scaled, between, within = {}, float(means.var(ddof=1)), np.zeros_like(within)
        between += float(n @ found.surplus / n.sum())
        total = sum(scaled.values())
        away = (means - n @ means / n.sum()) ** 2
        run = _moved(away + within + found.surplus, between + total)
        return cls(run, _moved(within, total), between, scaled, float(means.var()))


def _moved(parts: Floats, mean: float) -> Floats:
    """Shift parts so that they have a mean: each design weighs its squares in its own way."""
    return np.asarray(parts + (mean - parts.mean()))


def _shares(  # noqa: PLR0917 - everything comes together here
    found: Contributions,
    spread: _Spread,
    terms: list[tuple[int, ...]],
    components: Components,
    unit: UnitScores,
    level: float,
) -> Shares:
    explained = found.explained
    total = float(spread.run.mean())
    if not total > 0:
        reason = "The variance of one run is estimated as 0 or less: run more configurations."
        return Shares.unknown(reason, n_configs=len(explained), level=level)
    low = high = between = spread.between
    if not spread.sources:
        low = min(max(float(explained.sum(axis=1).mean()), 0.0), high)
        between = (low + high) / 2
    width = float(ndtri((1 + level) / 2)) * WIDENING

    def row(term: tuple[int, ...], source: str, part: Floats, wobble: float = 0.0) -> Share:
        value = float(part.mean())
        share = value / total
        error = float((part - share * spread.run).std(ddof=1)) / math.sqrt(len(part))
        reach = width * math.hypot(error, wobble) / total
        is_index = source in {"", INTERACTIONS, LACK_OF_FIT} and between > 0
        return Share(
            term,
            source,
            float(unit.squared(value)),
            share,
            max(share - reach, 0.0),
            max(share + reach, 0.0),
            value / between if is_index else math.nan,
        )

    rows = [
        row(term, "" if term else INTERACTIONS, explained[:, i], float(found.wobble[i]))
        for i, term in enumerate(terms)
    ]
    rows.sort(key=lambda r: (not r.term, len(r.term), r.term))
    lack = spread.run - spread.seed - explained.sum(axis=1)
    rows.append(row((), LACK_OF_FIT if spread.sources else UNEXPLAINED, lack))
    whole = sum(spread.sources.values())
    for source, variance in spread.sources.items():
        part = spread.seed * (variance / whole) if whole > 0 else spread.seed * 0.0 + variance
        rows.append(row((), source, part))
    return Shares(
        rows=tuple(rows),
        total=float(unit.squared(total)),
        between=float(unit.squared(between)),
        between_low=float(unit.squared(low)),
        between_high=float(unit.squared(high)),
        fit=1 - float((found.residual**2).mean()) / spread.means,
        ceiling=components.reliability.value if spread.sources else math.nan,
        n_configs=len(explained),
        level=level,
        reasons=_reasons(spread),
    )


def _reasons(spread: _Spread) -> tuple[str, ...]:
    if spread.sources:
        return ()
    return (
        "With one seed per configuration, what the forest does not fit cannot be told from what "
        "seeds do: run some configurations under more seeds.",
    )
