"""Finds the user's own code: what travels with an objective, rather than being installed."""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

from sweeps.objective.imports import imports
from sweeps.objective.snapshot import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.machinery import ModuleSpec

MOST_FILES: Final = 5_000
MOST_CHARACTERS: Final = 20_000_000
"""Where there is more than this, only what is imported travels, not what might be imported."""

_INSTALLED = re.compile(r"(^|[\\/])(site|dist)-packages($|[\\/])")
_STANDARD = tuple(
    os.path.realpath(folder) + os.sep
    for key in ("stdlib", "platstdlib")
    if (folder := sysconfig.get_path(key))
)
_OURS = re.compile(r"sweeps($|\.|_objective_)")


def own_code(
    texts: Iterable[str], package: str | None, folders: Iterable[str]
) -> dict[str, Source]:
    """Collect the user's own modules that an objective may import, in whatever process.

    These are the modules that this process has imported, and all that the given texts name in an
    import, wherever in the text it stands, with the whole package that it belongs to, and what
    those name in turn.

    Args:
        texts: Where the imports start from: the objective's own source, and a script's.
        package: Top-level package or module of the objective, None where it has none.
        folders: Where own code lies; what is installed inside of them is not the user's.

    Returns:
        Modules by name. Extension modules and data files stay where they are.
    """
    search = _Search(tuple(os.path.realpath(folder) for folder in folders))
    loaded = search.loaded()
    try:
        found = search.reachable(texts, package)
    except _TooMuchError:
        found = {}
    # what is imported has the name that the driver knows it by
    return _with_namespaces(found | loaded)


class _TooMuchError(Exception):
    """There is more code than travels."""


@dataclass(slots=True)
class _Search:
    """One search through folders of own code.

    Attributes:
        folders: Resolved.
        n_characters: Of all texts that were read to be taken whole.
    """

    folders: tuple[str, ...]
    n_characters: int = 0
    _texts: dict[str, str | None] = field(default_factory=dict)
    _walked: set[str] = field(default_factory=set)

    def loaded(self) -> dict[str, Source]:
        """Give the own modules that this process has imported."""
        found = {}
        for name, module in sorted(sys.modules.copy().items()):
            spec = spec_of(module)
            # under an alias a module would be executed twice
            if spec is None or spec.name != name or _OURS.match(name):
                continue
            if (source := self._source(spec.origin)) is not None:
                found[name] = source
        return found

    def reachable(self, texts: Iterable[str], package: str | None) -> dict[str, Source]:
        """Give what the texts import, and what that imports in turn, by whole packages.

        Raises:
            _TooMuchError: It is more than travels.
        """
        found: dict[str, Source] = {}
        names = [package] if package else []
        names += itertools.chain.from_iterable(map(_imported, texts))
        seen = set()
        while names:
            name = names.pop()
            if name in seen or _OURS.match(name):
                continue
            seen.add(name)
            for module, source in self._whole(name):
                found[module] = source
                self.n_characters += len(source.text or "")
                if len(found) > MOST_FILES or self.n_characters > MOST_CHARACTERS:
                    raise _TooMuchError
                names += _imported(source.text or "")
        return found

    def _whole(self, name: str) -> Iterator[tuple[str, Source]]:
        """Give all modules of a top-level package, or the one module, where they are own."""
        spec = _found(name)
        if spec is None:
            return
        if spec.submodule_search_locations is not None:
            for folder in map(str, spec.submodule_search_locations):
                if self._is_own(folder):
                    yield from self._walk(folder, name)
        elif (source := self._source(spec.origin)) is not None:
            yield name, source

    def _walk(self, folder: str, package: str) -> Iterator[tuple[str, Source]]:
        resolved = os.path.realpath(folder)
        if resolved in self._walked or Path(folder, "pyvenv.cfg").exists():
            return
        self._walked.add(resolved)  # a link may lead back to where it stands
        for path in sorted(_entries(folder)):
            if path.suffix == ".py" and path.stem.isidentifier():
                text = self._read(str(path))
                if text is not None:
                    name = package if path.stem == "__init__" else f"{package}.{path.stem}"
                    yield name, Source(str(path), text)
            elif path.name.isidentifier() and path.name != "__pycache__" and path.is_dir():
                yield from self._walk(str(path), f"{package}.{path.name}")

    def _is_own(self, path: str) -> bool:
        """Tell whether a file or folder is the user's."""
        if _INSTALLED.search(path):  # most are, and to follow links takes long
            return False
        path = os.path.realpath(path)
        if path.startswith(_STANDARD) or _INSTALLED.search(path):
            return False
        return any(Path(path).is_relative_to(folder) for folder in self.folders)

    def _source(self, file: str | None) -> Source | None:
        """Give a module by its file, None where it is not own or has no text."""
        if file is None or not file.endswith(".py") or not self._is_own(file):
            return None
        text = self._read(file)
        return None if text is None else Source(file, text)

    def _read(self, file: str) -> str | None:
        """Give the text of a file; one file has one text, though it may change meanwhile."""
        if file not in self._texts:
            self._texts[file] = read_text(file)
        return self._texts[file]


def read_text(file: str) -> str | None:
    """Give the text of a source file, None where it cannot be read."""
    try:
        return importlib.util.decode_source(Path(file).read_bytes())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None


def spec_of(module: object) -> ModuleSpec | None:
    """Give the spec of a module without waking up one that is loaded when it is first touched."""
    # not `isinstance`: a library of cffi says that it is a module, and has no `__dict__`
    if not issubclass(type(module), ModuleType):
        return None
    spec: ModuleSpec | None = object.__getattribute__(module, "__dict__").get("__spec__")
    return spec


def _with_namespaces(modules: dict[str, Source]) -> dict[str, Source]:
    """Add the packages without `__init__.py` that modules lie in."""
    found = dict(modules)
    for name, source in modules.items():
        folder = Path(source.file).parent
        if Path(source.file).name == "__init__.py":
            folder = folder.parent
        package = name.rpartition(".")[0]
        while package and package not in found and folder.name == package.rpartition(".")[2]:
            spec = spec_of(sys.modules.get(package))
            if spec is not None and spec.origin is not None:
                break  # an installed package, which lends its name to own code
            found[package] = Source(str(folder), None)
            package, folder = package.rpartition(".")[0], folder.parent
    return found


def _imported(text: str) -> Iterator[str]:
    """Give the top-level names of all that a text imports, but for relative ones."""
    return (each.name.partition(".")[0] for each in imports(text))


def _entries(folder: str) -> list[Path]:
    try:
        return list(Path(folder).iterdir())
    except OSError:
        return []


def _found(name: str) -> ModuleSpec | None:
    if name in sys.modules:
        return spec_of(sys.modules[name])
    try:
        return importlib.util.find_spec(name)
    except Exception:  # noqa: BLE001 - a finder of somebody else's; then it is not own code
        return None
