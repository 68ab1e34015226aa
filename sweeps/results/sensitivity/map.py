"""Hyperparameters that vary, and the measure over their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sweeps.analysis.importance.measure import Measure
    from sweeps.results.sensitivity.axis import Axis


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """Hyperparameters that vary, and the measure over their cells.

    Attributes:
        axes: How each of them is cut into cells.
        measure: What the cells weigh.
    """

    axes: tuple[Axis, ...]
    measure: Measure
