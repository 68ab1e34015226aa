"""What the mean scores of regimes say of the hyperparameters whose values tell them apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.measure import Measure

Term = tuple[int, ...]
"""Dimensions that act together, in ascending order; one for a main effect."""


def between_regimes(means: Floats, measure: Measure) -> dict[Term, Floats]:
    """Split the means of regimes among the parents, whose values say which regime it is.

    Parents that are active everywhere come first; those that depend on them follow, within each
    combination of classes of the first.

    Args:
        means: Mean score in each regime.
        measure: The regimes.

    Returns:
        Effect of each parent and each combination of parents in each regime. Effects are
        uncorrelated under the masses of the regimes and add up to what the means differ by.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> from sweeps.analysis.importance.measure import Measure, Regime
        >>> first, second = Dimension.unordered([1, 0]), Dimension.unordered([0, 1])
        >>> measure = Measure(
        ...     (Dimension.unordered([1, 1]),),
        ...     (Regime(0.5, (first,), (0,)), Regime(0.5, (second,), (1,))),
        ... )
        >>> between_regimes(np.array([1.0, 3.0]), measure)
        {(0,): array([-1.,  1.])}
    """
    classes = np.array([regime.classes for regime in measure.regimes])
    masses = np.array([regime.mass for regime in measure.regimes])
    found: dict[Term, Floats] = {}
    _split(np.arange(len(means)), frozenset(), means, masses, classes, found)
    return found


def _split(  # noqa: PLR0917 - one step of a recursion
    group: Integers,
    done: frozenset[int],
    means: Floats,
    masses: Floats,
    classes: Integers,
    found: dict[Term, Floats],
) -> None:
    """Split a group of regimes by the parents that are active in all of it, then go deeper."""
    inside = classes[group]
    parents = [
        j
        for j in range(classes.shape[1])
        if j not in done and inside[:, j].min() >= 0 and np.ptp(inside[:, j]) > 0
    ]
    if not parents:
        return
    away = means[group] - np.average(means[group], weights=masses[group])
    local: dict[Term, Floats] = {}
    for size in range(1, len(parents) + 1):
        for term in combinations(parents, size):
            effect = _averages(away, masses[group], inside[:, term])
            for fewer in range(1, size):
                effect = effect - sum(local[part] for part in combinations(term, fewer))
            local[term] = effect
            found.setdefault(term, np.zeros(len(means)))[group] += effect
    codes = np.unique(inside[:, parents], axis=0, return_inverse=True)[1]
    for code in range(int(codes.max()) + 1):
        _split(group[codes == code], done | set(parents), means, masses, classes, found)


def _averages(values: Floats, masses: Floats, labels: Integers) -> Floats:
    """Give the average over all entries with the same labels, at each entry."""
    codes = np.unique(labels, axis=0, return_inverse=True)[1]
    total = np.bincount(codes, masses)
    return np.asarray((np.bincount(codes, masses * values) / total)[codes])
