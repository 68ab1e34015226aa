"""Hyperparameters, conditions and forbidden clauses, translated to ConfigSpace.

ConfigSpace decides which hyperparameters are active and which combinations are forbidden; this
file only writes requirements in terms of the numbers that it holds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ConfigSpace import ConfigurationSpace
from ConfigSpace.conditions import (
    AndConjunction,
    GreaterThanCondition,
    InCondition,
    LessThanCondition,
)
from ConfigSpace.forbidden import (
    ForbiddenAndConjunction,
    ForbiddenGreaterThanClause,
    ForbiddenInClause,
    ForbiddenLessThanClause,
)

from sweeps.space.number import Float, Integer
from sweeps.space.value import is_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ConfigSpace.conditions import Condition
    from ConfigSpace.forbidden import ForbiddenClause
    from ConfigSpace.hyperparameters import Hyperparameter as Handle

    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.requirement import Clause, Requirement
    from sweeps.space.value import Value


def configuration_space(
    hyperparameters: Iterable[Hyperparameter],
    clauses: Iterable[Clause] = (),
    defaults: Mapping[str, float] | None = None,
) -> ConfigurationSpace:
    """Build the space in ConfigSpace.

    Args:
        hyperparameters: All of them, parents of conditions included.
        clauses: Forbidden combinations.
        defaults: Held number of every hyperparameter; ConfigSpace refuses a space whose default
            configuration is forbidden, so with clauses they must be legal together.

    Returns:
        A space in which floats are unit positions and choices are indices.
    """
    known = {hyperparameter.name: hyperparameter for hyperparameter in hyperparameters}
    default_of = defaults or {}
    space = ConfigurationSpace()
    space.add([each.handle(default_of.get(name)) for name, each in known.items()])
    conditions = []
    for name, child in known.items():
        parts = [
            part
            for requirement in child.when
            for part in _conditions(space[name], space, known[requirement.name], requirement)
        ]
        if parts:
            conditions.append(parts[0] if len(parts) == 1 else AndConjunction(*parts))
    space.add(conditions)
    space.add([forbidden_clause(space, known, clause) for clause in clauses])
    return space


def forbidden_clause(
    space: ConfigurationSpace, known: Mapping[str, Hyperparameter], clause: Clause
) -> ForbiddenClause | ForbiddenAndConjunction:
    """Translate a forbidden clause; the result knows its places in the space's vectors."""
    parts = [
        part
        for requirement in clause.requirements
        for part in _forbidden(space[requirement.name], known[requirement.name], requirement)
    ]
    result = parts[0] if len(parts) == 1 else ForbiddenAndConjunction(*parts)
    result.set_vector_idx(space.index_of)
    return result


def listed_values(hyperparameter: Hyperparameter, requirement: Requirement) -> list[Value] | None:
    """Give the values that meet a requirement, None where it bounds a float or an integer."""
    if requirement.values is not None:
        return list(requirement.values)
    if isinstance(hyperparameter, (Float, Integer)):
        return None
    values = list(hyperparameter.every or ())
    if all(is_number(value) for value in values):
        return [value for value in values if _is_between(value, requirement)]
    above, below = requirement.above, requirement.below
    first = values.index(above) + 1 if above is not None else 0
    last = values.index(below) if below is not None else len(values)
    return values[first:last]


def _is_between(value: Value, requirement: Requirement) -> bool:
    above, below = requirement.above, requirement.below
    return (above is None or value > above) and (below is None or value < below)  # type: ignore[operator]


def _conditions(
    child: Handle[Any, Any],
    space: ConfigurationSpace,
    parent: Hyperparameter,
    requirement: Requirement,
) -> list[Condition]:
    handle = space[parent.name]
    values = listed_values(parent, requirement)
    if values is not None:
        return [InCondition(child, handle, [parent.hold(value) for value in values])]
    above, below = _held_bounds(parent, requirement)
    parts: list[Condition] = []
    if above is not None:
        parts.append(GreaterThanCondition(child, handle, above))
    if below is not None:
        parts.append(LessThanCondition(child, handle, below))
    return parts


def _forbidden(
    handle: Handle[Any, Any], hyperparameter: Hyperparameter, requirement: Requirement
) -> list[ForbiddenClause]:
    values = listed_values(hyperparameter, requirement)
    if values is not None:
        return [ForbiddenInClause(handle, [hyperparameter.hold(value) for value in values])]
    above, below = _held_bounds(hyperparameter, requirement)
    parts: list[ForbiddenClause] = []
    if above is not None:
        parts.append(ForbiddenGreaterThanClause(handle, above))
    if below is not None:
        parts.append(ForbiddenLessThanClause(handle, below))
    return parts


def _held_bounds(
    hyperparameter: Hyperparameter, requirement: Requirement
) -> tuple[float | None, float | None]:
    above, below = requirement.above, requirement.below
    if isinstance(hyperparameter, Integer):
        # No integer lies between a fractional bound and the whole number that stands in for it.
        above = math.floor(above) if isinstance(above, (int, float)) else None
        below = math.ceil(below) if isinstance(below, (int, float)) else None
        return above, below
    held_above = hyperparameter.hold(above) if above is not None else None
    held_below = hyperparameter.hold(below) if below is not None else None
    return held_above, held_below
