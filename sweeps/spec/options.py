"""Define: options that are handed on to a sampler or a stopping rule: plain data, frozen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any


class Options(Mapping[str, Any]):
    """Keyword arguments as plain data that nobody can change; hashable and picklable.

    Mappings inside are `Options` too, and lists are tuples.

    Args:
        items: Text, numbers, `true`, `false`, `null`, lists and mappings of these, by name.

    Raises:
        ValueError: Something else is in it; with the rule that it breaks.

    Example:
        >>> options = Options({"n_startup": 10, "space": {"layers": [1, 2]}})
        >>> options["space"]["layers"], options.document()["space"]
        ((1, 2), {'layers': [1, 2]})
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, object]) -> None:
        self._items = {_name(name): _frozen(value) for name, value in items.items()}

    def __getitem__(self, name: str) -> Any:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self.document())

    def __reduce__(self) -> tuple[type[Options], tuple[dict[str, Any]]]:
        return Options, (self.document(),)

    def document(self) -> dict[str, Any]:
        """Give the options as plain data of their own: dict, list and scalars."""
        return {name: _thawed(value) for name, value in self._items.items()}


def _name(name: object) -> str:
    if not isinstance(name, str):
        message = f"every option must have text as its name, not {name!r}"
        raise ValueError(message)  # noqa: TRY004 - as pydantic wants it; becomes a problem
    return name


def _frozen(value: object) -> object:
    if isinstance(value, Mapping):
        return Options(value)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, float) and not math.isfinite(value):
        message = "every number in it must be finite"
        raise ValueError(message)
    if value is None or isinstance(value, str | int | float):
        return value
    message = (
        f"every option must be text, a number, a list or a mapping, not {type(value).__name__}"
    )
    raise ValueError(message)


def _thawed(value: object) -> object:
    if isinstance(value, Options):
        return value.document()
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def options_or_none(given: object) -> Options | None:
    """Check options; none at all are as good as left out.

    Raises:
        ValueError: As pydantic wants it; becomes a problem.
    """
    if not isinstance(given, Mapping):
        message = "must be a mapping of names to values"
        raise ValueError(message)  # noqa: TRY004 - as pydantic wants it; becomes a problem
    return Options(given) or None
