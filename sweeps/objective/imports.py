"""Reads which modules a text imports, wherever in the text, without executing it.

By pattern and not by parsing: it has to be quick for thousands of files, and to make do with texts
that are no whole module. A sentence in a docstring that reads like an import counts as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = r"[^\W\d]\w*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_STATEMENT = re.compile(
    rf"""(?:^|[;:])[ \t]*(?:
          from[ \t]+(?P<base>\.*(?:{_DOTTED})?)[ \t]*\bimport\b[ \t]*(?P<names>\([^)]*\)|[^\n;]*)
        | import[ \t]+(?P<modules>{_DOTTED}[^\n;]*)
        )
      | \b(?:import_module|__import__)\(\s*(?:name\s*=\s*)?["'](?P<called>\.*{_DOTTED})["']""",
    re.MULTILINE | re.VERBOSE,
)
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Import:
    """One name that a text imports.

    Attributes:
        name: Full name of a module, or of something in it: nobody can tell them apart here.
        bound: What it is called in the text; empty for what is only imported on the way, `*` for
            all that is in it.
    """

    name: str
    bound: str = ""


def imports(text: str, package: str = "") -> Iterator[Import]:
    """Give what a text imports.

    Args:
        text: Source text, or a piece of one.
        package: Package that relative imports start from; empty where it is in none, and they
            are left out.

    Example:
        >>> [each.name for each in imports("from . import net, data as d", "models")]
        ['models', 'models.net', 'models.data']
        >>> list(imports("if True: import a.b as c"))
        [Import(name='a.b', bound='c')]
    """
    if "import" not in text:
        return
    for match in _STATEMENT.finditer(text.replace("\\\n", " ")):
        if not package and (match["base"] or match["called"] or "").startswith("."):
            continue
        if match["called"]:
            yield Import(_absolute(match["called"], package))
        elif match["modules"]:
            for name, bound in _listed(match["modules"]):
                yield Import(name, bound or name.partition(".")[0])
        else:
            base = _absolute(match["base"], package)
            yield Import(base)
            for name, bound in _listed(match["names"]):
                yield Import(f"{base}.{name}".strip("."), bound or name)


def _listed(names: str) -> Iterator[tuple[str, str]]:
    """Take `a, b as c` apart: each name, and what it is called if that is something else."""
    for part in _COMMENT.sub("", names).strip("() \t\n").split(","):
        words = part.split()
        if words:
            yield words[0], words[2] if len(words) > 2 and words[1] == "as" else ""


def _absolute(name: str, package: str) -> str:
    """Give the full name of what is imported relative to a package.

    Example:
        >>> _absolute("..net", "models.deep"), _absolute(".", "models"), _absolute("net", "models")
        ('models.net', 'models', 'net')
    """
    level = len(name) - len(name.lstrip("."))
    if level == 0:
        return name
    parts = package.split(".")
    return ".".join([*parts[: max(len(parts) + 1 - level, 0)], name[level:]]).strip(".")
