"""The space as regimes: parts in which the same hyperparameters are active and vary independently.

Without conditions there is one regime, the whole space. With conditions each combination of what
the parents' values switch on and off is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.importance.discrepancy import low_discrepancy
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.dimension import Dimension


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """A part of the space in which hyperparameters vary independently.

    Attributes:
        mass: Probability of the part under the space's prior.
        dimensions: What the cells weigh within it. A hyperparameter that is inactive has all of
            its mass in its last cell.
        classes: For each hyperparameter the class of its values, from 0, as far as its value
            decides what else is active; 0 where it decides nothing, -1 where it is inactive.
    """

    mass: float
    dimensions: tuple[Dimension, ...]
    classes: tuple[int, ...]

    def is_active(self, j: int) -> bool:
        """Say whether a hyperparameter is active here."""
        return self.classes[j] >= 0

    @property
    def n_points(self) -> int:
        """How many combinations of cells there are."""
        return math.prod(int(np.count_nonzero(each.masses)) for each in self.dimensions)

    def points(self, n_points: int) -> Integers:
        """Give configurations that are evenly spread over this part; always the same ones.

        Args:
            n_points: How many.

        Returns:
            Cells, shape `(n_points, n_dimensions)`.
        """
        return self.cells_of(low_discrepancy(n_points, len(self.dimensions)))

    def cells_of(self, positions: Floats) -> Integers:
        """Give the cells at positions of the unit cube, shape `(n, n_dimensions)` both."""
        columns = [
            dimension.cells_of(positions[:, j]) for j, dimension in enumerate(self.dimensions)
        ]
        return np.stack(columns, axis=1)


@dataclass(frozen=True, eq=False)
class Measure:
    """The prior of a space: a mixture of regimes.

    Attributes:
        dimensions: What the cells weigh over the whole space. A conditional hyperparameter has
            one more cell at the end, the one in which it is inactive.
        regimes: The parts; their masses add up to 1.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> flat = Dimension.ordered([1, 1])
        >>> measure = Measure.product([flat, flat])
        >>> measure.points(4).tolist()
        [[0, 0], [0, 1], [1, 1], [1, 0]]
    """

    dimensions: tuple[Dimension, ...]
    regimes: tuple[Regime, ...]

    def __post_init__(self) -> None:
        total = sum(regime.mass for regime in self.regimes)
        if not np.isclose(total, 1):
            message = f"The masses of the regimes must add up to 1, got {total:.6g}."
            raise ResultsError(message)

    @classmethod
    def product(cls, dimensions: Sequence[Dimension]) -> Self:
        """Describe a space without conditions."""
        every = tuple(dimensions)
        return cls(every, (Regime(1.0, every, (0,) * len(every)),))

    @property
    def n_dimensions(self) -> int:
        """How many hyperparameters there are."""
        return len(self.dimensions)

    @cached_property
    def is_conditional(self) -> tuple[bool, ...]:
        """Which hyperparameters are inactive somewhere."""
        return tuple(
            any(not regime.is_active(j) for regime in self.regimes)
            for j in range(self.n_dimensions)
        )

    def taken(self, columns: Integers) -> Measure:
        """Give the same space with its hyperparameters in another order."""
        regimes = tuple(
            Regime(
                regime.mass,
                tuple(regime.dimensions[j] for j in columns),
                tuple(regime.classes[j] for j in columns),
            )
            for regime in self.regimes
        )
        return Measure(tuple(self.dimensions[j] for j in columns), regimes)

    def regime_of(self, cells: Integers) -> Integers:
        """Give the number of the regime that each configuration is in.

        Args:
            cells: Cells, shape `(n, n_dimensions)`.

        Returns:
            Numbers, shape `(n,)`; -1 for a configuration that no regime holds.
        """
        found = np.full(len(cells), -1, dtype=np.int64)
        for number, regime in enumerate(self.regimes):
            has_mass = [
                dimension.masses[cells[:, j]] > 0 for j, dimension in enumerate(regime.dimensions)
            ]
            found[np.all(has_mass, axis=0)] = number
        return found

    def points(self, n_points: int) -> Integers:
        """Give configurations that are evenly spread over the prior; always the same ones.

        Args:
            n_points: How many.

        Returns:
            Cells, shape `(n_points, n_dimensions)`.
        """
        return self.cells_of(low_discrepancy(n_points, self.n_dimensions + 1))

    def cells_of(self, positions: Floats) -> Integers:
        """Give the configurations at positions of the unit cube.

        Args:
            positions: Shape `(n, n_dimensions + 1)`; the last column chooses among regimes.

        Returns:
            Cells, shape `(n, n_dimensions)`.
        """
        edges = np.cumsum([regime.mass for regime in self.regimes])[:-1]
        chosen = np.searchsorted(edges, positions[:, -1], side="right")
        cells = np.zeros((len(positions), self.n_dimensions), dtype=np.int64)
        for number, regime in enumerate(self.regimes):
            rows = np.flatnonzero(chosen == number)
            cells[rows] = regime.cells_of(positions[rows, :-1])
        return cells
