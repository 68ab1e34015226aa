"""How the variance of one run's score splits into hyperparameters, lack of fit and seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import ndtri

from sweeps.analysis.importance.canonical import canonical_order
from sweeps.analysis.importance.correction import Contributions, contributions
from sweeps.analysis.importance.dimension import check_cells
from sweeps.analysis.importance.forest import N_TREES
from sweeps.analysis.importance.share import (
    INTERACTIONS,
    LACK_OF_FIT,
    UNEXPLAINED,
    Share,
    Shares,
)
from sweeps.analysis.importance.strata import squared_error
from sweeps.analysis.importance.surrogate import deal
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.importance.response import Response

FEWEST = 20
"""Configurations below which no forest is fitted."""

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
    every = check_cells(cells, measure.dimensions)
    used = np.flatnonzero(np.isfinite(response.figure))
    judge = response.judge[used]
    if refusal := _refusal(judge[np.isfinite(judge)]):
        return Shares.unknown(refusal, n_configs=len(used), level=level)
    rows, columns = canonical_order(every[used], response.figure[used])
    (kept, exponent), turned = response.taken(used[rows]).on_unit_scale(), measure.taken(columns)
    ordered = every[used[rows]][:, columns]
    deals = [deal(ordered, kept, turned, rng=rng, n_trees=n_trees) for _ in range(n_repeats)]
    found = contributions(deals, ordered, kept, turned, order=order)
    return _shares(found, _Spread.of(kept, found), kept, columns, level).times_power(exponent)


def _refusal(judge: Floats) -> str:
    if len(judge) < FEWEST:
        return (
            f"Importance needs at least {FEWEST} configurations with a score, and there are "
            f"{len(judge)}: run more."
        )
    if np.ptp(judge) == 0:
        return "All configurations have the same score, so there is no variance to explain."
    return ""


@dataclass(frozen=True, slots=True, eq=False)
class _Spread:
    """Variances of one run and of its seeds, by the configurations that judge.

    Attributes:
        run: What each configuration says of the variance of one run; the mean is the estimate.
        seed: What each says of the variance that seeds cause, likewise.
        between: Variance of the configurations; that of the run with one seed each.
        figures: Variance of what the configurations at hand scored.
    """

    run: Floats
    seed: Floats
    between: float
    figures: float

    @classmethod
    def of(cls, response: Response, found: Contributions) -> Self:
        """Join the analysis of variance with how evenly the configurations lie."""
        judges = np.flatnonzero(response.is_judging)
        judge, density = response.judge[judges], response.density[judges]
        away = density * (judge - float(np.average(judge, weights=density))) ** 2
        total = sum(response.sources.values())
        within = response.within[judges]
        seed = _moved(within, total)
        if not response.is_even:
            # Of the space only the model knows; what it leaves is taken to be alike everywhere.
            left = found.residual**2
            noise = response.noise if response.is_split else 0.0
            run = found.explained.variance.sum(axis=1) + left - noise + seed
            return cls(run, seed, float(run.mean()) - total, float(judge.var()))
        between = response.between if response.is_split else _sum(away) / (len(judge) - 1)
        between += float(found.surplus.mean())
        run = _moved(away + within + found.surplus, between + total)
        return cls(run, seed, between, _sum(away) / len(judge))


def _sum(parts: Floats) -> float:
    return float(parts.sum())


def _moved(parts: Floats, mean: float) -> Floats:
    """Shift parts so that they have a mean: each design weighs its squares in its own way."""
    return np.asarray(parts + (mean - parts.mean()))


def _shares(
    found: Contributions, spread: _Spread, response: Response, columns: Integers, level: float
) -> Shares:
    n = len(spread.run)
    if not spread.run.mean() > 0:
        reason = "The variance of one run is estimated as 0 or less: run more configurations."
        return Shares.unknown(reason, n_configs=response.n_configs, level=level)
    explained = found.explained.variance
    low = high = between = spread.between
    if not response.is_split:
        low = min(max(float(explained.sum(axis=1).mean()), 0.0), high)
        between = (low + high) / 2
    widening = WIDENING if response.is_even else UNEVEN_WIDENING
    normal = float(ndtri((1 + level) / 2))
    rows = _Rows(
        spread.run,
        found.strata,
        Alone.of(response, found.is_alone),
        between,
        normal,
        normal * widening,
        math.hypot(*response.errors.values()),
    )
    totals = _totals(found, explained.mean(axis=0), between)
    terms = [
        rows.of(
            tuple(sorted(int(columns[j]) for j in term)),
            "" if term else INTERACTIONS,
            explained[:, i],
            wobble=float(found.wobble[i]),
            effect=found.effects[:, i],
            total=float(totals[term[0]]) if len(term) == 1 else math.nan,
        )
        for i, term in enumerate(found.terms)
    ]
    terms.sort(key=lambda row: (not row.term, len(row.term), row.term))
    lack = spread.run - spread.seed - explained.sum(axis=1)
    terms.append(rows.of((), LACK_OF_FIT if response.is_split else UNEXPLAINED, lack))
    whole = sum(response.sources.values())
    for source, variance in response.sources.items():
        part = spread.seed * (variance / whole) if whole > 0 else spread.seed * 0.0 + variance
        terms.append(rows.of((), source, part, common=response.errors.get(source, 0.0)))
    return Shares(
        rows=tuple(terms),
        total=float(spread.run.mean()),
        between=between,
        between_low=low,
        between_high=high,
        fit=1 - float((found.residual**2).mean()) / spread.figures,
        ceiling=response.ceiling,
        n_configs=n,
        level=level,
        reasons=() if response.is_split else (_ONE_SEED,),
    )


def _totals(found: Contributions, explained: Floats, between: float) -> Floats:
    """Give the variance in which each dimension takes any part.

    Forests miss more of interactions than of main effects. What they miss, up to as much as they
    find, is taken to lie as the interactions lie that they find.
    """
    is_main = np.array([len(term) == 1 for term in found.terms])
    alone = explained[is_main]
    beyond = np.maximum(found.total - alone, 0.0)
    together = float(explained[~is_main].sum())
    missed = max(between - float(explained.sum()), 0.0)
    if together <= 0:
        return np.asarray(alone + beyond)
    # Of what they miss no more is placed by a guess than they find.
    more = min(missed / together, 1.0)
    return np.asarray(alone + np.minimum(beyond * (1 + more), together + missed))


_ONE_SEED = (
    "With one seed per configuration, what the forest does not fit cannot be told from what seeds "
    "do: run some configurations under more seeds."
)


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """Configurations that no other one can stand for: their own noise is in every share.

    Attributes:
        pull: Twice the share of the space that each stands for; 0 where others can stand for it.
        away: What each scored, less the mean.
        noise: Standard deviation of that by its seeds.
    """

    pull: Floats
    away: Floats
    noise: Floats

    @classmethod
    def of(cls, response: Response, is_alone: Booleans) -> Self:
        """Take those that judge."""
        judges = np.flatnonzero(response.is_judging)
        n, density = response.weight[judges], response.density[judges]
        judge = response.judge[judges]
        one = response.noise / float((1 / n).mean())
        pull = np.where(is_alone, 2 * density / density.sum(), 0.0)
        away = judge - float(np.average(judge, weights=density))
        return cls(pull, away, np.sqrt(max(one, 0.0) / n))

    def error(self, effect: Floats | None, share: float) -> float:
        """Give the standard error that their noise leaves in the variance of a term."""
        moved = (0.0 if effect is None else effect) - share * self.away
        return float(np.sqrt(((self.pull * moved) ** 2) @ self.noise**2))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Makes rows: parts of the variance of one run, by configuration.

    Attributes:
        run: What each configuration says of the variance of one run.
        strata: The regime of each configuration.
        alone: The noise of those that no other one can stand for.
        between: Variance of the configurations.
        normal: Standard errors to each side of an interval.
        width: The same for what rests on the forests.
        common: Standard error of what seeds do to all configurations alike, which all shares have
            in their denominator.
    """

    run: Floats
    strata: Integers
    alone: Alone
    between: float
    normal: float
    width: float
    common: float

    def of(
        self,
        term: tuple[int, ...],
        source: str,
        part: Floats,
        *,
        wobble: float = 0.0,
        common: float = 0.0,
        total: float = math.nan,
        effect: Floats | None = None,
    ) -> Share:
        """Make a row of what each configuration says of its variance.

        Args:
            term: The dimensions.
            source: Name of a row that is no term.
            part: What each configuration says.
            wobble: Further standard error of its variance.
            common: The part of `self.common` that is this row's own.
            total: Variance in which the dimension takes any part.
            effect: What the term does at each configuration.
        """
        whole, value = float(self.run.mean()), float(part.mean())
        share = value / whole
        squared = squared_error((part - share * self.run)[:, None], self.strata)[0]
        own = (1 - share) * common / whole * self.normal / self.width
        lone = self.alone.error(effect, share) / whole
        parts = (math.sqrt(squared) / whole, wobble / whole, own, lone)
        reach = self.width * math.hypot(*parts)
        # What is uncertain of the whole alone makes a share larger or smaller, but not 0.
        others = math.sqrt(max(self.common**2 - common**2, 0.0)) / whole
        factor = math.exp(self.normal * others)
        is_index = source in {"", INTERACTIONS, LACK_OF_FIT} and self.between > 0
        return Share(
            term=term,
            source=source,
            variance=value,
            share=share,
            low=max(share - reach, 0.0) / factor,
            high=max(min((share + reach) * factor, 1.0), share + reach, 0.0),
            index=value / self.between if is_index else math.nan,
            total=total / whole,
        )
