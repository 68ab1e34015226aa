"""Which configurations of a landscape no clause of the space forbids."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sweeps.results.sensitivity.gains import values_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.analysis.array import Booleans, Integers
    from sweeps.results.sensitivity.landscape import Landscape
    from sweeps.space import Space

UNSET = 0.5
"""Position of what is inactive, which decides nothing."""


def allowing(space: Space | None, landscape: Landscape) -> Callable[[Integers], Booleans] | None:
    """Give what says of cells, shape `(n, n_dimensions)`, which are not forbidden.

    A cell is judged by the value that stands for it.

    Args:
        space: The space, None if unknown.
        landscape: What the cells mean.

    Returns:
        The function; None where nothing is forbidden.
    """
    if space is None or not space.clauses:
        return None
    known: dict[tuple[int, ...], bool] = {}

    def is_legal(row: tuple[int, ...]) -> bool:
        point = space.to_unit(values_at(row, landscape))
        return space.from_unit([UNSET if math.isnan(u) else u for u in point]) is not None

    def allows(cells: Integers) -> Booleans:
        rows = [tuple(row) for row in cells.tolist()]
        for row in rows:
            if row not in known:
                known[row] = is_legal(row)
        return np.array([known[row] for row in rows], dtype=bool)

    return allows
