"""Serves a snapshot of the user's own code to Python's import system, before anything on disk.

What is not in the snapshot is imported as ever: libraries, extension modules, this package.
"""

from __future__ import annotations

import linecache
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType, ModuleType

    from sweeps.objective.snapshot import Snapshot, Source


def serve(snapshot: Snapshot) -> None:
    """Let everything that is imported from now on come from the snapshot, where it is in there.

    The same snapshot twice is as good as once. Another one replaces what was served before: its
    modules are forgotten, so that nobody who imports them gets the code of the earlier one.
    Modules that were imported from elsewhere stay as they are.
    """
    for finder in [each for each in sys.meta_path if isinstance(each, SnapshotFinder)]:
        if finder.digest == snapshot.digest:
            return
        finder.retire()
    sys.meta_path.insert(0, SnapshotFinder(snapshot.digest, snapshot.modules()))
    for file, text in snapshot.scripts().items():
        _show(file, text)


class SnapshotFinder(MetaPathFinder):
    """Finds the modules of one snapshot.

    Attributes:
        digest: Which snapshot.
    """

    def __init__(self, digest: str, sources: Mapping[str, Source]) -> None:
        self.digest = digest
        self._sources = sources
        self._served: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give the module of that name, None where it is not in the snapshot."""
        del target
        source = self._sources.get(fullname)
        if source is None:
            return None
        self._served.add(fullname)
        if source.text is None:
            return _namespace(fullname, source.file, path)
        loader = SnapshotLoader(fullname, source.file, source.text)
        return spec_from_file_location(fullname, source.file, loader=loader)

    def retire(self) -> None:
        """Serve nothing any more, and forget what was served."""
        sys.meta_path.remove(self)
        for name in self._served:
            sys.modules.pop(name, None)
            linecache.cache.pop(self._sources[name].file, None)


class SnapshotLoader(SourceFileLoader):
    """Loads one module from its text; reads and writes no bytecode.

    It is a loader of source files in all other respects, so that data files beside a module are
    found where they are.
    """

    def __init__(self, fullname: str, path: str, text: str) -> None:
        super().__init__(fullname, path)
        self._text = text

    def get_source(self, fullname: str) -> str:
        """Give the text."""
        del fullname
        return self._text

    def get_code(self, fullname: str) -> CodeType:
        """Compile the text, whatever lies on disk."""
        # as text: what a first line may say of the encoding is about the bytes on disk
        file = self.get_filename(fullname)
        code: CodeType = compile(self._text, file, "exec", dont_inherit=True)
        return code

    def get_data(self, path: str) -> bytes:
        """Read a file beside the module; the module's own one is the text."""
        return self._text.encode() if path == self.path else super().get_data(path)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the text; tracebacks and `inspect` show it, not what the file says by now."""
        _show(str(self.path), self._text)
        super().exec_module(module)


def _namespace(name: str, folder: str, path: Sequence[str] | None) -> ModuleSpec:
    """Make a package without `__init__.py`, which may have parts in several folders."""
    spec = ModuleSpec(name, None, is_package=True)
    there = PathFinder.find_spec(name, path)
    others = there.submodule_search_locations if there is not None and not there.loader else None
    spec.submodule_search_locations = list(dict.fromkeys([folder, *(others or ())]))
    return spec


def _show(file: str, text: str) -> None:
    """Let tracebacks and `inspect` find the lines of a file that may not be here."""
    # an entry without a time is never compared with the file
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
