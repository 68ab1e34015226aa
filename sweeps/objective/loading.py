"""Finds an objective by module, by name, by file, or takes a callable."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import cloudpickle

from sweeps.errors import ObjectiveError, UnknownObjectiveError, nearest
from sweeps.objective.class_form import check_class
from sweeps.objective.declaration import declared_by
from sweeps.objective.fingerprint import hash_of, source_of
from sweeps.objective.record import Objective, Shipment, module_from_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

DEFAULT_NAMES = ("train", "Train")
"""What is meant where no name is given: the first one that is there."""


def load_objective(
    reference: str | Callable[..., Any] | Objective, *, base: Path | None = None
) -> Objective:
    """Load an objective and read what its module declares.

    Args:
        reference: `package.module`, `package.module:name`, `path/file.py`, `path/file.py:name`
            (without a name: `train`, else `Train`), a callable, a class with `setup` and `step`,
            or an objective that is already loaded.
        base: Folder that relative paths start from, and from which modules can be imported;
            the current folder comes after it.

    Returns:
        The objective, with its source and hash.

    Raises:
        UnknownObjectiveError: Nothing is there; the message names the nearest known one.
        ObjectiveError: Something is there, but it cannot be imported or has another form.

    Example:
        >>> load_objective("objectives.synthetic").kind
        'function'
    """
    if isinstance(reference, Objective):
        return reference
    if not isinstance(reference, str):
        return _from_callable(reference)
    bases = [base.resolve(), Path.cwd()] if base is not None else [Path.cwd()]
    target, _, name = reference.partition(":")
    if target.endswith(".py"):
        return _from_file(target, name, bases)
    return _from_module(target, name, bases)


def known_objectives(base: Path | None = None) -> list[str]:
    """List the modules of every package `objectives` that can be imported from `base`.

    Example:
        >>> "objectives.svm" in known_objectives()
        True
    """
    folder = str((base or Path.cwd()).resolve())
    _make_importable([folder])
    return _submodules("objectives")


def _from_module(module_name: str, name: str, bases: list[Path]) -> Objective:
    paths = [str(path) for path in bases]
    _make_importable(paths)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not (module_name + ".").startswith(error.name + "."):
            raise _import_failure(module_name, error) from error
        known = _submodules(module_name.rpartition(".")[0]) + _submodules("objectives")
        message = (
            f"objective `{module_name}` must be an importable module or a file, "
            f"but there is none in {' or '.join(paths)}. {nearest(module_name, known)}"
        )
        raise UnknownObjectiveError(message) from error
    except (Exception, SystemExit) as error:
        raise _import_failure(module_name, error) from error
    name = name or _default_name(module)
    function = _named(module, name, module_name)
    text = source_of(module)
    shipment = Shipment(attribute=name, module=module_name, paths=tuple(paths), source=text)
    source = text or source_of(function)
    return _describe(f"{module_name}:{name}", function, shipment, source, module)


def _from_file(path_text: str, name: str, bases: list[Path]) -> Objective:
    candidates = [folder / path_text for folder in bases]
    path = next((path.resolve() for path in candidates if path.is_file()), None)
    if path is None:
        nearby = {str(p.relative_to(b)) for b in bases for p in b.glob("*.py")}
        nearby |= {str(p.relative_to(b)) for b in bases for p in b.glob("*/*.py")}
        message = f"objective file `{path_text}` does not exist. {nearest(path_text, nearby)}"
        raise UnknownObjectiveError(message)
    paths = (str(path.parent), *(str(folder) for folder in bases))
    _make_importable(list(paths))
    try:
        text = importlib.util.decode_source(path.read_bytes())
        module = module_from_text(str(path), text)
    except (Exception, SystemExit) as error:
        raise _import_failure(path_text, error) from error
    name = name or _default_name(module)
    function = _named(module, name, path_text)
    shipment = Shipment(attribute=name, file=(str(path), text), paths=paths)
    return _describe(f"{path_text}:{name}", function, shipment, text, module)


def _from_callable(function: Callable[..., Any]) -> Objective:
    if not callable(function):
        message = (
            "an objective must be a reference such as `objectives.svm`, or a callable, "
            f"got {type(function).__name__}. Pass the function itself."
        )
        raise ObjectiveError(message)
    module = inspect.getmodule(function)
    name = getattr(function, "__qualname__", type(function).__name__)
    if module is not None and _importable_as(function, module, name):
        return _from_module(module.__name__, name, [Path.cwd()])
    source = source_of(function)
    pickled = _pickled(function, name)
    shipment = Shipment(pickled=pickled, paths=(str(Path.cwd()),), source=source)
    # what stands beside a function in a notebook or a script says nothing about it
    return _describe(f"<{name}>", function, shipment, source, None)


def _pickled(function: Callable[..., Any], name: str) -> bytes:
    try:
        return cloudpickle.dumps(function)  # type: ignore[no-any-return]
    except Exception as error:
        message = (
            f"objective `<{name}>` must be picklable to reach other processes, but {error}. "
            "Make such things inside the function, or in `load_data`."
        )
        raise ObjectiveError(message) from error


def _importable_as(function: object, module: ModuleType, name: str) -> bool:
    """Tell whether another process finds the same callable by module and name."""
    if module.__name__ == "__main__" or "<" in name or getattr(module, name, None) is not function:
        return False
    try:
        return importlib.util.find_spec(module.__name__) is not None
    except (ImportError, ValueError):
        return False


def _describe(
    reference: str,
    function: Callable[..., Any],
    shipment: Shipment,
    source: str,
    module: ModuleType | None,
) -> Objective:
    takes_data = _takes_data(function, reference)
    load_data = getattr(function, "load_data", getattr(module, "load_data", None))
    if takes_data and not callable(load_data):
        place = "beside it" if module is not None else "and set it as the callable's `load_data`"
        message = (
            f"objective `{reference}` takes `data`, but there is no `load_data()`. "
            f"Define one {place}, or take `(config, seed)` only."
        )
        raise ObjectiveError(message)
    return Objective(
        reference=reference,
        kind=_kind(function),
        source=source,
        source_hash=hash_of(source, function),
        takes_data=takes_data,
        function=function,
        shipment=shipment,
        load_data=load_data if takes_data else None,
        **declared_by(function, module, reference),
    )


def _kind(function: Callable[..., Any]) -> Literal["function", "generator", "class"]:
    if inspect.isclass(function):
        return "class"
    bodies = (function, type(function).__call__)
    return "generator" if any(map(inspect.isgeneratorfunction, bodies)) else "function"


def _takes_data(function: Callable[..., Any], reference: str) -> bool:
    """Tell whether the objective takes data; refuse what cannot be called as one."""
    if not inspect.isclass(function):
        return _check_signature(function, f"objective `{reference}`")
    check_class(function, reference)
    cls: Any = function
    # `self` is bound by hand: no instance is made before there is a run
    setup = functools.partial(cls.setup, None)
    return _check_signature(setup, f"`setup` of objective `{reference}`")


def _check_signature(function: Callable[..., Any], subject: str) -> bool:
    try:
        signature = inspect.signature(function)
    except ValueError:  # some functions that are written in C
        shown = "parameters that cannot be read"
    else:
        shown = f"`{signature}`"
        without_data, with_data = _bound(signature), _bound(signature, "data")
        if with_data is not None:
            # where a third argument may be left out, its name tells whether it is meant for data
            return without_data is None or with_data.get("data") == "data"
        if without_data is not None:
            return False
    message = (
        f"{subject} must take `(config, seed)` or `(config, seed, data)`, "
        f"got {shown}. Change its parameters."
    )
    raise ObjectiveError(message)


def _bound(signature: inspect.Signature, *data: str) -> Mapping[str, Any] | None:
    """Give the arguments of a call with these beside config and seed, None where it fails."""
    try:
        return signature.bind("config", "seed", *data).arguments
    except TypeError:
        return None


def _default_name(module: ModuleType) -> str:
    return next((name for name in DEFAULT_NAMES if hasattr(module, name)), DEFAULT_NAMES[0])


def _named(module: ModuleType, name: str, where: str) -> Callable[..., Any]:
    owner: Any = module
    for part in name.split("."):
        owner = getattr(owner, part, None)
    if callable(owner):
        return owner  # type: ignore[no-any-return]
    own = [
        key
        for key, value in vars(module).items()
        if _may_be_objective(value) and not key.startswith("_") and key != "load_data"
    ]
    message = f"`{where}` has no function `{name}`. {nearest(name, own)}"
    raise UnknownObjectiveError(message)


def _may_be_objective(value: object) -> bool:
    is_class = inspect.isclass(value) and hasattr(value, "setup") and hasattr(value, "step")
    return is_class or inspect.isfunction(value)


def _import_failure(where: str, error: BaseException) -> ObjectiveError:
    line = f"{type(error).__name__}: {error}"
    return ObjectiveError(f"objective `{where}` cannot be imported: {line}. Mend it and try again.")


def _make_importable(paths: list[str]) -> None:
    for path in paths:
        if path not in sys.path:
            sys.path.append(path)
    importlib.invalidate_caches()


def _submodules(package: str) -> list[str]:
    try:
        module = importlib.import_module(package)
    except Exception:  # noqa: BLE001 - this only makes a message better
        return []
    found = pkgutil.iter_modules(getattr(module, "__path__", []))
    return [f"{package}.{info.name}" for info in found if not info.ispkg]
