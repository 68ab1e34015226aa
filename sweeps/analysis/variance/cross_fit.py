"""Mean squares among the best configurations, chosen on some seeds and measured on the others.

Who is chosen and measured on the same seeds looks more alike than it is: luck that lifted a
configuration into the top counts again as its quality. Seeds are therefore split many times.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.variance.crossed import sums_of_squares

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.analysis.array import Booleans, Floats, Integers

N_SPLITS = 20
"""Splits of the seeds that are averaged, where there are more."""
TIE = 1e-12
"""Means that differ by less than this share of the largest score are tied: all are in the top."""


@dataclass(frozen=True, slots=True, eq=False)
class CrossFit:
    """Figures of one split, or averaged over splits.

    Attributes:
        mean_square: Mean squares in the order of the sources, shape `(n_sources,)`.
        df: Their degrees of freedom in one split.
        mean: Mean of the chosen configurations under the seeds that did not choose.
        n_top: Number of configurations in the top.
        n_measured: Seeds that measure a configuration, where they differ the harmonic mean.
    """

    mean_square: Floats
    df: Floats
    mean: float
    n_top: float
    n_measured: float

    @classmethod
    def averaged(cls, splits: list[Self]) -> Self:
        """Average over splits."""
        return cls(
            mean_square=np.mean([split.mean_square for split in splits], axis=0),
            df=np.mean([split.df for split in splits], axis=0),
            mean=float(np.mean([split.mean for split in splits])),
            n_top=float(np.mean([split.n_top for split in splits])),
            n_measured=float(np.mean([split.n_measured for split in splits])),
        )


def cross_fit_table(values: Floats, n_top: int, *, rng: np.random.Generator) -> CrossFit:
    """Split shared seeds: one half chooses the best `n_top`, the other measures them.

    Args:
        values: Complete scores on the unit scale, higher ones better, shape
            `(n_configs, n_seeds)`, 3 or more seeds.
        n_top: Number of configurations to choose, more where the last ones are tied.
        rng: Where the splits come from, if there are too many for all.

    Returns:
        Figures of configurations, seeds, and both together.
    """
    splits = []
    for chooses in _splits(values.shape[1], rng):
        top = _in_top(values[:, chooses].mean(axis=1), n_top)
        measured = values[top][:, ~chooses]
        parts = sums_of_squares(measured)
        square = parts.sums / parts.df
        splits.append(CrossFit(square, parts.df, float(measured.mean()), *measured.shape))
    return CrossFit.averaged(splits)


def cross_fit_rows(
    values: Floats, n: Integers, n_top: int, *, rng: np.random.Generator
) -> CrossFit:
    """Split the seeds of each configuration by itself, where they are not shared.

    Args:
        values: Scores on the unit scale, higher ones better, shape `(n_configs, most seeds)`,
            each row sorted, NaN after its last score.
        n: Number of scores in each row, 3 or more.
        n_top: Number of configurations to choose, more where the last ones are tied.
        rng: Where the splits come from.

    Returns:
        Figures of configurations, and of seeds within them.
    """
    order = np.lexsort(values.T[::-1])  # so that labels do not decide which seeds choose
    ordered, n_choosing = values[order], n[order] // 2
    is_missing = np.isnan(ordered)
    splits, drawn = [], np.zeros_like(ordered)
    for turn in range(N_SPLITS):
        drawn = rng.random(ordered.shape) if turn % 2 == 0 else 1 - drawn  # the other half
        keys = np.where(is_missing, np.inf, drawn)
        last = np.take_along_axis(np.sort(keys, axis=1), n_choosing[:, None] - 1, axis=1)
        chooses = keys <= last
        chosen_by = np.where(chooses, ordered, 0.0).sum(axis=1) / n_choosing
        top = _in_top(chosen_by, n_top)
        splits.append(_one_way(np.where(chooses, np.nan, ordered)[top]))
    return CrossFit.averaged(splits)


def _splits(n: int, rng: np.random.Generator) -> Iterator[Booleans]:
    """Give which seeds choose: each half once where there are few, else pairs of halves."""
    half = n // 2
    if comb(n, half) <= N_SPLITS:
        chosen = [list(part) for part in combinations(range(n), half)]
    else:
        orders = [rng.permutation(n).tolist() for _ in range(N_SPLITS // 2)]
        chosen = [part for order in orders for part in (order[:half], order[n - half :])]
    for part in chosen:
        chooses = np.zeros(n, dtype=bool)
        chooses[part] = True
        yield chooses


def _in_top(mean: Floats, n_top: int) -> Booleans:
    """Say which are among the best, together with all that are tied with the last of them."""
    return np.asarray(mean >= np.sort(mean)[-n_top] - TIE)


def _one_way(values: Floats) -> CrossFit:
    """Give the figures of rows that each count alike, whatever their number of scores."""
    has_score = ~np.isnan(values)
    n = has_score.sum(axis=1)
    mean = np.where(has_score, values, 0.0).sum(axis=1) / n
    squares = np.where(has_score, values - mean[:, None], 0.0) ** 2
    within = float((squares.sum(axis=1) / (n - 1)).mean())
    n_measured = 1 / float((1 / n).mean())
    return CrossFit(
        mean_square=np.array([n_measured * float(mean.var(ddof=1)), within]),
        df=np.array([len(n) - 1.0, float((n - 1).sum())]),
        mean=float(mean.mean()),
        n_top=float(len(n)),
        n_measured=n_measured,
    )
