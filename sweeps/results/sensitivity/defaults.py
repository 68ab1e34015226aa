"""The configuration that tuning starts from: the one that a user names, or the sweep's own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.errors import ResultsError, nearest
from sweeps.results.sensitivity.landscape import cells_of, map_of_all
from sweeps.space.hyperparameter import Fault
from sweeps.space.value import canonical_text, is_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Integers
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.axis import Axis
    from sweeps.results.sensitivity.landscape import Landscape
    from sweeps.space import Space

DEFAULTS = "defaults"
"""Origin of the configuration that an objective declares."""
NO_DEFAULTS = (
    "Tuning is measured from the defaults, and this sweep did not run any; the best of its own "
    "configurations would gain nothing. Pass `defaults=`, a value for each hyperparameter."
)


@dataclass(frozen=True, slots=True, eq=False)
class Defaults:
    """The configuration that tuning starts from.

    Attributes:
        values: Value of each active hyperparameter.
        cells: Its cells in the landscape, shape `(n_dimensions,)`.
        number: Its number by rank, where it was run as the sweep's own defaults and nothing else
            was named; None elsewhere.
    """

    values: Mapping[str, object]
    cells: Integers
    number: int | None


def own_defaults(evidence: Evidence) -> int | None:
    """Give the number by rank of the defaults that a sweep ran; None where it ran none."""
    origins = evidence.configs.origins
    for number, place in enumerate(evidence.order.tolist()):
        if origins[place] == DEFAULTS:
            return number
    return None


def defaults_of(
    evidence: Evidence,
    landscape: Landscape,
    given: Mapping[str, object] | None,
    *,
    axes: Sequence[Axis] | None = None,
) -> Defaults | None:
    """Find the defaults.

    Args:
        evidence: The sweep.
        landscape: Where its configurations lie.
        given: What a user named. What it leaves out is filled from the defaults that the sweep
            ran, as far as it is active.
        axes: How hyperparameters are cut into the cells of the landscape, where it is not that of
            this sweep alone.

    Returns:
        The defaults; None where the user named none and the sweep ran none.

    Raises:
        ResultsError: The space is unknown, and what was named is no configuration of it.
        SpaceError: What was named is no configuration of the space.
    """
    number = own_defaults(evidence)
    found: Mapping[str, object] = {}
    if number is not None:
        found = evidence.configs.active[int(evidence.order[number])]
        if not given:
            return Defaults(dict(found), landscape.cells[number], number)
    if given is None:
        return None
    axes = map_of_all([evidence]).axes if axes is None else axes
    if evidence.space is not None:
        values = evidence.space.check(_filled(evidence.space, given, found), DEFAULTS)
        return Defaults(values, cells_of([values], axes)[0], None)
    known = {name: value for name, value in given.items() if not _is_gap(value)}
    _check_values(axes, known, evidence.hyperparameters)
    values = {**found, **known}
    cells = cells_of([values], axes)[0]
    if not _is_legal(landscape, cells):  # what was filled may be inactive beside what was named
        conditional = dict(zip(landscape.names, landscape.measure.is_conditional, strict=True))
        values = {n: v for n, v in values.items() if n in known or not conditional.get(n)}
        cells = cells_of([values], axes)[0]
    if not _is_legal(landscape, cells):
        raise ResultsError(_no_configuration(axes, values))
    return Defaults(values, cells, None)


def _filled(
    space: Space, given: Mapping[str, object], found: Mapping[str, object]
) -> dict[str, object]:
    """Add to what was named those of the sweep's own defaults that are active beside it."""
    values = {**found, **given}
    known = {each.name: each for each in space.hyperparameters}
    if any(n not in known or isinstance(known[n].accept(v), Fault) for n, v in given.items()):
        return values  # the check says what is wrong
    point = [0.5 if math.isnan(u) else u for u in space.to_unit(values)]
    active = space.from_unit(point)
    if active is None:
        return values
    return {name: value for name, value in values.items() if name in active or name in given}


def _check_values(axes: Sequence[Axis], given: Mapping[str, object], names: Sequence[str]) -> None:
    """Refuse names and values that were never observed."""
    for name in given:
        if name not in names:
            message = (
                f"`defaults` must name hyperparameters of the sweep, got `{name}`. "
                f"{nearest(name, names)}"
            )
            raise ResultsError(message)
    for axis in axes:
        if axis.name not in given:
            continue
        value = given[axis.name]
        if axis.is_ordered and is_number(value):
            numbers = np.array(axis.values, dtype=np.float64)
            if numbers.min() <= float(value) <= numbers.max():  # type: ignore[arg-type]
                continue
        elif canonical_text(value) in {canonical_text(each) for each in axis.values}:
            continue
        shown = [axis.values[0], axis.values[-1]] if axis.is_ordered else list(axis.values)
        message = (
            f"The default of `{axis.name}` must be a value that was run, got {value!r}. "
            f"Pass one {'between' if axis.is_ordered else 'of'} {shown}."
        )
        raise ResultsError(message)


def _is_legal(landscape: Landscape, cells: Integers) -> bool:
    limits = np.array([dimension.n_cells for dimension in landscape.measure.dimensions])
    return bool((cells < limits).all()) and landscape.measure.regime_of(cells[None])[0] >= 0


def _no_configuration(axes: Sequence[Axis], values: Mapping[str, object]) -> str:
    missing = [axis.name for axis in axes if axis.name not in values]
    hint = f" It leaves out {missing}." if missing else ""
    return (
        f"`defaults` must be a configuration with a value for each active hyperparameter, got "
        f"{dict(values)}.{hint} Pass the missing ones, and none that is inactive."
    )


def _is_gap(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
