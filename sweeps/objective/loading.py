"""Finds an objective by module, by name, by file, or takes a callable."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import cloudpickle

from sweeps.errors import ObjectiveError, UnknownObjectiveError, nearest
from sweeps.objective.record import Objective, Shipment, module_from_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

DEFAULT_NAME = "train"


def load_objective(
    reference: str | Callable[..., Any] | Objective, *, base: Path | None = None
) -> Objective:
    """Load an objective and read what its module declares.

    Args:
        reference: `package.module`, `package.module:name`, `path/file.py`, `path/file.py:name`
            (without a name: `train`), a callable, or an objective that is already loaded.
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
        return _from_file(target, name or DEFAULT_NAME, bases)
    return _from_module(target, name or DEFAULT_NAME, bases)


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
    except Exception as error:
        raise _import_failure(module_name, error) from error
    function = _named(module, name, module_name)
    shipment = Shipment(attribute=name, module=module_name, paths=tuple(paths))
    source = _module_source(module) or _function_source(function)
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
    text = path.read_text(encoding="utf-8")
    try:
        module = module_from_text(str(path), text)
    except Exception as error:
        raise _import_failure(path_text, error) from error
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
    pickled = cloudpickle.dumps(function)
    shipment = Shipment(pickled=pickled, paths=(str(Path.cwd()),))
    source = _function_source(function)
    # what stands beside a function in a notebook or a script says nothing about it
    return _describe(f"<{name}>", function, shipment, source, None)


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
    def declared(name: str, default: Any = None) -> Any:
        return getattr(function, name, getattr(module, name, default))

    takes_data = _check_signature(function, reference)
    load_data = declared("load_data")
    if takes_data and load_data is None:
        message = (
            f"objective `{reference}` takes `data`, but its module has no `load_data()`. "
            "Define `load_data()` beside it, or take `(config, seed)` only."
        )
        raise ObjectiveError(message)
    return Objective(
        reference=reference,
        kind=_kind(function),
        source=source,
        source_hash=_hash(source, function),
        takes_data=takes_data,
        function=function,
        shipment=shipment,
        space=declared("SPACE"),
        forbid=tuple(declared("FORBID", ())),
        defaults=declared("DEFAULTS"),
        metric=declared("METRIC"),
        mode=declared("MODE"),
        metrics=tuple(declared("METRICS", ())),
        sources=tuple(declared("SOURCES", ())),
        steps=declared("STEPS"),
        load_data=load_data if takes_data else None,
    )


def _kind(function: Callable[..., Any]) -> Literal["function", "generator"]:
    body = function if inspect.isroutine(function) else type(function).__call__
    return "generator" if inspect.isgeneratorfunction(body) else "function"


def _check_signature(function: Callable[..., Any], reference: str) -> bool:
    """Tell whether the objective takes data; refuse what cannot be called as one."""
    if inspect.isclass(function):
        message = (
            f"objective `{reference}` must be a function or a generator, got a class. "
            "Write `def train(config, seed)`."
        )
        raise ObjectiveError(message)
    signature = inspect.signature(function)
    for arguments, takes_data in (((None, None), False), ((None, None, None), True)):
        try:
            signature.bind(*arguments)
        except TypeError:
            continue
        return takes_data or "data" in signature.parameters
    message = (
        f"objective `{reference}` must take `(config, seed)` or `(config, seed, data)`, "
        f"got `{signature}`. Change its parameters."
    )
    raise ObjectiveError(message)


def _named(module: ModuleType, name: str, where: str) -> Callable[..., Any]:
    owner: Any = module
    for part in name.split("."):
        owner = getattr(owner, part, None)
    if callable(owner):
        return owner  # type: ignore[no-any-return]
    own = [
        key
        for key, value in vars(module).items()
        if inspect.isfunction(value) and not key.startswith("_") and key != "load_data"
    ]
    message = f"`{where}` has no function `{name}`. {nearest(name, own)}"
    raise UnknownObjectiveError(message)


def _import_failure(where: str, error: Exception) -> ObjectiveError:
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
    except (ImportError, ValueError):
        return []
    found = pkgutil.iter_modules(getattr(module, "__path__", []))
    return [f"{package}.{info.name}" for info in found if not info.ispkg]


def _module_source(module: ModuleType) -> str:
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""


def _function_source(function: Callable[..., Any]) -> str:
    described = getattr(function, "source_text", None)
    if isinstance(described, str):
        return described
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):
        return ""


def _hash(source: str, function: Callable[..., Any]) -> str:
    digest = hashlib.sha256(source.encode())
    closed_over = [*(getattr(function, "__closure__", None) or ())]
    values = [cell.cell_contents for cell in closed_over]
    values.append(getattr(function, "__defaults__", None))
    if any(value is not None for value in values):
        import joblib  # noqa: PLC0415 - only closures need it

        digest.update(joblib.hash(values).encode())
    return digest.hexdigest()
