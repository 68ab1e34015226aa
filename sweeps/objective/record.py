"""The record of an objective, and the form in which it travels to the processes that train."""

from __future__ import annotations

import functools
import hashlib
import importlib
import sys
from dataclasses import dataclass, field, fields, replace
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import cloudpickle

from sweeps.errors import ObjectiveError
from sweeps.objective.collecting import collect
from sweeps.objective.helpers import helper_hashes, imported, package_of, referred
from sweeps.objective.serving import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sweeps.objective.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Shipment:
    """An objective on its way to another process; three forms, one filled.

    Attributes:
        module: Importable module, for objectives that both sides can import.
        file: Path and text of a source file, for objectives in loose files: the text travels, so
            the other side runs what was submitted even if the file has changed since.
        pickled: The callable by value, for notebooks and closures.
        attribute: Dotted name inside the module or file.
        paths: Folders that must be importable on the other side.
        source: Text of the module, or of the callable that is pickled, when the objective was
            loaded; empty where it has none, and once it is packed.
        code: The user's own code, which the other side runs in place of what it finds on disk;
            None until the shipment leaves: it is collected when it is pickled.
    """

    attribute: str = ""
    module: str | None = None
    file: tuple[str, str] | None = None
    pickled: bytes | None = None
    paths: tuple[str, ...] = ()
    source: str = field(default="", repr=False)
    code: Snapshot | None = None

    def packed(self) -> Shipment:
        """Give the shipment with the user's own code, as it is on disk now."""
        return replace(self, code=self._snapshot(), source="") if self.code is None else self

    def _snapshot(self) -> Snapshot:
        if self.code is not None:
            return self.code
        return collect(self.source, self.paths, module=self.module, file=self.file)

    def helpers(self, source: str) -> dict[str, str]:
        """Hash the user's own modules that the objective depends on, itself left out.

        Args:
            source: Text of its module or file, or of the callable that is pickled.
        """
        code = self._snapshot()
        modules = code.modules()
        if self.pickled is not None:
            main = sys.modules.get("__main__")
            package = getattr(main, "__package__", None) or ""
            needed = referred(self.pickled, modules, code.scripts(), package)
            return helper_hashes(modules, [*imported(source, package), *needed])
        name = self.module or ""
        package = package_of(name, modules[name].file if name in modules else "")
        roots = [*imported(source, package), name.rpartition(".")[0]]
        found = helper_hashes(modules, roots)
        found.pop(name, None)
        return found

    def __reduce__(self) -> tuple[type[Shipment], tuple[Any, ...]]:
        """Pickle it packed, so that it never leaves without the code."""
        packed = self.packed()
        return Shipment, tuple(getattr(packed, each.name) for each in fields(packed))

    def load(self) -> Callable[..., Any]:
        """Give the callable, in whatever process this is called.

        Where the shipment has arrived, all own code that is imported from now on is what was
        shipped, so whatever needs the user's classes must be unpickled after this. In the process
        that it starts from nothing changes.

        Raises:
            ObjectiveError: The module cannot be imported here.
        """
        for path in self.paths:
            if path not in sys.path:
                sys.path.append(path)
        if self.code is not None:
            serve(self.code)
        if self.pickled is not None:
            return cloudpickle.loads(self.pickled)  # type: ignore[no-any-return]
        if self.file is not None:
            return _attribute(module_from_text(*self.file), self.attribute)
        try:
            module = importlib.import_module(str(self.module))
        except Exception as error:
            message = (
                f"`{self.module}` cannot be imported where the runs are executed: {error!r}. "
                "Install it there too."
            )
            raise ObjectiveError(message) from error
        return _attribute(module, self.attribute)


@dataclass(frozen=True)
class Objective:
    """What is trained: a callable and what its module declares about it.

    Two objectives are equal when reference and source are.

    Attributes:
        reference: How it is named in a definition, such as `objectives.svm:train`.
        kind: `function` returns its metrics once, `generator` yields them step by step, `class`
            is made anew for each run, set up, and asked for one step after the other.
        source: Text of the file, or of the function or class where there is no file.
        source_hash: sha256 of `source` and of what the function or class carries (closure,
            default values, the state of its object, base classes), hexadecimal.
        takes_data: Whether it has a third parameter, filled with what `load_data` gives.
        function: The callable itself; the class where `kind` is `class`.
        shipment: How it travels.
        space: `SPACE`, the search space as a mapping, None where none is declared. Like all that
            is declared, it is a copy that cannot be changed.
        forbid: `FORBID`, clauses of configurations that must not be drawn.
        defaults: `DEFAULTS`, the configuration that a user would start with.
        metric: `METRIC`, the metric that is optimised.
        mode: `MODE`, `max` or `min`.
        metrics: `METRICS`, names of all metrics reported; empty where not declared.
        sources: `SOURCES`, names of the streams of randomness it draws from.
        steps: `STEPS`, the number of steps of a full run.
        load_data: Gives the data, once per sweep.
    """

    reference: str
    kind: Literal["function", "generator", "class"]
    source: str
    source_hash: str
    takes_data: bool
    function: Callable[..., Any] = field(compare=False, repr=False)
    shipment: Shipment = field(compare=False, repr=False)
    space: Mapping[str, Any] | None = field(default=None, compare=False)
    forbid: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)
    defaults: Mapping[str, Any] | None = field(default=None, compare=False)
    metric: str | None = None
    mode: str | None = None
    metrics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    steps: int | None = None
    load_data: Callable[[], Any] | None = field(default=None, compare=False, repr=False)

    def packed(self) -> Objective:
        """Give the objective with the user's own code, as it is on disk now.

        What travels is then what `helpers` and `code_hash` describe, whatever happens to the files.
        """
        return replace(self, shipment=self.shipment.packed())

    @functools.cached_property
    def helpers(self) -> Mapping[str, str]:
        """sha256 of each module of the user's own that it depends on, by name."""
        return self.shipment.helpers(self.source)

    @functools.cached_property
    def code_hash(self) -> str:
        """sha256 of all code that makes a run what it is: its own, and that of its helpers."""
        lines = [self.source_hash, *(f"{name}={found}" for name, found in self.helpers.items())]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def can_be_saved(self) -> bool:
        """Tell whether the state of a run can be saved between two steps and loaded again."""
        return self.kind == "class" and hasattr(self.function, "save")


def module_from_text(path: str, text: str) -> ModuleType:
    """Execute the source `text` as a module that believes to live at `path`."""
    # a name of its own, so that files that are loaded one after the other do not mix
    digest = hashlib.sha256(f"{path}\n{text}".encode()).hexdigest()
    module = ModuleType(f"sweeps_objective_{digest[:16]}")
    module.__file__ = path
    # dataclasses and typing look the module of a class up by name while the body runs
    sys.modules[module.__name__] = module
    try:
        exec(compile(text, path, "exec"), module.__dict__)  # noqa: S102 - the user's own file
    except BaseException:
        del sys.modules[module.__name__]
        raise
    return module


def _attribute(owner: object, dotted: str) -> Callable[..., Any]:
    for name in dotted.split("."):
        owner = getattr(owner, name)
    return owner  # type: ignore[return-value]
