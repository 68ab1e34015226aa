"""Cuts a hyperparameter of a space into cells: equal ones where it is continuous, else by value."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from sweeps.analysis.importance.dimension import N_CELLS
from sweeps.space.choice import Choice
from sweeps.space.number import Float, Integer
from sweeps.space.share import start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.requirement import Requirement

CLOSEST = 1e-9
"""Distance from a threshold below which an edge of equal cells is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A hyperparameter as cells, wherever it is active.

    Attributes:
        name: Its name.
        masses: Probability of each cell given that it is active, shape `(n_cells,)`.
        is_ordered: Whether the order of the cells means something.
        values: A value that stands for each cell.
        place: Gives the cells of some of its values.
        is_discrete: Whether each cell is a single value, which draws can meet again.
    """

    name: str
    masses: Floats
    is_ordered: bool
    values: tuple[object, ...]
    place: Callable[[Sequence[object]], Integers]
    is_discrete: bool = True

    @property
    def n_cells(self) -> int:
        """How many cells there are, the inactive one aside."""
        return len(self.values)


def axis_of(each: Hyperparameter, requirements: Sequence[Requirement]) -> Axis:
    """Cut a hyperparameter into cells that carry its own prior.

    Args:
        each: The hyperparameter.
        requirements: What conditions want of it. No cell lies on both sides of a threshold.

    Returns:
        Its cells: equal ones of the unit position for a float, a value or a run of values with
        the mass that `decode` gives them for an integer, a value for anything else.

    Example:
        >>> axis = axis_of(Integer("units", (), 1, 4, log=True), ())
        >>> axis.masses.round(2).tolist(), axis.place([4, 1]).tolist()
        ([0.5, 0.23, 0.15, 0.11], [3, 0])
    """
    if isinstance(each, Float):
        return _float_axis(each, requirements)
    if isinstance(each, Integer):
        return _integer_axis(each, requirements)
    values = tuple(each.every or ())
    is_ordered = isinstance(each, Choice) and each.is_ordered
    return Axis(each.name, _equal(len(values)), is_ordered, values, partial(_held, each))


def grid_axis_of(each: Hyperparameter) -> Axis:
    """Cut a hyperparameter into the points of its grid, each as likely as the others.

    Args:
        each: The hyperparameter; a float has a `grid`.

    Returns:
        A cell a point; a value between two points counts to the nearer one.
    """
    points = tuple(each.grid_points or ())
    if not isinstance(each, Float | Integer):
        return axis_of(each, ())
    middles = [each.encode(point) for point in points]
    inner = (np.array(middles[1:]) + np.array(middles[:-1])) / 2
    place = partial(_located, each.encode, inner)
    return Axis(each.name, _equal(len(points)), is_ordered=True, values=points, place=place)


def _float_axis(each: Float, requirements: Sequence[Requirement]) -> Axis:
    cuts = {_just_above(each.hold(part.above)) for part in requirements if part.above is not None}
    cuts |= {each.hold(part.below) for part in requirements if part.below is not None}
    thresholds = np.array([cut for cut in sorted(cuts) if 0 < cut < 1])
    even = np.arange(1, N_CELLS) / N_CELLS
    if len(thresholds):
        even = even[np.abs(even[:, None] - thresholds).min(axis=1) > CLOSEST]
    inner = np.sort(np.concatenate([even, thresholds]))
    edges = np.concatenate([[0.0], inner, [1.0]])
    values = tuple(each.decode(float(u)) for u in (edges[1:] + edges[:-1]) / 2)
    place = partial(_located, each.hold, inner)
    return Axis(
        each.name,
        np.diff(edges),
        is_ordered=True,
        values=values,
        place=place,
        is_discrete=False,
    )


def _just_above(position: float) -> float:
    """Give the edge that keeps a threshold itself on its left: `above` excludes it."""
    return math.nextafter(position, math.inf)


def _integer_axis(each: Integer, requirements: Sequence[Requirement]) -> Axis:
    if each.high - each.low < N_CELLS:
        found = set(each.every)
    else:
        found = {each.decode(i / N_CELLS) for i in range(N_CELLS)}
        for part in requirements:
            found |= _firsts(part)
    starts = sorted(value for value in found if each.low < value <= each.high)
    starts.insert(0, each.low)
    edges = np.array([start_of(each, value) for value in (*starts, each.high + 1)])
    values = tuple(each.decode(float(u)) for u in (edges[1:] + edges[:-1]) / 2)
    place = partial(_within, tuple(starts))
    is_each = len(starts) == each.high - each.low + 1
    return Axis(
        each.name,
        np.diff(edges),
        is_ordered=True,
        values=values,
        place=place,
        is_discrete=is_each,
    )


def _firsts(part: Requirement) -> set[int]:
    """Give the whole numbers from which on a requirement says something else."""
    found = {math.floor(part.above) + 1} if isinstance(part.above, int | float) else set()
    if isinstance(part.below, int | float):
        found.add(math.ceil(part.below))
    for value in part.values or ():
        if isinstance(value, int | float):
            found |= {int(value), int(value) + 1}
    return found


def _equal(n: int) -> Floats:
    return np.full(n, 1 / n)


def _located(encode: Callable[..., float], inner: Floats, values: Sequence[object]) -> Integers:
    positions = np.array([encode(value) for value in values], dtype=np.float64)
    return np.searchsorted(inner, positions, side="right")


def _within(starts: tuple[int, ...], values: Sequence[object]) -> Integers:
    cells = [bisect_right(starts, value) - 1 for value in cast("Sequence[int]", values)]
    return np.array(cells, dtype=np.int64)


def _held(each: Hyperparameter, values: Sequence[object]) -> Integers:
    """Look values up, each of them once."""
    known: dict[object, int] = {}
    cells = np.empty(len(values), dtype=np.int64)
    for i, value in enumerate(values):
        # By type as well, since 1 == True.
        key = (type(value), repr(value) if isinstance(value, list | tuple) else value)
        if key not in known:
            known[key] = int(each.hold(value))  # type: ignore[arg-type]
        cells[i] = known[key]
    return cells
