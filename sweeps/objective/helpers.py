"""Finds which of the user's own modules an objective depends on, so that a change is noticed.

Not all that travels: of a package only the modules that the objective's imports lead to, since a
change of its plots is none of its training. Nothing of the user's is executed to find out.
"""

from __future__ import annotations

import hashlib
import pickletools
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.objective.imports import imports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sweeps.objective.snapshot import Source


def helper_hashes(modules: Mapping[str, Source], roots: Iterable[str]) -> dict[str, str]:
    """Hash the own modules that some names lead to, and those that they import in turn.

    Args:
        modules: The user's own modules by name.
        roots: Full names to start from; those that are no own module lead nowhere.

    Returns:
        sha256 by name of the module, hexadecimal, in the order of the names.

    Example:
        >>> from sweeps.objective.snapshot import Source
        >>> own = {"a": Source("/a.py", "import b"), "b": Source("/b.py", ""), "c": Source("", "")}
        >>> list(helper_hashes(own, ["a"]))
        ['a', 'b']
    """
    waiting = list(roots)
    found = dict[str, str]()
    while waiting:
        name = waiting.pop()
        if name not in modules or name in found:
            continue
        text = modules[name].text or ""
        found[name] = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        waiting += imported(text, package_of(name, modules[name].file))
        waiting.append(name.rpartition(".")[0])  # a package is imported before what is in it
    return dict(sorted(found.items()))


def imported(text: str, package: str) -> Iterator[str]:
    """Give the full names of what a text imports; some of them are no modules."""
    return (each.name for each in imports(text, package))


def package_of(module: str, file: str) -> str:
    """Give the package that relative imports of a module start from.

    Example:
        >>> package_of("a.b", "/a/b.py"), package_of("a.b", "/a/b/__init__.py"), package_of("a", "")
        ('a', 'a.b', '')
    """
    return module if Path(file).name == "__init__.py" else module.rpartition(".")[0]


def referred(
    pickled: bytes, modules: Mapping[str, Source], scripts: Mapping[str, str], package: str
) -> Iterator[str]:
    """Give the own modules that a callable needs which travels by value.

    Its pickle names each module that something in it comes from, and each name that its code uses:
    what it closes over, its defaults, base classes and attributes, whatever holds them.

    Args:
        pickled: The callable, as cloudpickle wrote it.
        modules: The user's own modules by name.
        scripts: Text by file of the script that it is from. What stands beside it there does not
            count; but what its code takes from a module by name, such as a number, leaves no other
            trace than the import.
        package: Package of that script, empty where it is in none.
    """
    words = {word for _, word, _ in pickletools.genops(pickled) if isinstance(word, str)}
    yield from words
    yield from (f"{package}.{word}" for word in words if package)
    files = words - scripts.keys()
    yield from (name for name, source in modules.items() if source.file in files)
    for text in scripts.values():
        for each in imports(text, package):
            if each.bound and (each.bound in words or each.bound == "*"):
                # of `module.thing`, one of them is the module
                yield each.name
                yield each.name.rpartition(".")[0]
