"""What is declared about an objective, beside it or on it: checked for its form, and frozen."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sweeps.errors import ObjectiveError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


class ReadOnly(Mapping[str, Any]):
    """A mapping that nobody can change, equal to a dict of the same items; picklable."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return repr(self._items)


def declared_by(
    function: Callable[..., Any], module: ModuleType | None, reference: str
) -> dict[str, Any]:
    """Read what is declared; what stands on the callable counts before what its module says.

    Whether a space or a metric makes sense is judged with the definition, not here.

    Args:
        function: The objective's callable.
        module: Where it was found, None where that says nothing about it.
        reference: How it is named, for messages.

    Returns:
        Fields of an `Objective` by name; copies, so that what a module does to its own later
        changes nothing.

    Raises:
        ObjectiveError: `METRICS`, `SOURCES` or `FORBID` is no list, `STEPS` no number of steps,
            or something is no plain data.
    """

    def declared(name: str) -> Any:
        value = getattr(function, name, getattr(module, name, None))
        return _frozen(value, name, reference)

    return {
        "space": declared("SPACE"),
        "forbid": _listed(declared("FORBID"), "FORBID", reference),
        "defaults": declared("DEFAULTS"),
        "metric": declared("METRIC"),
        "mode": declared("MODE"),
        "metrics": _names(declared("METRICS"), "METRICS", reference),
        "sources": _names(declared("SOURCES"), "SOURCES", reference),
        "steps": _count(declared("STEPS"), "STEPS", reference),
    }


def _frozen(value: Any, name: str, reference: str) -> Any:
    try:
        return _read_only(copy.deepcopy(value))
    except Exception as error:
        message = (
            f"`{name}` of objective `{reference}` must be plain data, but it cannot be copied: "
            f"{error}. Use words, numbers, lists and mappings."
        )
        raise ObjectiveError(message) from error


def _read_only(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ReadOnly({key: _read_only(item) for key, item in value.items()})
    return tuple(map(_read_only, value)) if isinstance(value, list | tuple) else value


def _count(value: Any, name: str, reference: str) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
        return value
    message = (
        f"`{name}` of objective `{reference}` must be a whole number from 1, got {value!r}. "
        f"Write for example `{name} = 20`."
    )
    raise ObjectiveError(message)


def _names(value: Any, name: str, reference: str) -> tuple[str, ...]:
    names = _listed(value, name, reference)
    if strangers := [each for each in names if not isinstance(each, str)]:
        raise _refused(name, reference, "hold names only", strangers[0])
    return names


def _listed(value: Any, name: str, reference: str) -> tuple[Any, ...]:
    if value is None:
        return ()
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise _refused(name, reference, "be a list", value)
    return tuple(value)


def _refused(name: str, reference: str, rule: str, came: object) -> ObjectiveError:
    example = '[{"kernel": "poly", "degree": 5}]' if name == "FORBID" else '("loss", "accuracy")'
    if name == "SOURCES":
        example = '("split", "init")'
    return ObjectiveError(
        f"`{name}` of objective `{reference}` must {rule}, got {came!r}. "
        f"Write for example `{name} = {example}`."
    )
