"""Define: resources that a cluster has under names of its own, and how much of each a run takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from sweeps.spec.key import unpacked
from sweeps.spec.options import Options

FINEST: Final = 0.0001
"""The smallest part of a resource that Ray can count."""

# What Ray itself counts or names, and where a definition says it.
_OWN_KEYS = {"cpu": "cpu", "gpu": "gpu", "memory": "memory_gib"}
_PATTERN = r"^(?!(?:[Cc][Pp][Uu]|[Gg][Pp][Uu]|memory|object_store_memory)$|node:)\S(?:.*\S)?$"
_AMOUNT = {"type": ["number", "null"], "minimum": FINEST}


def _given(amounts: object) -> object:
    """Leave out names without a value, as is done with all keys."""
    if not isinstance(amounts, Mapping):
        return amounts
    return {name: unpacked(amount) for name, amount in amounts.items() if amount is not None}


def _frozen(amounts: Mapping[str, float]) -> Mapping[str, float]:
    return Options(amounts)


def _check_name(name: str) -> str:
    if not name.strip() or name != name.strip():
        message = "the name of a resource must not be empty, nor begin or end with a blank"
        raise ValueError(message)
    if key := _OWN_KEYS.get(name if name == "memory" else name.lower()):
        message = f"`{name}` has a key of its own, `resources.{key}`"
        raise ValueError(message)
    if name == "object_store_memory" or name.startswith("node:"):
        message = f"`{name}` is kept by Ray for itself, no run can ask for it"
        raise ValueError(message)
    return name


_Name = Annotated[str, AfterValidator(_check_name), WithJsonSchema({"pattern": _PATTERN})]
_Amount = Annotated[float, Field(ge=FINEST), WithJsonSchema(_AMOUNT)]

Amounts = Annotated[
    Mapping[_Name, _Amount],
    BeforeValidator(_given),
    AfterValidator(_frozen),
]
"""Amounts by name as a mapping that nobody can change: an `Options`."""
