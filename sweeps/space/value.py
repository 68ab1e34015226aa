"""Values of hyperparameters as plain Python data, and the identifier made from them.

First stop of everything that a user or a library hands over: from here on there are no numpy
scalars, no lists and no subclasses of the built-in types.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

import numpy as np

from sweeps.errors import Problem, SpaceError

if TYPE_CHECKING:
    from collections.abc import Iterable

Value: TypeAlias = "bool | int | float | str | tuple[Value, ...] | None"
"""What a hyperparameter can be: a scalar, or a tuple of values."""


def plain(value: object) -> Value:
    """Give a value as plain Python data: numpy scalars unpacked, sequences as tuples.

    Raises:
        TypeError: The value is no scalar and no sequence of scalars.

    Example:
        >>> plain(np.float64(0.5)), plain([64, (32, np.int64(16))])
        (0.5, (64, (32, 16)))
    """
    if value is None:
        return None
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, str):
        # `str(...)` of a member of a string enumeration would give its name.
        return str.__str__(value)
    if is_list(value):
        return tuple(plain(item) for item in value)
    message = (
        f"A value must be a word, a number, true, false, null or a list of these, "
        f"got {value!r} of type `{type(value).__name__}`."
    )
    raise TypeError(message)


def as_document(value: Value) -> object:
    """Give a plain value as JSON-able data: tuples become lists."""
    return [as_document(item) for item in value] if isinstance(value, tuple) else value


def canonical_text(data: object) -> str:
    """Write data as JSON in which equal numbers look alike, whatever their type.

    Example:
        >>> canonical_text({"b": 1.0, "a": (True, -0.0, 0.5)})
        '{"b":1,"a":[true,0,0.5]}'
    """
    return json.dumps(_canonical(data), separators=(",", ":"))


def is_list(raw: object) -> TypeGuard[Sequence[object]]:
    """Say whether something is a list, a tuple, a range or an array."""
    return isinstance(raw, (Sequence, np.ndarray)) and not isinstance(raw, (str, bytes, bytearray))


def is_number(value: object) -> bool:
    """Say whether a plain value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def finite_number(raw: object) -> int | float | None:
    """Give a finite number as a plain one, None for anything else; true and false are none."""
    try:
        number = plain(raw)
        if isinstance(number, (int, float)) and is_number(number) and math.isfinite(number):
            return number
    except (TypeError, OverflowError):
        pass
    return None


def is_finite(value: Value) -> bool:
    """Say whether a plain value is free of NaN and infinities, lists included."""
    if isinstance(value, tuple):
        return all(is_finite(item) for item in value)
    return not isinstance(value, float) or math.isfinite(value)


def unique(values: Iterable[Value]) -> tuple[Value, ...]:
    """Drop repeated values, keeping the first of each; 1 and 1.0 are one value, 1 and True two."""
    firsts: dict[str, Value] = {}
    for value in values:
        firsts.setdefault(canonical_text(value), value)
    return tuple(firsts.values())


def config_id(values: Mapping[str, object]) -> str:
    """Give the identifier of a configuration: the same for the same values.

    Order and numeric type do not matter: 1, 1.0 and `np.float64(1)` are one value, -0.0 is 0,
    a tuple is a list; `True` is not 1.

    Args:
        values: Value by name of every active hyperparameter.

    Returns:
        16 hexadecimal digits, from the SHA-256 of the canonical form.

    Raises:
        SpaceError: A value is no plain data.

    Example:
        >>> config_id({"C": 1, "kernel": "rbf"}) == config_id({"kernel": "rbf", "C": 1.0})
        True
    """
    problems: list[Problem] = []
    canonical: dict[str, Value] = {}
    for name in sorted(values):
        try:
            canonical[name] = plain(values[name])
        except TypeError:
            rule = "a value must be a word, a number, true, false, null or a list of these"
            remedy = "Convert it to one of these, or name it and look it up in the objective."
            problems.append(Problem(name, rule, repr(values[name]), remedy))
    if problems:
        raise SpaceError(problems, "the configuration")
    return hashlib.sha256(canonical_text(canonical).encode()).hexdigest()[:16]


def _canonical(data: object) -> object:
    if isinstance(data, Mapping):
        return {str(key): _canonical(item) for key, item in data.items()}
    if isinstance(data, (list, tuple)):
        return [_canonical(item) for item in data]
    if isinstance(data, float) and data.is_integer():
        return int(data)
    return data
