"""Models of a sweep, each of which has seen one half of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.near.halves import Half
from sweeps.analysis.near.surface import Kind, best_kind
from sweeps.analysis.tunability.candidates import every_cell

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.tunability.candidates import Allows, Predict
    from sweeps.analysis.tunability.tried import Tried

MOST_CELLS = 10**6
SPARSEST = 4
"""Configurations of a space, for each that was run, up to which forbidden ones are counted out."""
MOST_SPLITS = 40
N_SPLITS = 6
N_TRIALS = 2
"""Splits by which the kind of surface is chosen."""
ENOUGH = 3_000
"""Configurations in all splits together from which on there are fewer of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Halves:
    """One way to split a sweep.

    Attributes:
        predict: What gives scores, by half of the configurations, then by half of the seeds. Where
            only one of both is split, the other has one part.
        agreement: Covariance of what models say with what they have not seen, and the variance of
            what they say, added up over the models; equal for tables.
    """

    predict: tuple[tuple[Predict, ...], ...]
    agreement: tuple[float, float]

    @property
    def shape(self) -> tuple[int, int]:
        """Number of halves of configurations and of seeds."""
        return len(self.predict), len(self.predict[0])

    def opposite(self, i: int, j: int) -> Predict:
        """Give what has seen nothing of what model `(i, j)` has seen."""
        n_configs, n_seeds = self.shape
        return self.predict[n_configs - 1 - i][n_seeds - 1 - j]


def is_listed(tried: Tried, measure: Measure, allows: Allows | None = None) -> bool:
    """Say whether every configuration of the space was run, under two seeds or more.

    Then scores need no model: a table of them says what any configuration scored.
    """
    if not tried.has_repeats:
        return False
    every = every_cell(measure, min(tried.n * (1 if allows is None else SPARSEST), MOST_CELLS))
    if every is None:
        return False
    if allows is not None:
        every = every[allows(every)]
    run = np.unique(_numbers(tried.cells, measure))
    return bool(np.isin(_numbers(every, measure), run).all())


def table_halves(tried: Tried, measure: Measure, rng: np.random.Generator) -> list[Halves]:
    """Split the seeds of a sweep in which every configuration was run.

    Returns:
        All splits where they are few, else some at random.
    """
    n, half = tried.n_seeds, tried.n_seeds // 2
    if comb(n, half) > MOST_SPLITS:
        splits = [rng.permutation(n) < half for _ in range(MOST_SPLITS)]
    else:
        splits = [np.isin(np.arange(n), first) for first in combinations(range(n), half)]
    found = []
    for is_first in splits:
        # Without pairs the columns are in order of score, which would tell which half is better.
        table = tried.table if tried.paired else rng.permuted(tried.table, axis=1)
        models = [table_of(tried.cells, table[:, side], measure) for side in (is_first, ~is_first)]
        found.append(Halves((tuple(models),), (1.0, 1.0)))
    return found


def table_of(cells: Integers, table: Floats, measure: Measure) -> Predict:
    """Give what says the mean score of any configuration that was run; NaN for others."""
    numbers = _numbers(cells, measure)
    known = ~np.isnan(table)
    size = int(np.prod([dimension.n_cells for dimension in measure.dimensions]))
    n = np.bincount(numbers, known.sum(axis=1), size)
    total = np.bincount(numbers, np.where(known, table, 0.0).sum(axis=1), size)
    mean = np.divide(total, n, out=np.full(size, np.nan), where=n > 0)
    return lambda wanted: np.asarray(mean[_numbers(wanted, measure)])


def _numbers(cells: Integers, measure: Measure) -> Integers:
    shape = tuple(dimension.n_cells for dimension in measure.dimensions)
    return np.asarray(np.ravel_multi_index(tuple(cells.T), shape), dtype=np.int64)


def surface_halves(
    tried: Tried, measure: Measure, rng: np.random.Generator, *, splits_seeds: bool
) -> tuple[list[Halves], Predict]:
    """Split the configurations of a sweep, and fit a surface to each half.

    Surfaces that have seen the same configurations misjudge a hyperparameter alike, even under
    different seeds, and what one takes for a gain the other confirms. So halves share none.

    Args:
        tried: The sweep.
        measure: The space.
        rng: Where the randomness of splits and trees comes from.
        splits_seeds: Whether seeds are split as well, which must then be shared.

    Returns:
        The splits, and a surface that has seen all of the sweep.
    """
    kind = _kind_of(tried, measure, rng)
    n_splits = min(N_SPLITS, max(2, ENOUGH // max(tried.n, 1)))
    fitting = _Fitting(tried, measure, kind, rng)
    splits = [fitting.split(splits_seeds=splits_seeds) for _ in range(n_splits)]
    everyone = np.ones(tried.n, dtype=bool)
    return splits, fitting.surface(everyone, np.ones(tried.n_seeds, dtype=bool))


def _kind_of(tried: Tried, measure: Measure, rng: np.random.Generator) -> Kind:
    """Find the kind of surface by which halves of the configurations predict each other best."""
    seeds, dealt = np.ones(tried.n_seeds, dtype=bool), []
    for _ in range(N_TRIALS):
        is_first = rng.permutation(tried.n) < tried.n // 2
        dealt.append((_half(tried, is_first, seeds), _half(tried, ~is_first, seeds)))
    states = rng.integers(2**31, size=(N_TRIALS, 2)).tolist()
    return best_kind(tried.cells, dealt, measure, states)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Fitting:
    """Fits surfaces of one kind to parts of a sweep."""

    tried: Tried
    measure: Measure
    kind: Kind
    rng: np.random.Generator

    def split(self, *, splits_seeds: bool) -> Halves:
        """Split configurations, and seeds where wanted, and fit a surface to each part."""
        tried, rng = self.tried, self.rng
        is_first = rng.permutation(tried.n) < tried.n // 2
        sides = [np.ones(tried.n_seeds, dtype=bool)]
        if splits_seeds:
            seeds = self._seeds()
            sides = [seeds, ~seeds]
        models, covariance, variance = [], 0.0, 0.0
        for rows in (is_first, ~is_first):
            models.append(tuple(self.surface(rows, seeds) for seeds in sides))
            for predict, seeds in zip(models[-1], sides, strict=True):
                unseen = _half(tried, ~rows, seeds)
                said = predict(tried.cells[unseen.rows])
                away = said - said.mean()
                covariance += float(away @ (unseen.figures - unseen.figures.mean()))
                variance += float(away @ away)
        return Halves(tuple(models), (covariance, variance))

    def _seeds(self) -> Booleans:
        """Deal the seeds to one side, those that nearly all configurations share first."""
        is_common, rng = self.tried.is_common, self.rng
        dealt = np.concatenate(
            [rng.permutation(np.flatnonzero(part)) for part in (is_common, ~is_common)]
        )
        return np.isin(np.arange(self.tried.n_seeds), dealt[int(rng.integers(2)) :: 2])

    def surface(self, rows: Booleans, seeds: Booleans) -> Predict:
        """Fit a surface to the mean scores of some configurations over some seeds."""
        half, state = _half(self.tried, rows, seeds), int(self.rng.integers(2**31))
        return self.kind.fit(self.tried.cells, half, self.measure, random_state=state).predict


def _half(tried: Tried, rows: Booleans, seeds: Booleans) -> Half:
    """Give mean scores and numbers of scores of those configurations that have one."""
    table = tried.table[:, seeds]
    n = (~np.isnan(table)).sum(axis=1)
    used = np.flatnonzero(rows & (n > 0))
    return Half(used, np.nanmean(table[used], axis=1), n[used].astype(np.float64))
