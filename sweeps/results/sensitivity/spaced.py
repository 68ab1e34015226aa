"""The cells and regimes of a sweep whose space is known."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np

from sweeps.results.sensitivity.axis import axis_of, grid_axis_of
from sweeps.results.sensitivity.map import Map
from sweeps.results.sensitivity.regimes import (
    INACTIVE,
    Condition,
    classes_of,
    measure_of,
    parts_of,
)
from sweeps.space.number import Float, Integer
from sweeps.space.translation import listed_values
from sweeps.space.value import canonical_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans
    from sweeps.results.sensitivity.axis import Axis
    from sweeps.space import Space
    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.requirement import Requirement


def map_of(space: Space, name: str, *, is_grid: bool) -> Map:
    """Cut a space into cells and regimes.

    Args:
        space: The space; its clauses are ignored.
        name: Name of the sweep, for the message.
        is_grid: Whether there are no values but those of the grid, each as likely as the others.

    Returns:
        The hyperparameters with two or more values that are active somewhere, in the order of
        the definition.

    Raises:
        ResultsError: The conditions make too many regimes.
    """
    order = _by_descent(space)
    wanted = {each.name: _wanted_of(each.name, order) for each in order}
    axes = {
        each.name: grid_axis_of(each) if is_grid else axis_of(each, wanted[each.name])
        for each in order
    }
    known = {each.name: each for each in order}

    def meeting(part: Requirement) -> Booleans:
        return is_met(known[part.name], axes[part.name], part, is_grid=is_grid)

    conditions = {
        each.name: [Condition(part.name, meeting(part)) for part in each.when] for each in order
    }
    classes = {name: classes_of(axes[name], list(map(meeting, wanted[name]))) for name in axes}
    parts = parts_of(list(axes.values()), conditions, classes, name)
    kept = tuple(
        axes[each.name]
        for each in space.varied
        if axes[each.name].n_cells > 1 and any(part.classes[each.name] > INACTIVE for part in parts)
    )
    return Map(kept, measure_of(parts, kept, classes))


def is_met(each: Hyperparameter, axis: Axis, part: Requirement, *, is_grid: bool) -> Booleans:
    """Say which cells of a hyperparameter meet a requirement.

    Args:
        each: The hyperparameter.
        axis: Its cells, none of which lies on both sides of the requirement.
        part: The requirement.
        is_grid: Whether it has no values but those of its grid. Else a float is never exactly
            some value.
    """
    if not isinstance(each, Float | Integer):
        texts = {canonical_text(value) for value in listed_values(each, part) or ()}
        return np.array([canonical_text(value) in texts for value in axis.values], dtype=bool)
    values = np.array(axis.values, dtype=np.float64)
    if part.values is not None:
        if isinstance(each, Float) and not is_grid:
            return np.zeros(len(values), dtype=bool)
        return np.isin(values, np.array(part.values, dtype=np.float64))
    good = np.ones(len(values), dtype=bool)
    if isinstance(part.above, int | float):
        good &= values > part.above
    if isinstance(part.below, int | float):
        good &= values < part.below
    return good


def _by_descent(space: Space) -> list[Hyperparameter]:
    """Give what varies and what it depends on, parents before children."""
    known = {each.name: each for each in space.hyperparameters}
    parents: dict[str, list[str]] = {}
    left = [each.name for each in space.varied]
    while left:
        name = left.pop()
        if name not in parents:
            parents[name] = sorted({part.name for part in known[name].when})
            left.extend(parents[name])
    names = TopologicalSorter({name: parents[name] for name in sorted(parents)}).static_order()
    return [known[name] for name in names]


def _wanted_of(name: str, order: Sequence[Hyperparameter]) -> list[Requirement]:
    """Give the requirements on a hyperparameter."""
    return [part for each in order for part in each.when if part.name == name]
