"""Variance of configurations, of seeds that all share, and of what is particular to both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import fdtri

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.unit import UnitScores, without_rounding
from sweeps.analysis.variance.mean_squares import MeanSquares, components_of
from sweeps.analysis.variance.ratios import Bounds
from sweeps.analysis.variance.refusal import too_few_configurations

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats
    from sweeps.analysis.table import Table
    from sweeps.analysis.variance.components import Components

SOURCES = ("configuration", "seed", "configuration:seed")


def crossed(table: Table, *, rng: np.random.Generator, level: float = LEVEL) -> Components:
    """Split the variance of one run where all configurations share their seeds.

    A seed's own effect shifts all configurations alike and cancels when they are compared. What
    it does to some of them only stands in `configuration:seed`, together with the noise that no
    seed explains. Assumes normal effects and scores that are missing for reasons of their own:
    after a race or with failing runs they are not.

    Args:
        table: Scores, one row a configuration and one column a seed. Cells may be missing.
        rng: Where the randomness of the intervals comes from.
        level: Confidence level, between 0 and 1.

    Returns:
        The sources `configuration`, `seed` and `configuration:seed`. In a complete table the
        intervals of `consistency` and `reliability` are exact and the others generalised; with
        missing cells all are approximate.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.table import Table
        >>> split = crossed(
        ...     Table([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), rng=np.random.default_rng(0)
        ... )
        >>> [round(component.variance, 3) for component in split.components]
        [4.0, 0.5, 0.0]

    References:
        Shrout, Fleiss, Psychological Bulletin 86 (1979), 420-428, for complete tables;
        Henderson, "Estimation of variance and covariance components", Biometrics 9 (1953),
        226-252, method 3, for missing cells; Arteaga, Jeyaratnam, Graybill, "Confidence
        intervals for proportions of total variance in the two-way cross component of variance
        model", Communications in Statistics 11 (1982), 1643-1658, on the ratios in question.
    """
    check_level(level)
    has_score = table.has_score
    used = table.values[has_score.any(axis=1)][:, has_score.any(axis=0)]
    unit = UnitScores.of(used)
    squares = _mean_squares(unit, n_left_out=len(table.values) - len(used))
    return components_of(squares, level=level, rng=rng, by_f=_consistency(squares, level))


@dataclass(frozen=True, slots=True, eq=False)
class SumsOfSquares:
    """Sums of squares of configurations and seeds, each adjusted for the other, and the rest.

    Attributes:
        sums: Shape `(3,)`, in the order of `SOURCES`.
        df: Degrees of freedom, shape `(3,)`.
    """

    sums: Floats
    df: Floats


def sums_of_squares(values: Floats) -> SumsOfSquares:
    """Fit configurations and seeds together, and take the parts of the sum of squares.

    Args:
        values: Scores on the unit scale, NaN where missing; no row or column is empty.

    Returns:
        The parts. In a complete table they are the ordinary ones.
    """
    has_score = ~np.isnan(values)
    rows, columns = _additive_fit(values, has_score)
    fitted = rows[:, None] + columns
    residual = np.where(has_score, values - fitted, 0.0)
    sums = [
        _beside(np.broadcast_to(rows[:, None], values.shape), has_score, axis=0),
        _beside(np.broadcast_to(columns, values.shape), has_score, axis=1),
        float((residual**2).sum()),
    ]
    n_rows, n_columns = values.shape
    df = [n_rows - 1, n_columns - 1, has_score.sum() - n_rows - n_columns + 1]
    return SumsOfSquares(np.array(sums), np.array(df, dtype=np.float64))


def _beside(effects: Floats, has_score: Booleans, *, axis: int) -> float:
    """Sum the squares of effects that the means along an axis do not explain."""
    mean = np.where(has_score, effects, 0.0).sum(axis=axis, keepdims=True)
    mean /= has_score.sum(axis=axis, keepdims=True)
    return float((np.where(has_score, effects - mean, 0.0) ** 2).sum())


def _additive_fit(values: Floats, has_score: Booleans) -> tuple[Floats, Floats]:
    """Fit `row + column` by least squares, with the equations of the shorter side."""
    if values.shape[1] > values.shape[0]:
        columns, rows = _additive_fit(values.T, has_score.T)
        return rows, columns
    known = np.where(has_score, values, 0.0)
    present = has_score.astype(np.float64)
    row_mean = known.sum(axis=1) / present.sum(axis=1)
    if has_score.all():
        return row_mean, known.mean(axis=0) - known.mean()
    equations = np.diag(present.sum(axis=0)) - present.T @ (present / present.sum(axis=1)[:, None])
    right = np.where(has_score, values - row_mean[:, None], 0.0).sum(axis=0)
    columns = np.linalg.lstsq(equations, right, rcond=None)[0]
    rows = np.where(has_score, values - columns, 0.0).sum(axis=1) / present.sum(axis=1)
    return rows, columns


def _mean_squares(unit: UnitScores, *, n_left_out: int) -> MeanSquares:
    """Lay the mean squares of a table out; those of a table in parts are unknown."""
    has_score = ~np.isnan(unit.values)
    n_rows, n_columns = unit.values.shape
    total = float(has_score.sum())
    square, df, refusals = np.full(3, np.nan), np.zeros(3), _refusals(has_score)
    if not refusals:
        parts = sums_of_squares(unit.values)
        df = parts.df
        with np.errstate(invalid="ignore", divide="ignore"):
            square = without_rounding(np.where(df > 0, parts.sums / df, np.nan))
    # Scores of a configuration, and of a seed, that count in the expected mean squares.
    n_seeds = (total - n_columns) / max(n_rows - 1, 1)
    n_configs = (total - n_rows) / max(n_columns - 1, 1)
    by_row, by_column = has_score.sum(axis=1), has_score.sum(axis=0)
    is_complete = bool(total) and bool(has_score.all())
    values = unit.values[has_score]
    return MeanSquares(
        sources=SOURCES,
        df=df,
        mean_square=square,
        expected=np.array([[max(n_seeds, 1.0), 0, 1], [0, max(n_configs, 1.0), 1], [0, 0, 1]]),
        mean_weights=np.array([by_row @ by_row / total, by_column @ by_column / total, 1]) / total
        if total
        else np.full(3, np.nan),
        error_weights=np.array([0, 0, 1 / max(n_seeds, 1.0)]),
        design="crossed",
        estimator="mean squares of a crossed layout"
        if is_complete
        else "Henderson's method 3 for a crossed layout with missing scores",
        mean=unit.score(float(values.mean())) if total else float("nan"),
        unit=unit,
        n_configs=n_rows,
        n_seeds=n_seeds if n_rows > 1 else float(n_columns),
        n_scores=int(total),
        n_left_out=n_left_out,
        is_balanced=is_complete,
        refusals=refusals,
    )


def _refusals(has_score: Booleans) -> tuple[str, ...]:
    """Say why a table gives no components, where it gives none."""
    n_configs, n_seeds = has_score.shape
    if n_configs < 2:
        return (too_few_configurations(n_configs),)
    if n_seeds < 2:
        return (
            "The variance cannot be split with one shared seed: "
            "run every configuration under at least 2 seeds.",
        )
    if not _is_connected(has_score):
        return (
            "Seeds and configurations cannot be told apart, since some configurations share no "
            "seed with the others, not even through others: run them under common seeds.",
        )
    if has_score.sum() - n_configs - n_seeds + 1 < 1:
        return (
            f"The {int(has_score.sum())} scores are just enough for the means of {n_configs} "
            f"configurations and {n_seeds} seeds: run more seeds.",
        )
    return ()


def _is_connected(has_score: Booleans) -> bool:
    """Say whether every two configurations are linked by seeds that they share, over others."""
    reached = has_score[0]
    while True:
        rows = has_score[:, reached].any(axis=1)
        grown = has_score[rows].any(axis=0)
        if (grown == reached).all():
            return bool(rows.all())
        reached = grown


def _consistency(squares: MeanSquares, level: float) -> Bounds:
    """Give the interval of `consistency` by the F distribution; NaN where there is none."""
    config, _, noise = squares.mean_square
    if not squares.df[2] or np.isnan(noise) or config == noise == 0:
        return Bounds(np.asarray(np.nan), np.asarray(np.nan))
    if noise == 0:
        return Bounds(np.asarray(1.0), np.asarray(1.0))
    tails = np.array([(1 + level) / 2, (1 - level) / 2])
    excess = np.maximum(config / noise / fdtri(squares.df[0], squares.df[2], tails) - 1, 0.0)
    low, high = excess / (excess + squares.n_seeds)
    return Bounds(np.asarray(low), np.asarray(high))
