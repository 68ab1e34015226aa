"""Errors of means over seeds that share levels of their sources of randomness."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.array import Booleans, Floats, Integers, frozen_floats
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.scaled import Scaled

_FEWEST = 2


@dataclass(frozen=True, slots=True, eq=False)
class LevelError:
    """Means over seeds that share levels, with their errors; all of shape `(n_rows,)`.

    Attributes:
        mean: Means; NaN for a row without a score.
        error: Standard errors; 0 where no score of the row varies.
        freedom: Degrees of freedom; 0 where a source has scores under fewer than 2 levels.
        widest: Position of the source whose own t interval is the widest.
    """

    mean: Floats
    error: Floats
    freedom: Floats
    widest: Integers

    def __post_init__(self) -> None:
        for name in ("mean", "error", "freedom"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))


def error_over_levels(values: Floats, levels: Integers) -> LevelError:
    """Give the means of rows with errors that allow for seeds sharing levels.

    A row with a score in every cell of a balanced grid gets the error of a random-effects design:
    the squared error is a sum over all combinations of sources of their mean squares divided by the
    number of scores, with a minus where a combination has an even number of sources. For sources A
    and B that is (MS_A + MS_B - MS_AB) / n, for one source MS_A / n. Since the difference can fall
    below what one source alone brings, it is at least the largest of the single ones. The degrees
    of freedom are Satterthwaite's for the sum of the single mean squares, weighted alike as they
    enter, and so never below those of the source with the fewest levels.

    A row with missing cells has no such mean squares. Its squared error is the sum of those of the
    means over the levels of each source, which counts the noise once a source.

    In both cases the widest of the t intervals (at 95 %) over the means of the levels of each
    source is taken instead where it is wider still, as it is with 2 levels of one source and many
    of the other.

    Assumes that levels are draws, nearly normal in what they bring.

    Args:
        values: Scores or differences, shape `(n_rows, n_seeds)`; NaN where there is none.
        levels: Level of each source under each seed, shape `(n_sources, n_seeds)`.

    Example:
        >>> splits, inits = np.indices((2, 3)).reshape(2, -1)
        >>> found = error_over_levels(np.array([[1.0, 1, 1, 3, 3, 3]]), np.stack([splits, inits]))
        >>> found.mean.tolist(), found.error.tolist(), found.freedom.tolist()
        ([2.0], [1.0], [1.0])

    References:
        Satterthwaite, "An approximate distribution of estimates of variance components",
        Biometrics Bulletin 2 (1946), 110-114. Searle, Casella and McCulloch, "Variance components"
        (1992), chapter 4, for expected mean squares.
    """
    scaled = Scaled.of(values)
    unit, codes = scaled.values, _codes(levels)
    with np.errstate(over="ignore", invalid="ignore"):  # an infinity is an answer without an error
        return _in_unit(unit, codes, scaled)


def _in_unit(unit: Floats, codes: Integers, scaled: Scaled) -> LevelError:
    sources = _of_sources(unit, codes)
    widest = np.where(np.isnan(sources.half()), -np.inf, sources.half()).argmax(axis=0)
    single, whole = sources.at(widest), _of_all(sources, _squared_error(unit, codes))
    found = whole.where(whole.half() > single.half(), single)
    mean, is_constant = _means(unit)
    error = np.where(is_constant, 0.0, found.error)
    is_known = np.isfinite(mean) & np.isfinite(error) & (sources.freedom > 0).all(axis=0)
    freedom = np.where(is_known, found.freedom, 0.0)
    return LevelError(scaled.back(mean), scaled.back(error), freedom, widest)


@dataclass(frozen=True, slots=True, eq=False)
class _Error:
    """Standard errors with their degrees of freedom, of one shape."""

    error: Floats
    freedom: Floats

    def half(self) -> Floats:
        """Give half the width of the t intervals."""
        return np.asarray(self.error * stdtrit(np.maximum(self.freedom, 1.0), (1 + LEVEL) / 2))

    def at(self, place: Integers) -> _Error:
        """Take one source for each row, from the shape `(n_sources, n_rows)`."""
        rows = np.arange(len(place))
        return _Error(self.error[place, rows], self.freedom[place, rows])

    def where(self, chosen: Booleans, other: _Error) -> _Error:
        """Take these where `chosen`, the others elsewhere."""
        error = np.where(chosen, self.error, other.error)
        return _Error(error, np.where(chosen, self.freedom, other.freedom))


def _means(values: Floats) -> tuple[Floats, Booleans]:
    """Give the means of what there is, and whether it is all the same; order changes nothing."""
    n = (~np.isnan(values)).sum(axis=1)
    ordered = np.sort(values, axis=1)  # NaN last
    mean = np.where(n > 0, np.nansum(ordered, axis=1) / np.maximum(n, 1), np.nan)
    first, last = ordered[:, 0], ordered[np.arange(len(values)), np.maximum(n - 1, 0)]
    return np.clip(mean, first, last), np.asarray(first == last)


def _codes(levels: Integers) -> Integers:
    return np.stack([np.unique(row, return_inverse=True)[1] for row in levels])


def _grid(levels: Integers) -> tuple[int, ...] | None:
    """Give the numbers of levels where each combination occurs equally often, else None."""
    sizes = tuple(int(row.max(initial=-1)) + 1 for row in levels)
    if min(sizes) < _FEWEST:
        return None
    counts = np.bincount(np.ravel_multi_index(tuple(levels), sizes), minlength=int(np.prod(sizes)))
    return sizes if (counts == counts[0]).all() and counts[0] > 0 else None


def _of_all(sources: _Error, squared: Floats) -> _Error:
    """Put the luck of all sources together, by their mean squares where these are known."""
    single = sources.error**2
    total, most = single.sum(axis=0), single.max(axis=0)
    weight = single / np.where(most > 0, most, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        freedom = weight.sum(axis=0) ** 2 / (weight**2 / sources.freedom).sum(axis=0)
    together = np.where(np.isnan(squared), total, np.maximum(squared, most))
    return _Error(np.sqrt(together), freedom)


def _squared_error(values: Floats, levels: Integers) -> Floats:
    """Give the squared error of the mean of a balanced random design, NaN with a missing cell."""
    sizes = _grid(levels)
    if sizes is None:
        return np.full(len(values), np.nan)
    cells = values[:, np.lexsort(levels[::-1])].reshape(len(values), *sizes, -1).mean(axis=-1)
    axes = range(1, cells.ndim)
    squared = np.zeros(len(cells))
    for term in (term for size in axes for term in combinations(axes, size)):
        squared += (1 if len(term) % 2 else -1) * _part(cells, term)
    return squared


def _part(cells: Floats, term: tuple[int, ...]) -> Floats:
    """Give the mean square of a combination of sources, divided by the number of scores."""
    others = tuple(axis for axis in range(1, cells.ndim) if axis not in term)
    effects = cells.mean(axis=others, keepdims=True) if others else cells
    for axis in term:
        effects = effects - effects.mean(axis=axis, keepdims=True)
    n = float(np.prod([cells.shape[axis] * (cells.shape[axis] - 1) for axis in term]))
    squares = (effects**2).reshape(len(cells), -1)
    return np.asarray(np.sort(squares, axis=1).sum(axis=1) / n)


def _of_sources(values: Floats, levels: Integers) -> _Error:
    """Describe the means of the levels of each source, shape `(n_sources, n_rows)`."""
    errors, freedoms = zip(*(_of_source(values, row) for row in levels), strict=True)
    return _Error(np.stack(errors), np.stack(freedoms))


def _of_source(values: Floats, row: Integers) -> tuple[Floats, Floats]:
    means = level_means(values, row)
    n = (~np.isnan(means)).sum(axis=1)
    middle = np.nansum(means, axis=1) / np.maximum(n, 1)
    squares = np.nansum((means - middle[:, None]) ** 2, axis=1)
    error = np.sqrt(squares / np.maximum(n * (n - 1.0), 1.0))
    return np.where(n >= _FEWEST, error, np.nan), np.maximum(n - 1.0, 0.0)


def level_means(values: Floats, row: Integers) -> Floats:
    """Average rows over the seeds of each level of one source.

    Args:
        values: Scores or differences, shape `(n_rows, n_seeds)`; NaN where there is none.
        row: Level of the source under each seed, numbered from 0.

    Returns:
        Shape `(n_rows, n_levels)`; NaN for a level without a score.

    Example:
        >>> level_means(np.array([[1.0, 3.0, np.nan]]), np.array([0, 0, 1])).tolist()
        [[2.0, nan]]
    """
    is_level = (row[:, None] == np.arange(row.max(initial=-1) + 1)).astype(np.float64)
    has_score = ~np.isnan(values)
    n = has_score.astype(np.float64) @ is_level
    total = np.where(has_score, values, 0.0) @ is_level
    return np.where(n > 0, total / np.maximum(n, 1.0), np.nan)
