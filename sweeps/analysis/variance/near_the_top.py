"""How far seeds decide among the best configurations, which is where one chooses."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.leaderboard.summary import check_mode
from sweeps.analysis.level import check_level
from sweeps.analysis.table import Table
from sweeps.analysis.unit import UnitScores, without_rounding
from sweeps.analysis.variance.cross_fit import N_SPLITS, CrossFit, cross_fit_rows, cross_fit_table
from sweeps.analysis.variance.crossed import SOURCES
from sweeps.analysis.variance.mean_squares import MeanSquares, components_of
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.variance.components import Components

SHARE = 0.1
"""Share of the configurations that counts as the top, where nothing else is said."""
FEWEST = 3
"""Fewest seeds, and fewest configurations in the top, that give a figure."""
TAIL = 0.5
"""Part of the degrees of freedom that configurations keep.

The best of many spread like the tail of a distribution. A variance among values from the tail
of a normal one, with an excess kurtosis near 2, is as uncertain as with half as many values.
"""


def near_the_top(
    data: Table | Scores,
    *,
    mode: str,
    rng: np.random.Generator,
    share: float = SHARE,
    level: float = LEVEL,
) -> Components:
    """Split the variance of one run among the best configurations only.

    Over all configurations the bad ones make the seed look harmless. Half of the seeds choose
    the top and the other half measures it; all such splits are averaged, or 20 of them.

    Args:
        data: A table where seeds are shared, scores where they are not. Configurations with a
            missing cell, or with fewer than 3 seeds of their own, are left out.
        mode: `max` where a higher score is better, `min` where a lower one is.
        rng: Where splits and intervals come from.
        share: Share of the configurations in the top, above 0 and at most 1.
        level: Confidence level, between 0 and 1.

    Returns:
        The sources of `crossed` or `one_way` among configurations that half of the seeds would
        choose; `reliability` is that of a mean over all seeds. The intervals are generalised,
        with the degrees of freedom of one split, so they cover at least as often as they say
        (94 to 100 % in simulations of a nominal 95 %).

    Raises:
        ResultsError: `mode`, `share` or `level` is out of its range.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> quality = np.linspace(0.0, 10.0, 60)[:, None]
        >>> table = Table(quality + rng.normal(size=(60, 6)))
        >>> split = near_the_top(table, mode="max", rng=rng)
        >>> 0.0 <= split.icc.value < 0.8
        True
    """
    check_mode(mode)
    check_level(level)
    if not 0 < share <= 1:
        message = f"`share` must lie above 0 and at most at 1, got {share}. Pass 0.1 for 10 %."
        raise ResultsError(message)
    is_shared = isinstance(data, Table)
    sign = 1.0 if mode == "max" else -1.0
    values = sign * data.values if isinstance(data, Table) else _rows(data, sign)
    n = (~np.isnan(values)).sum(axis=1)
    used = n >= max(values.shape[1], FEWEST) if is_shared else n >= FEWEST
    rows, n_used = values[used], n[used]
    n_top = math.ceil(share * len(rows) - 1e-9)  # 0.07 * 100 is a little above 7
    unit = UnitScores.of(rows)
    refusals = _refusals(values.shape[1], len(rows), n_top, share, is_shared=is_shared)
    if refusals:
        fit = _no_fit(3 if is_shared else 2)
    elif is_shared:
        fit = cross_fit_table(unit.values, n_top, rng=rng)
    else:
        fit = cross_fit_rows(unit.values, n_used, n_top, rng=rng)
    squares = _mean_squares(fit, n_used, unit)
    squares = replace(
        squares,
        mean=sign * squares.mean,
        refusals=refusals,
        n_left_out=len(values) - len(rows),
    )
    return components_of(squares, level=level, rng=rng)


def _rows(scores: Scores, sign: float) -> Floats:
    """Lay each configuration's scores out in a row, sorted, NaN after the last."""
    quality = sign * scores.score
    order = np.lexsort((quality, scores.groups))
    groups = scores.groups[order]
    n = np.bincount(groups, minlength=scores.n_groups)
    rows = np.full((scores.n_groups, int(n.max(initial=0))), np.nan)
    rows[groups, np.arange(len(groups)) - (np.cumsum(n) - n)[groups]] = quality[order]
    return rows


def _refusals(
    n_seeds: int, n_rows: int, n_top: int, share: float, *, is_shared: bool
) -> tuple[str, ...]:
    """Say why there is no top to look at, where there is none."""
    if n_seeds < FEWEST:
        return (
            f"Choosing on some seeds and measuring on others needs at least {FEWEST} seeds, "
            f"got {n_seeds}: run more seeds.",
        )
    if n_top < FEWEST:
        which = "every seed" if is_shared else f"at least {FEWEST} seeds"
        return (
            f"The top needs at least {FEWEST} configurations, got {n_top}: {share:.3g} of the "
            f"{n_rows} with a score under {which}. Take a larger share or run more of them.",
        )
    return ()


def _no_fit(n_sources: int) -> CrossFit:
    return CrossFit(np.full(n_sources, np.nan), np.zeros(n_sources), math.nan, 0.0, 1.0)


def _mean_squares(fit: CrossFit, n: Integers, unit: UnitScores) -> MeanSquares:
    """Lay the averaged mean squares out; `n` counts the scores of each configuration."""
    n_top, n_seeds = max(fit.n_top, 1.0), float(n.mean()) if len(n) else 1.0
    is_shared = len(fit.df) == 3
    expected = np.array([[fit.n_measured, 0, 1], [0, n_top, 1], [0, 0, 1]])
    mean_weights = np.array([1 / n_top, 1 / n_seeds, 1 / (n_top * n_seeds)])
    kept = [0, 1, 2] if is_shared else [0, 2]
    is_config = np.arange(len(kept)) == 0
    return MeanSquares(
        sources=SOURCES if is_shared else ("configuration", "seed"),
        df=np.where(is_config, np.ceil(TAIL * fit.df), fit.df),
        mean_square=without_rounding(fit.mean_square),
        expected=expected[np.ix_(kept, kept)],
        mean_weights=mean_weights[kept],
        error_weights=np.array([0.0, 0.0, 1 / n_seeds])[kept],
        design="crossed" if is_shared else "one-way",
        estimator=f"mean squares over up to {N_SPLITS} splits of the seeds, one half choosing",
        mean=unit.score(fit.mean),
        unit=unit,
        n_configs=round(fit.n_top),
        n_seeds=n_seeds,
        n_scores=int(n.sum()),
        n_left_out=0,
        is_balanced=bool(len(n)) and bool((n == n[0]).all()),
    )
