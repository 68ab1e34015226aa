"""The user's own code as texts, on its way to the processes that execute runs."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """Where a module lies on the driver's machine, and what it says.

    Attributes:
        file: Its file; the folder, where it is a package without `__init__.py`.
        text: Its source, None for such a package.
    """

    file: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Modules and scripts, packed so that they travel and can be told apart.

    Attributes:
        digest: sha256 of the content, hexadecimal: the same texts at the same places have the same.
        packed: The content, compressed.
    """

    digest: str
    packed: bytes = field(repr=False)

    @classmethod
    def of(cls, modules: Mapping[str, Source], scripts: Mapping[str, str]) -> Snapshot:
        """Pack texts; their order says nothing.

        Args:
            modules: By the name that they are imported by.
            scripts: Texts by file that nobody imports: they are for tracebacks.

        Example:
            >>> Snapshot.of({"a": Source("/a.py", "x = 1")}, {}).modules()
            {'a': Source(file='/a.py', text='x = 1')}
        """
        found = sorted((name, source.file, source.text) for name, source in modules.items())
        content = pickle.dumps((found, sorted(scripts.items())), protocol=5)
        return cls(hashlib.sha256(content).hexdigest(), zlib.compress(content))

    def modules(self) -> dict[str, Source]:
        """Give the modules by name."""
        return {name: Source(file, text) for name, file, text in self._content()[0]}

    def scripts(self) -> dict[str, str]:
        """Give the texts of scripts by file."""
        return dict(self._content()[1])

    def _content(self) -> tuple[list[tuple[str, str, str | None]], list[tuple[str, str]]]:
        # what a shipment carries was pickled by its driver, like the shipment itself
        return pickle.loads(zlib.decompress(self.packed))  # type: ignore[no-any-return]  # noqa: S301
