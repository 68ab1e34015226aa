"""A hyperparameter as cells with masses, in which its own prior is all there is to know.

A sampler draws a position between 0 and 1 evenly and turns it into a value: on a linear or a log
scale, by rounding, by a table. Effects are averaged over that position, so the scale is the
space's own whatever it is. A continuous hyperparameter is cut into equal cells of its position;
one with few values has a cell a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.array import Floats, Integers, frozen_floats
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

N_CELLS = 128
"""Cells of a continuous hyperparameter; a linear effect loses 1 / 128**2 of its variance."""


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """A hyperparameter as cells.

    Attributes:
        masses: Probability of each cell under the space's prior, adding up to 1.
        is_ordered: Whether the order of the cells means something.
    """

    masses: Floats
    is_ordered: bool = True

    def __post_init__(self) -> None:
        masses = frozen_floats(self.masses)
        if masses.ndim != 1 or not masses.size or not np.isfinite(masses).all() or masses.min() < 0:
            message = "`masses` must be a row of probabilities, one a cell and none below 0."
            raise ResultsError(message)
        if not masses.sum() > 0:
            message = "`masses` add up to 0. Give at least one cell a probability."
            raise ResultsError(message)
        object.__setattr__(self, "masses", frozen_floats(masses / masses.sum()))

    @classmethod
    def continuous(cls, n_cells: int = N_CELLS) -> Dimension:
        """Describe a float: equal cells of the position that its sampler draws.

        Example:
            >>> Dimension.continuous(4).masses.tolist()
            [0.25, 0.25, 0.25, 0.25]
        """
        return cls(np.full(n_cells, 1 / n_cells))

    @classmethod
    def ordered(cls, masses: ArrayLike) -> Dimension:
        """Describe an integer, an ordinal or a grid: a cell a value, in their order."""
        return cls(np.asarray(masses, dtype=np.float64))

    @classmethod
    def unordered(cls, masses: ArrayLike) -> Dimension:
        """Describe a choice: a cell a value, in any order."""
        return cls(np.asarray(masses, dtype=np.float64), is_ordered=False)

    @property
    def n_cells(self) -> int:
        """How many cells there are."""
        return len(self.masses)

    @property
    def edges(self) -> Floats:
        """Position of each edge of the cells, from 0 to 1, shape `(n_cells + 1,)`."""
        return np.concatenate([[0.0], np.cumsum(self.masses)])

    def parts(self, most: int) -> Integers:
        """Put cells together to parts of the range of about equal mass.

        Args:
            most: Number of parts; a dimension with fewer cells, or without order, has a part a
                cell.

        Returns:
            The part of each cell, from 0, shape `(n_cells,)`.

        Example:
            >>> Dimension.continuous(6).parts(3).tolist()
            [0, 0, 1, 1, 2, 2]
        """
        if not self.is_ordered or self.n_cells <= most:
            return np.arange(self.n_cells)
        middle = self.edges[1:] - self.masses / 2
        return np.minimum((middle * most).astype(np.int64), most - 1)

    def cells_of(self, positions: ArrayLike) -> Integers:
        """Give the cell of each position between 0 and 1.

        Args:
            positions: Positions in which the prior is uniform, any shape.

        Returns:
            Cells from 0, same shape; positions outside count to the nearest cell.

        Example:
            >>> Dimension.ordered([0.5, 0.25, 0.25]).cells_of([0.0, 0.6, 1.0]).tolist()
            [0, 1, 2]
        """
        inner = self.edges[1:-1]
        return np.searchsorted(inner, np.asarray(positions, dtype=np.float64), side="right")


def check_cells(cells: ArrayLike, dimensions: Sequence[Dimension]) -> Integers:
    """Give cells as an array of integers, one column a dimension.

    Raises:
        ResultsError: The shape does not fit the dimensions, or a cell does not exist.
    """
    array = np.asarray(cells)
    if array.ndim != 2 or array.shape[1] != len(dimensions) or not len(dimensions):
        message = (
            f"`cells` must have a column for each of the {len(dimensions)} dimensions, "
            f"got shape {array.shape}."
        )
        raise ResultsError(message)
    whole = array.astype(np.int64)
    limits = np.array([dimension.n_cells for dimension in dimensions])
    if (whole != array).any() or (whole < 0).any() or (whole >= limits).any():
        message = "`cells` must be whole numbers from 0 to below the cells of their dimension."
        raise ResultsError(message)
    return whole
