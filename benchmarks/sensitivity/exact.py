"""The exact split of a table's variance: every configuration of a grid is known."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sweeps.analysis.array import Floats


def closed_variance(means: Floats, kept: Iterable[int]) -> float:
    """Give the variance that some axes of a grid explain together, every cell weighing the same.

    Args:
        means: One value a cell, an axis a hyperparameter.
        kept: The axes.

    Returns:
        Var E[value | axes], in squared units of the value.
    """
    others = tuple(set(range(means.ndim)) - set(kept))
    return float(means.mean(axis=others).var())


def indices(means: Floats, names: Sequence[str], *, order: int = 1) -> dict[str, float]:
    """Give each hyperparameter's share of the variance of a grid.

    Args:
        means: One value a cell, an axis a hyperparameter.
        names: Names of the axes.
        order: 2 for the interactions of two as well, named `a:b` in the order of the axes.

    Returns:
        Shares by term; what is missing to 1 is interactions.

    Example:
        >>> import numpy as np
        >>> indices(np.array([[0.0, 1.0], [2.0, 3.0]]), ["a", "b"], order=2)
        {'a': 0.8, 'b': 0.2, 'a:b': 0.0}
    """
    whole = float(means.var())
    found = {name: closed_variance(means, [j]) / whole for j, name in enumerate(names)}
    pairs = combinations(range(means.ndim), 2) if order == 2 else ()
    for i, j in pairs:
        closed = closed_variance(means, [i, j]) / whole
        found[f"{names[i]}:{names[j]}"] = closed - found[names[i]] - found[names[j]]
    return found


def totals(means: Floats, names: Sequence[str]) -> dict[str, float]:
    """Give the share of a grid's variance in which each hyperparameter takes any part.

    Args:
        means: One value a cell, an axis a hyperparameter.
        names: Names of the axes.

    Returns:
        1 - Var E[value | all others] / Var, by hyperparameter.
    """
    axes = set(range(means.ndim))
    whole = float(means.var())
    return {name: 1 - closed_variance(means, axes - {j}) / whole for j, name in enumerate(names)}


def between_and_within(scores: Floats) -> tuple[float, float]:
    """Give the variance of the configurations and the mean one of runs of one configuration.

    Args:
        scores: Scores of all configurations under the same number of seeds; seeds are the last
            axis.

    Returns:
        The components of the one-way analysis of variance: of the configurations, and of a run
        around its own configuration.
    """
    within = float(scores.var(axis=-1, ddof=1).mean())
    return float(scores.mean(axis=-1).var(ddof=1)) - within / scores.shape[-1], within
