"""Why variances and their ratios are unknown, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.variance.components import Component
    from sweeps.analysis.variance.mean_squares import MeanSquares
    from sweeps.analysis.variance.ratios import Ratios


def refusals_of(squares: MeanSquares, point: Ratios) -> tuple[str, ...]:
    """Say why a ratio is unknown, where one is.

    Args:
        squares: The mean squares.
        point: The estimated ratios.
    """
    if not np.isnan(point.consistency):
        return ()
    if squares.n_configs < 2:
        return (too_few_configurations(squares.n_configs),)
    if (squares.df == 0).any():
        return (
            "The variance cannot be split with one seed for each configuration: "
            "run every configuration under at least 2 seeds.",
        )
    if np.isnan(point.shares[0]):
        return ("All scores are equal, so there is no variance to split.",)
    return ("All configurations have the same scores, so no seed could rank them.",)


def too_few_configurations(n: int) -> str:
    """Say that there are too few configurations for a variance between them."""
    return (
        "A variance between configurations needs at least 2 of them with scores, "
        f"got {n}: run more configurations."
    )


def overflows(squares: MeanSquares, components: Sequence[Component]) -> tuple[str, ...]:
    """Say that a known variance is missing, where no float can hold it.

    Args:
        squares: The mean squares.
        components: The components in the unit of the scores.
    """
    known = np.count_nonzero(squares.df > 0)
    given = sum(not math.isnan(component.mean_square) for component in components)
    return (_TOO_LARGE,) if given < known and not squares.refusals else ()


_TOO_LARGE = (
    "Some variances are left out, since the squares of such large scores exceed the largest float; "
    "shares hold. Give the scores in a larger unit to see them."
)
