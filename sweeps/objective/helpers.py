"""Finds which of the user's own modules an objective depends on, so that a change is noticed.

Not all that travels: of a package only the modules that the objective's imports lead to, since a
change of its plots is none of its training.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import inspect
import textwrap
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sweeps.objective.snapshot import Source

_IMPORTERS = {"import_module", "__import__"}
_WRAPPERS = (staticmethod, classmethod, MethodType)


def helper_hashes(
    modules: Mapping[str, Source], source: str, *, module: str | None, function: Callable[..., Any]
) -> dict[str, str]:
    """Hash the own modules that an objective imports, and those that they import in turn.

    Args:
        modules: The user's own modules by name.
        source: Text of the objective: of its module or file, or of the callable itself.
        module: Name of its module, None where it is in none.
        function: The callable. Of one that travels by value, what its text takes from the script
            or the notebook around it counts too.

    Returns:
        sha256 by name of the module, hexadecimal, in the order of the names; without the
        objective's own module.

    Example:
        >>> from sweeps.objective.snapshot import Source
        >>> own = {"a": Source("/a.py", "import b"), "b": Source("/b.py", ""), "c": Source("", "")}
        >>> list(helper_hashes(own, "import a", module=None, function=print))
        ['a', 'b']
    """
    file = modules[module].file if module is not None and module in modules else ""
    waiting = list(_imported(source, module, file))
    for thing in (function, type(function)):  # an object may be called, too
        waiting += _referred(thing, set())
    waiting += [module.rpartition(".")[0]] if module else []
    found = dict[str, str]()
    while waiting:
        name = waiting.pop()
        if name not in modules or name in found or name == module:
            continue
        of = modules[name]
        found[name] = hashlib.sha256((of.text or "").encode()).hexdigest()
        waiting += _imported(of.text or "", name, of.file)
        waiting.append(name.rpartition(".")[0])  # a package is imported before what is in it
    return dict(sorted(found.items()))


def _imported(text: str, module: str | None, file: str) -> Iterator[str]:
    """Give the full names of what a text imports; some of them are no modules."""
    package = module or ""
    if not file.endswith("__init__.py"):
        package = package.rpartition(".")[0]
    try:
        tree = ast.parse(textwrap.dedent(text))
    except (SyntaxError, ValueError):  # a text that is part of another one, such as a lambda's
        return
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                base = _absolute(source or "", package, level)
                yield base
                yield from (f"{base}.{each.name}" for each in names)
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[argument, *_]):
                if name in _IMPORTERS and isinstance(argument, ast.Constant):
                    yield str(argument.value)


def _absolute(name: str, package: str, level: int) -> str:
    """Give the full name of what is imported relative to a package.

    Example:
        >>> _absolute("net", "models.deep", 2), _absolute("", "models", 1), _absolute("net", "", 0)
        ('models.net', 'models', 'net')
    """
    if level == 0:
        return name
    base = ".".join(package.split(".")[: len(package.split(".")) + 1 - level])
    return f"{base}.{name}".strip(".")


def _referred(thing: Any, seen: set[int]) -> Iterator[str]:
    """Give the modules of what a callable takes from around it, by the names in its code."""
    if thing is None or id(thing) in seen:
        return
    seen.add(id(thing))
    inner = [inspect.getattr_static(thing, "__wrapped__", None)]  # it runs no code of the user's
    inner += [thing.func] if isinstance(thing, functools.partial) else []
    inner += [thing.__func__] if isinstance(thing, _WRAPPERS) else []
    inner += vars(thing).values() if inspect.isclass(thing) else []
    for each in inner:
        yield from _referred(each, seen)
    if inspect.isfunction(thing):
        yield from _around(thing, seen)


def _around(function: FunctionType, seen: set[int]) -> Iterator[str]:
    """Give the modules of the global names in the code of a function."""
    names = set(_names(function.__code__))
    for name in names & function.__globals__.keys():
        value = function.__globals__[name]
        if isinstance(value, ModuleType):
            yield value.__name__
            yield from (f"{value.__name__}.{each}" for each in names)
        elif (home := getattr(value, "__module__", None)) == function.__module__:
            yield from _referred(value, seen)
        elif isinstance(home, str):
            yield home


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
