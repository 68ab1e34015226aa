"""The source of an objective, and the hash by which a change of it is noticed.

A hash depends on source and values alone: it is the same in every process, in whatever order
objectives are loaded. Code of other modules that the objective depends on is found by `helpers.py`.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CellType, ModuleType

_DATA = (bool, int, float, str, bytes, list, tuple, dict, set)


def source_of(thing: Callable[..., Any] | ModuleType) -> str:
    """Give the source text of a module or of a callable, empty where there is none.

    A callable that has a text `source_text` is described by that alone.
    """
    described = getattr(thing, "source_text", None)
    if isinstance(described, str):
        return described
    if isinstance(thing, functools.partial):
        return source_of(thing.func)
    has_source = inspect.isroutine(thing) or inspect.ismodule(thing) or inspect.isclass(thing)
    try:
        return inspect.getsource(thing if has_source else type(thing))
    except (OSError, TypeError):
        return ""


def hash_of(source: str, function: Callable[..., Any]) -> str:
    """Hash the source and what the function carries: closure, defaults, or its object's state.

    Returns:
        sha256, hexadecimal.

    Example:
        >>> def make(n):
        ...     return lambda config, seed: {"n": n}
        >>> hash_of("", make(1)) == hash_of("", make(1)) != hash_of("", make(2))
        True
    """
    return _hash(source, function, ())


def _hash(source: str, function: Any, above: tuple[int, ...]) -> str:
    digest = hashlib.sha256(source.encode())
    for name, value in _carried(function).items():
        digest.update(f"\n{name}={_value_hash(value, (*above, id(function)))}".encode())
    return digest.hexdigest()


def _carried(function: Any) -> dict[str, Any]:
    """Give what a callable brings along beside its source, by name."""
    if isinstance(getattr(function, "source_text", None), str):
        return {}
    if isinstance(function, functools.partial):
        return {"func": function.func, "args": function.args, "keywords": function.keywords}
    if inspect.isclass(function):
        return _carried_by_class(function)
    if inspect.ismethod(function):
        return {"self": function.__self__, **_carried(function.__func__)}
    if not inspect.isfunction(function):
        return dict(getattr(function, "__dict__", {}))
    carried = {"defaults": function.__defaults__, "kwdefaults": function.__kwdefaults__}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        carried[name] = _contents(cell)
    return {name: value for name, value in carried.items() if value is not None}


def _carried_by_class(cls: type) -> dict[str, Any]:
    """Give what a class brings along: closures and defaults of its methods, data, its bases."""
    carried: dict[str, Any] = {}
    for name, value in vars(cls).items():
        body = getattr(value, "__func__", value)  # what a static method wraps
        if inspect.isfunction(body):
            carried |= {f"{name}.{key}": item for key, item in _carried(body).items()}
        elif isinstance(value, _DATA) and not name.startswith("__"):
            carried[name] = value
    # bases from elsewhere are code of other modules
    bases = [base for base in cls.__bases__ if base.__module__ == cls.__module__]
    return carried | {f"base {i}": _hash(source_of(base), base, ()) for i, base in enumerate(bases)}


def _contents(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a name that is defined only later, if ever
        return None


def _value_hash(value: Any, above: tuple[int, ...]) -> str:
    """Hash a value by content; of what has none that can be read, only the name counts."""
    if id(value) in above:  # a function that closes over itself
        return "recursion"
    if inspect.ismodule(value):
        return str(value.__name__)
    if inspect.isroutine(value) or inspect.isclass(value) or isinstance(value, functools.partial):
        carrier = None if inspect.isclass(value) else value
        return _hash(source_of(value) or _name(value), carrier, above)
    import joblib  # noqa: PLC0415 - only what carries values needs it

    try:
        return str(joblib.hash(value))
    except Exception:  # noqa: BLE001 - it cannot be pickled, such as what holds a local function
        return _parts_hash(value, (*above, id(value)))


def _parts_hash(value: Any, above: tuple[int, ...]) -> str:
    if isinstance(value, Mapping):
        parts = sorted(f"{key!r}: {_value_hash(item, above)}" for key, item in value.items())
    elif isinstance(value, list | tuple):
        parts = [_value_hash(item, above) for item in value]
    else:
        state = getattr(value, "__dict__", {})
        parts = [_value_hash(state, above)] if state else []
    return f"{_name(type(value))}({', '.join(parts)})"


def _name(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
