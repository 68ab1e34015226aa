"""Takes the snapshot of the user's own code that travels with one objective."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.objective.own_code import own_code, read_text, spec_of
from sweeps.objective.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def collect(
    source: str, folders: Sequence[str], *, module: str | None, file: tuple[str, str] | None
) -> Snapshot:
    """Collect the user's own code as it is on disk now.

    Args:
        source: Text of the objective's module, or of a callable, as it was when it was loaded:
            this one travels, whatever its file says by now.
        folders: Where own code lies. The folder of the script that runs belongs to them, and the
            one that the objective's package lies in.
        module: The objective's module, None for a callable of none.
        file: Path and text of the objective's file, where it is in a loose one.
    """
    scripts = dict([file] if file else [])
    texts = [source, *scripts.values()]
    package = module and module.partition(".")[0]
    main = sys.modules.get("__main__")
    script = getattr(main, "__file__", None)
    if module is None and file is None and script is not None:
        # a function of a script travels by value, without its text
        scripts[script] = read_text(script) or ""
        texts.append(scripts[script])
        package = (getattr(main, "__package__", None) or "").partition(".")[0]
    folders = [*folders, *_folders_of(package)]
    if script is not None:
        folders.append(str(Path(script).parent))
    modules = own_code(texts, package, folders)
    if module in modules and source:
        modules[module] = replace(modules[module], text=source)
    return Snapshot.of(modules, scripts)


def _folders_of(package: str | None) -> Iterator[str]:
    """Give the folders that a package, or a module that is in none, lies in."""
    spec = spec_of(sys.modules.get(package or ""))
    if spec is None:
        return
    places = spec.submodule_search_locations
    for place in [spec.origin] if places is None else places:
        if place is not None:
            yield str(Path(place).parent)
