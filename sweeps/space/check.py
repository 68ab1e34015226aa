"""Checks a given configuration against a space and says everything that is wrong with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.errors import Problem, SpaceError, nearest
from sweeps.space.choice import Constant
from sweeps.space.hyperparameter import Fault
from sweeps.space.requirement import as_mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.legality import Legality
    from sweeps.space.requirement import Clause
    from sweeps.space.value import Value


def checked(
    values: Mapping[str, object],
    hyperparameters: Sequence[Hyperparameter],
    clauses: Sequence[Clause],
    legality: Legality,
    where: str,
) -> dict[str, Value]:
    """Give a configuration its types and constants; the promise is that of `Space.check`."""
    names = [each.name for each in hyperparameters]
    problems = []
    for name in values:
        if name not in names:
            rule = "there is no hyperparameter of that name"
            problems.append(
                Problem(f"{where}.{name}", rule, f"`{name}`", nearest(str(name), names))
            )
    vector = legality.blank()
    found: dict[str, Value] = {}
    unclear: set[str] = set()
    for each in legality.order:
        if any(requirement.name in unclear for requirement in each.when):
            unclear.add(each.name)
            continue
        is_active = legality.is_active(each.name, vector)
        value = _read(each, values, f"{where}.{each.name}", is_active=is_active)
        if isinstance(value, Problem):
            problems.append(value)
            unclear.add(each.name)
        elif is_active:
            found[each.name] = value
            broken = legality.put(vector, each.name, each.hold(value))
            if broken is not None:
                got = repr({part.name: found[part.name] for part in clauses[broken].requirements})
                rule = f"`forbid[{broken}]` forbids this combination"
                problems.append(Problem(where, rule, got, "Change one of these values."))
    if problems:
        raise SpaceError(problems, f"the {where}" if where == "configuration" else where)
    return {name: found[name] for name in names if name in found}


def _read(
    each: Hyperparameter, values: Mapping[str, object], where: str, *, is_active: bool
) -> Value | Problem:
    """Give the value of one hyperparameter, or what is wrong; None too where it is inactive."""
    raw = values.get(each.name)
    is_given = each.name in values and not _is_gap(raw)
    if not is_active:
        if not is_given or raw is None:
            return None
        rule = f"`{each.name}` is inactive here: it needs {as_mapping(each.when)}"
        return Problem(where, rule, repr(raw), "Leave it out.")
    if not is_given:
        if isinstance(each, Constant):
            return each.value
        rule = f"`{each.name}` is active here and needs a value"
        return Problem(where, rule, "none", f"Give it one, within {each.entry()}.")
    value = each.accept(raw)
    return (
        Problem(where, value.rule, repr(raw), value.remedy) if isinstance(value, Fault) else value
    )


def _is_gap(raw: object) -> bool:
    """Say whether it is NaN, which is what tables hold where there is no value."""
    return isinstance(raw, float) and math.isnan(raw)
