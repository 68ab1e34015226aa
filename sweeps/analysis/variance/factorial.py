"""Variance by source of randomness: which part of luck is the data split, which the start.

Each configuration has one score for every combination of the levels of its sources, so all sums
of squares are orthogonal and follow from the means over subsets of the axes.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.unit import UnitScores, without_rounding
from sweeps.analysis.variance.mean_squares import MeanSquares, components_of
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats
    from sweeps.analysis.variance.components import Components

CONFIGURATION = "configuration"
Term = tuple[int, ...]
"""The axes of the scores that a source is made of, increasing; axis 0 is the configuration."""


def factorial(
    values: ArrayLike,
    names: Sequence[str],
    *,
    rng: np.random.Generator,
    level: float = LEVEL,
    is_nested: bool = False,
) -> Components:
    """Split the variance of one run by sources that all configurations share.

    All effects are random and assumed normal and independent.

    Args:
        values: Scores, shape `(n_configs, n_levels of the first source, ...)`, NaN where
            missing. A configuration with a missing score is left out, since the design is only
            orthogonal where it is complete.
        names: Names of the sources, one an axis after the first, at most 4.
        rng: Where the randomness of the intervals comes from.
        level: Confidence level, between 0 and 1.
        is_nested: Whether the levels of a source are others under each level of the one before.

    Returns:
        `configuration`, the sources, their interactions such as `split:init`, then the same
        with `configuration:` before them. With nested sources `split:init` is what the start
        adds within a split. The last source holds the noise that none explains. All intervals
        are generalised.

    Raises:
        ResultsError: The axes do not fit the names, or `level` is not between 0 and 1.

    Example:
        >>> scores = np.arange(3)[:, None, None] + np.arange(2)[:, None] + np.zeros(2)
        >>> split = factorial(scores, ["split", "init"], rng=np.random.default_rng(0))
        >>> [component.source for component in split.components][:4]
        ['configuration', 'split', 'init', 'split:init']
        >>> round(split.of("configuration").variance, 6), round(split.of("split").variance, 6)
        (1.0, 0.5)

    References:
        Searle, Casella, McCulloch, "Variance components" (1992), section 4.3; Bouthillier et
        al., "Accounting for variance in machine learning benchmarks", MLSys 2021, on sources.
    """
    scores = _checked(values, names)
    sources = range(1, scores.ndim)
    if is_nested:
        apart: list[Term] = [tuple(range(1, last + 1)) for last in sources]
    else:
        apart = [term for size in sources for term in combinations(sources, size)]
    terms = [(0,), *apart, *((0, *term) for term in apart)]
    design = "nested" if is_nested else "factorial"
    squares = _mean_squares(scores, (CONFIGURATION, *names), terms, design)
    return components_of(squares, level=level, rng=rng)


def nested(
    values: ArrayLike,
    names: Sequence[str] = ("split", "init"),
    *,
    rng: np.random.Generator,
    level: float = LEVEL,
) -> Components:
    """Split the variance of one run where every configuration has seeds of its own, in groups.

    Each configuration has its own levels of the first source, each of these its own levels of
    the second, and so on.

    Args:
        values: Scores, shape `(n_configs, n_levels, n_levels within)`, NaN where missing; see
            `factorial`.
        names: Names of the sources, one an axis after the first, at most 4.
        rng: Where the randomness of the intervals comes from.
        level: Confidence level, between 0 and 1.

    Returns:
        `configuration`, `configuration:split`, `configuration:split:init`; mean squares from
        the top down, each against the next.

    Raises:
        ResultsError: The axes do not fit the names, or `level` is not between 0 and 1.

    Example:
        >>> scores = [[[1.0, 3.0], [5.0, 7.0]], [[21.0, 23.0], [25.0, 27.0]]]
        >>> split = nested(scores, rng=np.random.default_rng(0))
        >>> [component.variance for component in split.components]
        [196.0, 7.0, 2.0]

    References:
        Searle, Casella, McCulloch, "Variance components" (1992), section 4.3.
    """
    scores = _checked(values, names)
    terms = [tuple(range(last + 1)) for last in range(scores.ndim)]
    squares = _mean_squares(scores, (CONFIGURATION, *names), terms, "nested")
    return components_of(squares, level=level, rng=rng)


def _checked(values: ArrayLike, names: Sequence[str]) -> Floats:
    scores = np.asarray(values, dtype=np.float64)
    if not 1 <= len(names) <= 4 or scores.ndim != len(names) + 1:
        message = (
            f"The scores need an axis for the configurations and one for each of 1 to 4 sources, "
            f"got shape {scores.shape} for {list(names)}. Pass one name an axis."
        )
        raise ResultsError(message)
    return scores


def _mean_squares(
    scores: Floats, names: tuple[str, ...], terms: Sequence[Term], design: str
) -> MeanSquares:
    """Lay out the mean squares of the complete configurations."""
    is_complete = ~np.isnan(scores).any(axis=tuple(range(1, scores.ndim)))
    used = scores[is_complete]
    unit = UnitScores.of(used)
    sizes = used.shape
    refusals = _refusals(sizes, names)
    square, df = np.full(len(terms), np.nan), np.zeros(len(terms))
    if not refusals:
        sums, df = _pooled(unit.values, terms)
        square = without_rounding(sums / df)
    total, n_seeds = max(used.size, 1), max(int(np.prod(sizes[1:])), 1)
    # How many scores share one effect of a term: the product of the sizes it has no axis for.
    shared = np.array([total / np.prod([sizes[axis] or 1 for axis in term]) for term in terms])
    contains = np.array([[set(one) <= set(other) for other in terms] for one in terms])
    is_error = np.array([0 in term and len(term) > 1 for term in terms])
    return MeanSquares(
        sources=tuple(":".join(names[axis] for axis in term) for term in terms),
        df=df,
        mean_square=square,
        expected=np.where(contains, shared, 0.0),
        mean_weights=shared / total,
        error_weights=np.where(is_error, shared / n_seeds, 0.0),
        design=design,
        estimator="mean squares of a complete layout",
        mean=unit.score(float(unit.values.mean())) if used.size else float("nan"),
        unit=unit,
        n_configs=len(used),
        n_seeds=float(n_seeds),
        n_scores=used.size,
        n_left_out=len(scores) - len(used),
        is_balanced=True,
        refusals=refusals,
        notes=_left_out(len(scores) - len(used)),
    )


def _pooled(values: Floats, terms: Sequence[Term]) -> tuple[Floats, Floats]:
    """Give sums of squares and degrees of freedom, with the effects in no term in the next one.

    What a design cannot tell apart, such as the start in itself where every split has other
    starts, goes to the smallest term that has all of its axes.
    """
    axes = range(values.ndim)
    sums, df = np.zeros(len(terms)), np.zeros(len(terms))
    for size in range(1, values.ndim + 1):
        for subset in combinations(axes, size):
            holders = [place for place, term in enumerate(terms) if set(subset) <= set(term)]
            place = min(holders, key=lambda at: len(terms[at]))
            effects = _effects(values, subset)
            n_repeats = values.size / effects.size
            sums[place] += n_repeats * float((effects**2).sum())
            df[place] += float(np.prod([values.shape[axis] - 1 for axis in subset]))
    return sums, df


def _effects(values: Floats, subset: Term) -> Floats:
    """Average over all other axes, then take the mean off along each axis of the subset."""
    others = tuple(axis for axis in range(values.ndim) if axis not in subset)
    effects = values.mean(axis=others, keepdims=True)
    for axis in subset:
        effects = effects - effects.mean(axis=axis, keepdims=True)
    return np.asarray(effects)


def _refusals(sizes: tuple[int, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Say which axes are too short."""
    reasons = []
    for size, name in zip(sizes, names, strict=True):
        if size < 2 and name == CONFIGURATION:
            reasons.append(
                "A variance between configurations needs at least 2 of them with all their "
                f"scores, got {size}: run more configurations, or run failed seeds again."
            )
        elif size < 2:
            reasons.append(
                f"What `{name}` adds cannot be told with fewer than 2 levels, got {size}: "
                "give the source more levels."
            )
    return tuple(reasons)


def _left_out(n: int) -> tuple[str, ...]:
    """Say how many configurations were left out."""
    if not n:
        return ()
    return (
        f"Configurations without a score in every combination of sources were left out: {n}. "
        "If they failed, the figures are those of the configurations that do not.",
    )
