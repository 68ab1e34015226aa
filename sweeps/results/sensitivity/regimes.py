"""Takes a space with conditions apart: into parts in which hyperparameters vary independently.

The values of a parent fall into classes, by which of its children's requirements they meet. Once
the class of every active parent is given, it is settled what is active, and what is active varies
independently. So each combination of classes that can occur is a part of the space.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.dimension import Dimension
from sweeps.analysis.importance.measure import Measure, Regime
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.results.sensitivity.axis import Axis

MOST_REGIMES = 64
LEAST_MASS = 1e-12
"""Probability below which a part of the space counts as impossible: a threshold itself, say."""

INACTIVE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What a child wants of one parent.

    Attributes:
        parent: Name of the parent.
        is_met: Which of the parent's cells will do.
    """

    parent: str
    is_met: Booleans


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """The classes into which the values of a hyperparameter fall.

    Attributes:
        of_cells: Class of each cell, from 0 in the order of the cells.
        masses: Probability of each class.
        cells: A cell of each class.
    """

    of_cells: Integers
    masses: Floats
    cells: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A combination of classes.

    Attributes:
        mass: Its probability.
        classes: Class of each hyperparameter, `INACTIVE` where it is inactive.
    """

    mass: float
    classes: Mapping[str, int]


def classes_of(axis: Axis, wanted: Sequence[Booleans]) -> Classes:
    """Sort the cells of a hyperparameter into classes that meet the same requirements.

    Args:
        axis: The hyperparameter.
        wanted: Which cells meet each requirement.
    """
    signs = np.stack([np.zeros(axis.n_cells, dtype=bool), *wanted], axis=1)
    _, first, inverse = np.unique(signs, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    of_cells = np.argsort(order)[inverse.reshape(-1)].astype(np.int64)
    masses = np.bincount(of_cells, axis.masses).astype(np.float64)
    return Classes(of_cells, masses, first[order])


def parts_of(
    axes: Sequence[Axis],
    conditions: Mapping[str, Sequence[Condition]],
    classes: Mapping[str, Classes],
    name: str,
) -> tuple[Part, ...]:
    """List all combinations of classes that can occur.

    Args:
        axes: The hyperparameters, parents before their children.
        conditions: For each of them, what it wants of its parents.
        classes: The classes of each of them.
        name: Name of the sweep, for the message.

    Returns:
        The combinations, their masses adding up to 1.

    Raises:
        ResultsError: There are more than `MOST_REGIMES`.
    """
    parts = [Part(1.0, {})]
    for axis in axes:
        own = classes[axis.name]
        grown = []
        for part in parts:
            if _is_active(conditions[axis.name], part, classes):
                for number, mass in enumerate(own.masses.tolist()):
                    grown.append(Part(part.mass * mass, {**part.classes, axis.name: number}))
            else:
                grown.append(Part(part.mass, {**part.classes, axis.name: INACTIVE}))
        parts = [part for part in grown if part.mass > LEAST_MASS]
        if len(parts) > MOST_REGIMES:
            message = (
                f"The conditions of a space may switch hyperparameters on and off in at most "
                f"{MOST_REGIMES} combinations, those of `{name}` do so in more. Compare the "
                "configurations with one another instead (`compare`, `configs`)."
            )
            raise ResultsError(message)
    total = sum(part.mass for part in parts)
    return tuple(Part(part.mass / total, part.classes) for part in parts)


def _is_active(conditions: Sequence[Condition], part: Part, classes: Mapping[str, Classes]) -> bool:
    for condition in conditions:
        number = part.classes[condition.parent]
        if number == INACTIVE or not condition.is_met[classes[condition.parent].cells[number]]:
            return False
    return True


def measure_of(
    parts: Sequence[Part], axes: Sequence[Axis], classes: Mapping[str, Classes]
) -> Measure:
    """Describe the space by the masses of cells in each part.

    Args:
        parts: All combinations of classes.
        axes: The hyperparameters to describe, in order.
        classes: The classes of each of them.

    Returns:
        The measure, one dimension an axis; an axis that is inactive in some part gets one more
        cell at the end.
    """
    columns = [_dimensions(parts, axis, classes[axis.name].of_cells) for axis in axes]
    regimes = tuple(
        Regime(
            part.mass,
            tuple(column[number] for column in columns),
            tuple(part.classes[axis.name] for axis in axes),
        )
        for number, part in enumerate(parts)
    )
    whole = tuple(
        Dimension(
            np.sum(
                [part.mass * dim.masses for part, dim in zip(parts, column, strict=True)], axis=0
            ),
            axis.is_ordered,
        )
        for axis, column in zip(axes, columns, strict=True)
    )
    return Measure(whole, regimes)


def _dimensions(parts: Sequence[Part], axis: Axis, of_cells: Integers) -> list[Dimension]:
    """Give the masses of an axis' cells in each part."""
    found = [part.classes[axis.name] for part in parts]
    n_more = int(INACTIVE in found)
    by_class = {}
    for number in set(found):
        masses = np.where(of_cells == number, axis.masses, 0.0)
        inactive = np.full(n_more, float(number == INACTIVE))
        by_class[number] = Dimension(np.concatenate([masses, inactive]), axis.is_ordered)
    return [by_class[number] for number in found]
