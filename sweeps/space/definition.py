"""Reads a whole definition of a space and reports all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sweeps.errors import Problem, SpaceError
from sweeps.space.condition import cycle_problems, read_forbid, read_when
from sweeps.space.entry import read_entry, read_name

if TYPE_CHECKING:
    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.requirement import Clause


def read_definition(
    mapping: object, forbid: object
) -> tuple[tuple[Hyperparameter, ...], tuple[Clause, ...]]:
    """Read hyperparameters and forbidden clauses.

    Args:
        mapping: Entry by name, as after `space:` in a definition.
        forbid: List of clauses, as after `forbid:`.

    Returns:
        The hyperparameters in the order of the definition, and the clauses.

    Raises:
        SpaceError: Something is wrong; every problem is listed with its place.
    """
    problems: list[Problem] = []
    if not isinstance(mapping, Mapping):
        rule = "a search space is a mapping from names to entries"
        remedy = "Write `space: {C: {float: [0.1, 10]}}`."
        raise SpaceError([Problem("space", rule, repr(mapping), remedy)])
    known: dict[str, Hyperparameter | None] = {}
    for key, entry in mapping.items():
        # A refused name stays known, so that a condition on it is no second problem.
        read_name(key, problems)
        known[str(key)] = read_entry(str(key), entry, problems)
    conditions = {
        str(key): read_when(str(key), entry["when"], known, problems)
        for key, entry in mapping.items()
        if isinstance(entry, Mapping) and "when" in entry
    }
    problems += cycle_problems(_parents(mapping))
    clauses = read_forbid(forbid, known, problems)
    if problems:
        raise SpaceError(problems)
    complete = [each for each in known.values() if each is not None]
    hyperparameters = (replace(each, when=conditions.get(each.name, ())) for each in complete)
    return tuple(hyperparameters), clauses


def _parents(mapping: Mapping[object, object]) -> dict[str, list[str]]:
    """Give the names in each entry's condition, as written: a cycle shows whatever they want."""
    names = {str(key) for key in mapping}
    parents: dict[str, list[str]] = {}
    for key, entry in mapping.items():
        when = entry.get("when") if isinstance(entry, Mapping) else None
        wanted = [str(other) for other in when] if isinstance(when, Mapping) else []
        parents[str(key)] = [other for other in wanted if other in names and other != str(key)]
    return parents
