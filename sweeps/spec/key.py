"""Define: which keys a section of a definition has, and whether a value fits its key.

A section is a frozen dataclass whose annotations carry pydantic constraints. Each key is checked
alone, so that one wrong value never hides another. Rules between keys are no business of this file.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_type_hints

import numpy as np
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from sweeps.errors import Problem, nearest
from sweeps.spec.secret import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic_core import ErrorDetails

KEY = "key"  # in a field's metadata: how it is written, where that is no name in Python
STRICT = ConfigDict(strict=True, allow_inf_nan=False)

# pydantic's names of errors, in our words; the fields in braces come from pydantic's context
_RULES = {
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be `true` or `false`",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of keys to values",
    "mapping_type": "must be a mapping of names to values",
    "literal_error": "must be {expected}",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": "must match `{pattern}`",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "value_error": "{error}",
}
_NUMBERS = ("int_type", "float_type")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section.

    Attributes:
        name: As it is written in a definition.
        attribute: As it is named in the record.
        adapter: What checks a value.
        is_required: Whether it has no default.
        default: What it is where it is left out, None for required keys.
        description: What it means, with its unit and range: a phrase without a period.
        example: A value that fits.
    """

    name: str
    attribute: str
    adapter: TypeAdapter[Any]
    is_required: bool
    default: object
    description: str
    example: object

    def problems_of(self, value: object, where: str) -> tuple[object, list[Problem]]:
        """Give the value in its final type, and what is wrong with it."""
        try:
            return self.adapter.validate_python(unpacked(value)), []
        except ValidationError as error:
            return None, [self._problem(detail, where) for detail in error.errors()]

    def _problem(self, detail: ErrorDetails, where: str) -> Problem:
        kind, came = detail["type"], detail["input"]
        words = {name: _short(value) for name, value in detail.get("ctx", {}).items()}
        rule = _RULES[kind].format(**words) if kind in _RULES else detail["msg"]
        for part in detail["loc"]:
            if part != "[key]":  # pydantic's word for a name that is itself wrong
                where = f"{where}[{part}]" if isinstance(part, int) else place(where, part)
        return Problem(where, rule, shown(came), self._remedy(kind, came))

    def _remedy(self, kind: str, came: object) -> str:
        if kind in _NUMBERS and isinstance(came, str) and _is_number(came):
            return "Write it without quotes."
        if kind == "string_type" and isinstance(came, int | float):
            return "Write it in quotes."
        return f"`{self.name}` is the {self.description}."


def keys_of(section: type) -> tuple[Key, ...]:
    """List the keys of a section in the order of its fields."""
    return _keys(section)


def check_keys(
    section: type, given: Mapping[str, object], where: str
) -> tuple[dict[str, Any], list[Problem]]:
    """Check what is given for a section, key by key; None counts as left out.

    Args:
        section: Frozen dataclass with annotated fields.
        given: Values by key, as written in a definition.
        where: Dotted place of the section, empty for the top of a definition.

    Returns:
        Values that fit, by attribute (keys left out are absent), and every problem.
    """
    values: dict[str, Any] = {}
    problems = unknown_keys(given, [key.name for key in keys_of(section)], where)
    for key in keys_of(section):
        if given.get(key.name) is not None:
            value, found = key.problems_of(given[key.name], place(where, key.name))
            problems += found
            if not found:
                values[key.attribute] = value
        elif key.is_required:
            problems.append(missing(place(where, key.name), f"It is the {key.description}."))
    return values, problems


def unknown_keys(given: Iterable[str], known: Iterable[str], where: str) -> list[Problem]:
    """Report each given key that is not known, with the nearest known one."""
    known = list(known)
    section = f"`{where}`" if where else "a sweep definition"
    return [
        Problem(place(where, str(name)), f"{section} has no key `{name}`", "", nearest(name, known))
        for name in map(str, given)
        if name not in known
    ]


def unpacked(value: object) -> object:
    """Give numpy's scalars and arrays, ranges and tuples as plain numbers and lists."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple | range):
        return [unpacked(item) for item in value]
    return value


def missing(where: str, remedy: str) -> Problem:
    """Report that a required key is not there."""
    return Problem(where, f"`{where}` is required", "", remedy)


def place(where: str, name: str) -> str:
    """Give the dotted place of a key inside a section."""
    return f"{where}.{name}" if where else name


@cache
def _keys(section: type) -> tuple[Key, ...]:
    hints = get_type_hints(section, include_extras=True)
    return tuple(_key(field, hints[field.name]) for field in dataclasses.fields(section))


def _key(field: dataclasses.Field[Any], hint: Any) -> Key:
    info = next(part for part in hint.__metadata__ if isinstance(part, FieldInfo))
    is_required = field.default is dataclasses.MISSING
    return Key(
        name=field.metadata.get(KEY, field.name),
        attribute=field.name,
        adapter=TypeAdapter(hint, config=STRICT),
        is_required=is_required,
        default=None if is_required else field.default,
        description=info.description or "",
        example=(info.examples or [None])[0],
    )


def _short(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
