"""Define: a sweep from a YAML file or text, with every problem at its line.

Ties together the text, the overrides and the checks; has no rules of its own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sweeps.errors import Problem, SpecError, nearest
from sweeps.spec.override import Overridden, apply_overrides
from sweeps.spec.record import Sweep
from sweeps.spec.yaml_text import YamlText, read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

SUFFIXES = (".yaml", ".yml")


def read_sweep(path: str | Path, *, overrides: Sequence[str] = ()) -> Sweep:
    """Read a sweep definition from a YAML file.

    Relative paths in it start from its own folder; without `name` the sweep is called like the
    file, without its ending.

    Args:
        path: The file.
        overrides: Each `dotted.key=value`, set over what the file says; later ones win.

    Raises:
        SpecError: The file cannot be read, or with every problem in it, each with its line.
    """
    path = Path(path)
    text = _read(path)
    return parse_sweep(text, source=str(path), base=path.parent, overrides=overrides)


def parse_sweep(
    text: str, *, source: str, base: Path | None, overrides: Sequence[str] = ()
) -> Sweep:
    """Read a sweep definition from YAML text.

    Args:
        text: The definition.
        source: Name of the text in messages, such as its path; the default for `name` where it
            ends in `.yaml` or `.yml`.
        base: Folder that relative paths start from, None for the current one.
        overrides: Each `dotted.key=value`, set over what the text says; later ones win.

    Raises:
        SpecError: With every problem, each with its line.

    Example:
        >>> parse_sweep("seed: 30", source="digits.yaml", base=None)
        Traceback (most recent call last):
        sweeps.errors.SpecError: 4 problems in digits.yaml:
          - line 1, seed: a sweep definition has no key `seed`. Did you mean `seeds`? ...
    """
    read = read_yaml(text, source)
    content = _mapping(read, source)
    changed = apply_overrides(content, overrides)
    sweep, found = _checked(_named(changed.content, source), base)
    placed = [_placed(problem, read, changed) for problem in found]
    problems = [*read.problems, *changed.problems, *placed]
    if sweep is None or problems:
        problems.sort(key=lambda problem: problem.line or len(text))
        raise SpecError(problems, source)
    return sweep


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        cause: Exception = error
        known = [file.name for file in path.parent.glob("*") if file.suffix in SUFFIXES]
        rule, remedy = "there is no such file", nearest(path.name, known)
    except UnicodeDecodeError as error:
        cause = error
        rule, remedy = f"the file must be UTF-8, byte {error.start} is not", "Save it as UTF-8."
    except OSError as error:
        cause = error
        rule = f"the file cannot be read: {error.strerror}"
        remedy = "Give the path of a YAML file."
    raise SpecError([Problem(str(path), rule, "", remedy)], "the sweep definition") from cause


def _mapping(read: YamlText, source: str) -> dict[str, object]:
    if isinstance(read.content, dict):
        return read.content
    remedy = "Write `objective: …`, `search: …`, `seeds: …`, or start from `sweeps init OBJECTIVE`."
    if read.content is None:
        problem = Problem("the top level", "the file is empty", "", remedy)
    else:
        kind = "a list" if isinstance(read.content, list) else "a single value"
        rule = "must be a mapping of keys to values"
        problem = Problem("the top level", rule, kind, remedy, read.line(""))
    raise SpecError([problem], source)


def _named(content: dict[str, object], source: str) -> dict[str, object]:
    path = Path(source)
    if content.get("name") is not None or path.suffix not in SUFFIXES:
        return content
    return {**content, "name": path.stem}


def _checked(
    content: dict[str, object], base: Path | None
) -> tuple[Sweep | None, tuple[Problem, ...]]:
    try:
        return Sweep.from_mapping(content, base=base), ()
    except SpecError as error:
        return None, error.problems


def _placed(problem: Problem, read: YamlText, changed: Overridden) -> Problem:
    return changed.placed(problem) or replace(problem, line=read.line(problem.where))
