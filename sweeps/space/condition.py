"""Reads conditions (`when`) and forbidden clauses (`forbid`), and finds cycles in conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sweeps.errors import Problem, nearest
from sweeps.space.choice import Choice
from sweeps.space.hyperparameter import Fault
from sweeps.space.number import Float, Integer
from sweeps.space.range import read_number
from sweeps.space.requirement import Clause, Requirement
from sweeps.space.translation import listed_values
from sweeps.space.value import canonical_text, is_list, is_number, unique

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.value import Value

BOUNDS = ("above", "below")


def read_when(
    name: str,
    raw: object,
    known: Mapping[str, Hyperparameter | None],
    problems: list[Problem],
) -> tuple[Requirement, ...]:
    """Read the condition under which a hyperparameter is active.

    Args:
        name: The hyperparameter that has the condition.
        raw: What the definition says after `when`.
        known: All hyperparameters; None for those that could not be read themselves.
        problems: Where to put what is wrong.

    Returns:
        The requirements that could be read.
    """
    where = f"space.{name}.when"
    if isinstance(raw, Mapping) and name in raw:
        rule = f"`{name}` cannot depend on itself"
        remedy = "Name another hyperparameter, or remove the condition."
        problems.append(Problem(f"{where}.{name}", rule, "", remedy))
        raw = {other: wanted for other, wanted in raw.items() if other != name}
        return _read_requirements(where, raw, known, problems) if raw else ()
    return _read_requirements(where, raw, known, problems)


def read_forbid(
    raw: object, known: Mapping[str, Hyperparameter | None], problems: list[Problem]
) -> tuple[Clause, ...]:
    """Read all forbidden clauses; arguments as those of `read_when`."""
    if not is_list(raw):
        rule = "`forbid` must be a list of clauses"
        remedy = "Write `forbid: [{kernel: poly, degree: 5}]`."
        problems.append(Problem("forbid", rule, repr(raw), remedy))
        return ()
    clauses = []
    for i, item in enumerate(raw):
        requirements = _read_requirements(f"forbid[{i}]", item, known, problems)
        if requirements:
            clauses.append(Clause(requirements))
    return tuple(clauses)


def cycle_problems(parents: Mapping[str, Iterable[str]]) -> list[Problem]:
    """Find cycles among conditions: one problem for each, with its members in order.

    Args:
        parents: For every hyperparameter, those on which its condition depends.
    """
    left = {name: set(names) for name, names in parents.items()}
    problems = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            # From child to parent, beginning with the one that the definition names first.
            cycle = error.args[1][:0:-1]
            first = cycle.index(min(cycle, key=list(parents).index))
            members = cycle[first:] + cycle[:first]
            chain = " -> ".join(f"`{name}`" for name in [*members, members[0]])
            rule = "conditions must not form a cycle"
            remedy = "Remove the condition of one of them."
            problems.append(Problem(f"space.{members[0]}.when", rule, chain, remedy))
            for name in members:
                left[name] = set()
        else:
            return problems


def _read_requirements(
    where: str,
    raw: object,
    known: Mapping[str, Hyperparameter | None],
    problems: list[Problem],
) -> tuple[Requirement, ...]:
    if not isinstance(raw, Mapping) or not raw:
        rule = "it must name one or more hyperparameters and the values they should have"
        problems.append(Problem(where, rule, repr(raw), "Write `{kernel: [rbf, poly]}`."))
        return ()
    requirements = []
    for name, wanted in raw.items():
        place = f"{where}.{name}"
        if name not in known:
            rule = "there is no hyperparameter of that name"
            problems.append(Problem(place, rule, f"`{name}`", nearest(str(name), known)))
            continue
        parent = known[name]
        requirement = parent and _read_requirement(place, parent, wanted, problems)
        if requirement:
            requirements.append(requirement)
    return tuple(sorted(requirements, key=lambda requirement: requirement.name))


def _read_requirement(
    where: str, parent: Hyperparameter, wanted: object, problems: list[Problem]
) -> Requirement | None:
    if isinstance(wanted, Mapping):
        return _read_range(where, parent, wanted, problems)
    items = list(wanted) if is_list(wanted) else [wanted]
    if not items:
        rule = "there must be at least one value"
        problems.append(Problem(where, rule, "[]", "List the values, or remove the key."))
        return None
    n_before = len(problems)
    values = [_read_wanted(where, parent, item, problems) for item in items]
    if len(problems) > n_before:
        return None
    return Requirement(parent.name, tuple(sorted(unique(values), key=canonical_text)))


def _read_wanted(
    where: str, parent: Hyperparameter, item: object, problems: list[Problem]
) -> Value:
    value = parent.accept(item)
    if isinstance(value, Fault):
        remedy = value.remedy
        if isinstance(parent, Choice) and any(isinstance(each, tuple) for each in parent.values):
            remedy += " A value that is a list is written inside a list: `[[64, 32]]`."
        problems.append(Problem(where, value.rule, repr(item), remedy))
        return None
    if isinstance(parent, Float) and value not in (parent.grid_points or ()):
        rule = "a float is never exactly one value, unless that is a point of its `grid`"
        remedy = "Use `{above: x}`, `{below: x}` or both."
        problems.append(Problem(where, rule, repr(item), remedy))
    return value


def _read_range(
    where: str, parent: Hyperparameter, wanted: Mapping[str, object], problems: list[Problem]
) -> Requirement | None:
    n_before = len(problems)
    for key in wanted:
        if key not in BOUNDS:
            rule = "a range has the keys `above` and `below`"
            problems.append(Problem(f"{where}.{key}", rule, f"`{key}`", nearest(str(key), BOUNDS)))
    if not wanted:
        remedy = "Write `{above: 1}`, for example."
        problems.append(Problem(where, "a range has `above`, `below` or both", "{}", remedy))
    bounds = {
        key: _read_bound(f"{where}.{key}", parent, wanted[key], problems)
        for key in BOUNDS
        if key in wanted
    }
    if len(problems) > n_before:
        return None
    requirement = Requirement(parent.name, None, bounds.get("above"), bounds.get("below"))
    if not _can_hold(parent, requirement):
        rule = f"some value of `{parent.name}` must lie inside the range"
        remedy = "Change the range, or the values of the hyperparameter."
        problems.append(Problem(where, rule, repr(dict(wanted)), remedy))
        return None
    return requirement


def _read_bound(where: str, parent: Hyperparameter, raw: object, problems: list[Problem]) -> Value:
    key = where.rsplit(".", 1)[-1]
    if isinstance(parent, (Float, Integer)):
        number = read_number(where, f"`{key}`", raw, problems)
        if number is not None and not parent.low <= number <= parent.high:
            rule = f"`{key}` must lie between {parent.low!r} and {parent.high!r}"
            remedy = f"Change it: beyond the bounds of `{parent.name}` it decides nothing."
            problems.append(Problem(where, rule, repr(raw), remedy))
        return number
    if all(is_number(value) for value in parent.every or ()):
        return read_number(where, f"`{key}`", raw, problems)
    if isinstance(parent, Choice) and parent.is_ordered:
        value = parent.accept(raw)
        if isinstance(value, Fault) or value is None:
            rule = f"`{key}` must be one of the ordinal's values"
            remedy = value.remedy if isinstance(value, Fault) else "Name one of its words."
            problems.append(Problem(where, rule, repr(raw), remedy))
            return None
        return value
    rule = f"`{key}` needs a hyperparameter with numbers or an order, which `{parent.name}` is not"
    problems.append(Problem(where, rule, repr(raw), "List the values instead."))
    return None


def _can_hold(parent: Hyperparameter, requirement: Requirement) -> bool:
    values = listed_values(parent, requirement)
    if values is not None:
        return bool(values)
    if not isinstance(parent, (Float, Integer)):
        return True
    above, below = requirement.above, requirement.below
    low = parent.low if not isinstance(above, (int, float)) else above
    high = parent.high if not isinstance(below, (int, float)) else below
    if isinstance(parent, Integer):
        first = math.floor(low) + 1 if above is not None else parent.low
        last = math.ceil(high) - 1 if below is not None else parent.high
        return first <= last
    return low < high
