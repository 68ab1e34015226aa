"""The landscape that scores lie on: cells of hyperparameters, their prior, configurations."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.errors import ResultsError
from sweeps.results.sensitivity.drawn import GRID, drawn_of
from sweeps.results.sensitivity.evenness import thin_reasons, uneven
from sweeps.results.sensitivity.forbidden import forbidden_reasons, legal_draws
from sweeps.results.sensitivity.observed import observed_map_of
from sweeps.results.sensitivity.spaced import map_of
from sweeps.results.sensitivity.wording import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Booleans, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.axis import Axis
    from sweeps.results.sensitivity.map import Map


@dataclass(frozen=True, slots=True, eq=False)
class Landscape:
    """Where the configurations of a sweep lie.

    Attributes:
        names: Hyperparameters that vary.
        measure: The prior over their cells.
        cells: Cells of all configurations by rank, shape `(n_configs, n_dimensions)`.
        is_drawn: Which of them were drawn evenly from the prior without looking at scores.
        values: For each hyperparameter a value that stands for each cell, None for the inactive
            one.
        reasons: What to beware of, in sentences.
        is_discrete: For each hyperparameter whether each cell is one value of the space, so that a
            configuration can be drawn twice and still counts once.
    """

    names: tuple[str, ...]
    measure: Measure
    cells: Integers
    is_drawn: Booleans
    values: tuple[tuple[object, ...], ...]
    reasons: tuple[str, ...]
    is_discrete: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if not self.is_discrete:
            object.__setattr__(self, "is_discrete", (False,) * len(self.names))


def landscape_of(evidence: Evidence) -> Landscape:
    """Say where the configurations of a sweep lie.

    Args:
        evidence: The sweep. Its space is the prior; without one it is what was observed, and of
            a grid its points.

    Returns:
        The landscape; what was assumed about it stands in its `reasons`.

    Raises:
        ResultsError: No hyperparameter varies; the conditions of the space make too many
            regimes; or the space is unknown, and no hyperparameter says where another one is
            missing.
    """
    found = map_of_all([evidence])
    if not found.axes:
        message = (
            f"A hyperparameter must have two values or more to matter, and none of "
            f"`{evidence.name}` has. Run configurations that differ."
        )
        raise ResultsError(message)
    drawn = drawn_of(evidence)
    cells = cells_by_rank(evidence, found.axes)
    landscape = Landscape(
        names=tuple(axis.name for axis in found.axes),
        measure=found.measure,
        cells=cells,
        # A threshold of two conditions, met exactly, lies in no regime: its probability is 0.
        is_drawn=drawn.is_drawn & (found.measure.regime_of(cells) >= 0),
        values=values_of(found),
        reasons=drawn.reasons,
        is_discrete=tuple(axis.is_discrete and evidence.space is not None for axis in found.axes),
    )
    reasons = (*_reasons_of(evidence, found, landscape), *_thin_reasons(evidence, landscape))
    return replace(landscape, reasons=(*drawn.reasons, *reasons))


def cells_of(active: Sequence[Mapping[str, object]], axes: Sequence[Axis]) -> Integers:
    """Give the cells of configurations.

    Args:
        active: Active values of each configuration.
        axes: Hyperparameters that vary.

    Returns:
        Cells, shape `(n_configs, n_axes)`; the one after the last where it is inactive.
    """
    cells = np.empty((len(active), len(axes)), dtype=np.int64)
    for j, axis in enumerate(axes):
        is_active = np.array([axis.name in values for values in active], dtype=bool)
        cells[~is_active, j] = axis.n_cells
        cells[is_active, j] = axis.place([each[axis.name] for each in active if axis.name in each])
    return cells


def map_of_all(sweeps: Sequence[Evidence]) -> Map:
    """Cut the hyperparameters into cells, those of a space or those observed in any sweep."""
    first = sweeps[0]
    if first.space is None:
        active = [values for evidence in sweeps for values in evidence.configs.active]
        return observed_map_of(active, first.hyperparameters, first.name)
    is_grid = all(GRID in evidence.configs.origins for evidence in sweeps)
    return map_of(first.space, first.name, is_grid=is_grid)


def cells_by_rank(evidence: Evidence, axes: Sequence[Axis]) -> Integers:
    """Give the cells of all configurations of a sweep, best first."""
    return cells_of([evidence.configs.active[place] for place in evidence.order.tolist()], axes)


def values_of(found: Map) -> tuple[tuple[object, ...], ...]:
    """Give a value for each cell, None for the inactive ones."""
    return tuple(
        axis.values + (None,) * (dimension.n_cells - axis.n_cells)
        for axis, dimension in zip(found.axes, found.measure.dimensions, strict=True)
    )


def _reasons_of(evidence: Evidence, found: Map, landscape: Landscape) -> tuple[str, ...]:
    """Say over what effects are averaged, and whether the configurations fit to it."""
    if evidence.space is None:
        return (
            "The space is unknown, so that effects are averaged over the values that were "
            "observed, as if hyperparameters varied independently. Pass `space=` to `from_frame` "
            "for the space's own scale.",
        )
    reference, reasons = None, tuple[str, ...]()
    if evidence.space.clauses:
        legal = legal_draws(evidence.space)
        reference, reasons = cells_of(legal, found.axes), forbidden_reasons(len(legal))
    if GRID in evidence.configs.origins:
        return reasons
    names = uneven(landscape, reference)
    if not names:
        return reasons
    return (
        *reasons,
        f"The values of {listed(names)} do not lie as even draws from the space would (chi-square "
        "test by decile, p < 0.001), so that shares lean on where configurations are.",
    )


def _thin_reasons(evidence: Evidence, landscape: Landscape) -> tuple[str, ...]:
    """Count the configurations that have a score."""
    is_known = np.zeros(evidence.n, dtype=bool)
    is_known[evidence.race.groups] = True
    return thin_reasons(landscape, is_known)
