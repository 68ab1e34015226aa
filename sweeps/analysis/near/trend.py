"""A smooth trend: low polynomials of each hyperparameter's position, and products of two.

A forest is flat towards the ends of a range, since it averages what lies beside. A straight line
is not, so a forest is better fitted to what a trend leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.near.legal import active_masses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.dimension import Dimension
    from sweeps.analysis.importance.measure import Measure

MOST_COLUMNS = 160
"""Columns above which a trend would take longer to fit than it is worth."""
SIMPLE = ((3, 1, True), (3, 1, False), (3, 0, False))
"""Highest power, highest power in products, and whether choices take part in products."""
RICH = ((8, 4, True), (6, 3, True), (5, 2, True), (8, 4, False), (6, 3, False), (5, 2, False))
_STRENGTHS = np.logspace(-6, 3, 37)
_SMALLEST = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Columns that a trend is a sum of, as tables by cell.

    Attributes:
        tables: For each hyperparameter its own columns by cell, shape `(n_cells, n_columns)`; of
            mean 0 and variance 1 where it is active, 0 where it is not.
        pairs: Hyperparameters whose leading columns are multiplied.
        n_leading: How many columns of each hyperparameter take part in products.
        penalty: How hard each column is pulled to 0: the harder the higher the power.
    """

    tables: tuple[Floats, ...]
    pairs: tuple[tuple[int, int], ...]
    n_leading: tuple[int, ...]
    penalty: Floats

    @classmethod
    def of(cls, measure: Measure, sizes: Sequence[tuple[int, int, bool]] = SIMPLE) -> Self | None:
        """Make the columns for a space, by the first of some sizes that is not too large.

        Args:
            measure: What the cells are.
            sizes: `SIMPLE` or `RICH`.

        Returns:
            The columns; None where all sizes are too large.
        """
        return next((b for size in sizes if (b := cls._sized(measure, *size))), None)

    @classmethod
    def _sized(cls, measure: Measure, degree: int, width: int, with_choices: bool) -> Self | None:  # noqa: FBT001 - by place
        tables, leading, powers = [], [], []
        for dimension, conditional in zip(measure.dimensions, measure.is_conditional, strict=True):
            if dimension.is_ordered:
                tables.append(_powers(dimension, degree, is_conditional=conditional))
                powers.append(np.arange(1.0, tables[-1].shape[1] + 1))
                leading.append(min(width, tables[-1].shape[1]))
            else:
                tables.append(_indicators(dimension, is_conditional=conditional))
                powers.append(np.ones(tables[-1].shape[1]))
                leading.append(tables[-1].shape[1] if with_choices and width else 0)
        pairs = tuple(combinations(range(len(tables)), 2))
        n_products = sum(leading[a] * leading[b] for a, b in pairs)
        if sum(map(len, powers)) + n_products > MOST_COLUMNS and width:
            return None
        penalty = [power**2 for power in powers]
        penalty += [
            np.add.outer(powers[a][: leading[a]] ** 2, powers[b][: leading[b]] ** 2).ravel() + 2
            for a, b in pairs
        ]
        return cls(tuple(tables), pairs, tuple(leading), np.concatenate(penalty))

    def columns(self, cells: Integers) -> Floats:
        """Give the columns at some configurations, shape `(n, n_columns)`."""
        own = [table[cells[:, j]] for j, table in enumerate(self.tables)]
        leading = [columns[:, :n] for columns, n in zip(own, self.n_leading, strict=True)]
        products = [
            (leading[a][:, :, None] * leading[b][:, None, :]).reshape(len(cells), -1)
            for a, b in self.pairs
        ]
        return np.concatenate([*own, *products], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """A fitted trend.

    Attributes:
        basis: Its columns.
        slopes: What each is multiplied by.
        constant: What is added.
    """

    basis: Basis
    slopes: Floats
    constant: float

    def predict(self, cells: Integers) -> Floats:
        """Give the trend at some configurations, shape `(n,)`."""
        return np.asarray(self.basis.columns(cells) @ self.slopes + self.constant)


def fit_trend(cells: Integers, figures: Floats, weights: Floats, basis: Basis) -> Trend:
    """Fit a trend by ridge regression; generalised cross-validation says how hard to pull.

    Args:
        cells: Cells, shape `(n_configs, n_dimensions)`.
        figures: What to fit, shape `(n_configs,)`.
        weights: Weight of each, such as its number of seeds.
        basis: The columns.

    References:
        Golub, Heath, Wahba, "Generalized cross-validation as a method for choosing a good ridge
        parameter", Technometrics 21 (1979), 215-223, equation 1.4.
    """
    share = weights / weights.sum()
    columns = basis.columns(cells) / np.sqrt(basis.penalty)
    middle, mean = share @ columns, float(share @ figures)
    root = np.sqrt(share * len(figures))
    left, size, right = np.linalg.svd((columns - middle) * root[:, None], full_matrices=False)
    target = (figures - mean) * root
    along = left.T @ target
    kept = _kept(size, along, float(target @ target), len(figures))
    inverse = np.divide(kept, size, out=np.zeros_like(size), where=size > _SMALLEST)
    slopes = right.T @ (inverse * along)
    return Trend(basis, slopes / np.sqrt(basis.penalty), mean - float(middle @ slopes))


def _kept(size: Floats, along: Floats, total: float, n: int) -> Floats:
    """Give how much of each direction is kept, by the strength that predicts best."""
    shares = size**2 / (size**2 + n * _STRENGTHS[:, None])
    rest = max(total - float(along @ along), 0.0) + (1 - shares) ** 2 @ along**2
    free = n - 1 - shares.sum(axis=1)
    scores = np.where(free > 0, rest / np.maximum(free, _SMALLEST) ** 2, np.inf)
    return np.asarray(shares[int(np.argmin(scores))])


def _powers(dimension: Dimension, degree: int, *, is_conditional: bool) -> Floats:
    """Give orthonormal polynomials of the position of each cell."""
    masses = active_masses(dimension, is_conditional=is_conditional)
    degree = min(degree, int((masses > 0).sum()) - 1)
    table = np.zeros((dimension.n_cells, max(degree, 0)))
    if degree > 0:
        place = 2 * (np.cumsum(masses) - masses / 2) - 1
        powers = place[:, None] ** np.arange(degree + 1)
        triangle = np.linalg.qr(powers * np.sqrt(masses)[:, None])[1]
        table[: len(masses)] = np.linalg.solve(triangle.T, powers.T).T[:, 1:]
    return table


def _indicators(dimension: Dimension, *, is_conditional: bool) -> Floats:
    """Give a column a value of a choice."""
    masses = active_masses(dimension, is_conditional=is_conditional)
    used = np.flatnonzero(masses > 0)
    table = np.zeros((dimension.n_cells, len(used) if len(used) > 1 else 0))
    if len(used) > 1:
        shifted = (np.eye(len(masses)) - masses)[:, used]
        table[: len(masses)] = shifted / np.sqrt(masses[used] * (1 - masses[used]))
    return table
