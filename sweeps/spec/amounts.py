"""Define: resources that a cluster has under names of its own, and how much of each a run takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from sweeps.spec.key import unpacked
from sweeps.spec.options import Options

FINEST: Final = 0.0001
"""The smallest part of a resource that Ray can count."""

# What Ray itself counts or names, and where a definition says it.
_OWN_KEYS = {"cpu": "cpu", "gpu": "gpu", "memory": "memory_gib"}
_PATTERN = r"^(?!(?:[Cc][Pp][Uu]|[Gg][Pp][Uu]|memory|object_store_memory)$|node:)\S(?:.*\S)?$"
_IN_BYTES = {"memory", "object_store_memory"}
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


def in_words(resources: Mapping[str, float], names: Iterable[str] | None = None) -> str:
    """Give what a run reserves, or a node has, from Ray's words; memory in GiB.

    Args:
        resources: Amounts by name.
        names: Which of them, 0 for those that are not there; None for all.

    Example:
        >>> in_words({"CPU": 2.0, "GPU": 0.5, "memory": 2**29, "tpu": 3.0}), in_words({})
        ('2 CPUs, 0.5 GPU, 0.5 GiB of memory, 3 tpu', 'nothing')
    """
    words = []
    for name in resources if names is None else names:
        amount = resources.get(name, 0.0)
        if name in _IN_BYTES:
            words.append(f"{_figure(amount / 2**30)} GiB of {name}")
        else:
            noun = f"{name}s" if name in {"CPU", "GPU"} and amount > 1 else name
            words.append(f"{_figure(amount)} {noun}")
    return ", ".join(words) or "nothing"


def _figure(amount: float) -> str:
    """Give four digits, and all before the point.

    Example:
        >>> [_figure(each) for each in (0.00012345, 0.5, 7.45058, 123456.7)]
        ['0.0001234', '0.5', '7.451', '123457']
    """
    return f"{amount:.4g}" if amount < 1000 else f"{amount:.0f}"
