"""Define: the given configurations of the sampler `listed`, from a CSV file or from a list."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sweeps.errors import Problem, SpaceError, SpecError, nearest
from sweeps.space import Space, config_id
from sweeps.spec.search import MOST_CONFIGS
from sweeps.spec.secret import shown
from sweeps.spec.yaml_text import read_yaml

if TYPE_CHECKING:
    from sweeps.spec.search import Row

WHERE = "search.from"
MOST_REPORTED = 20  # wrong rows that are shown one by one

Rows = Iterator[tuple[str, Mapping[str, object]]]


def read_listed(
    given: object, space: Space | None, base: Path | None
) -> tuple[tuple[Row, ...] | None, list[Problem]]:
    """Read and check configurations.

    Args:
        given: Path of a CSV file, or a list of mappings.
        space: What each configuration is checked with; without it only the form is.
        base: Folder that a relative path starts from, None for the current one.

    Returns:
        The distinct configurations in the order given, constants filled in, and every problem.
    """
    try:
        if isinstance(given, str | Path):
            rows = list(_csv_rows((base or Path()) / given, space))
        else:
            rows = list(_list_rows(given))
    except SpecError as error:
        return None, list(error.problems)
    if not rows:
        rule = "there is no configuration in it"
        return None, [Problem(WHERE, rule, "", "Give at least one.")]
    if len(rows) > MOST_CONFIGS:
        rule = f"there can be at most {MOST_CONFIGS:,} configurations"
        return None, [Problem(WHERE, rule, f"{len(rows):,}", "Shorten the list.")]
    return (None, []) if space is None else _checked(rows, space)


def _checked(
    rows: list[tuple[str, Mapping[str, object]]], space: Space
) -> tuple[tuple[Row, ...], list[Problem]]:
    distinct: dict[str, Row] = {}
    wrong: list[list[Problem]] = []
    for where, row in rows:
        try:
            values = space.check(row, where)
        except SpaceError as error:
            wrong.append(list(error.problems))
        else:
            distinct.setdefault(config_id(values), tuple(values.items()))
    problems = [problem for found in wrong[:MOST_REPORTED] for problem in found]
    if len(wrong) > MOST_REPORTED:
        rule = f"{len(wrong) - MOST_REPORTED:,} more of {len(rows):,} configurations are not legal"
        problems.append(Problem(WHERE, rule, "", "Correct the first ones, then try again."))
    return tuple(distinct.values()), problems


def _list_rows(given: object) -> Rows:
    if not isinstance(given, list | tuple):
        rule = "must be the path of a CSV file, or a list of configurations"
        remedy = "Write `from: configs.csv` or `from: [{...}, {...}]`."
        raise SpecError([Problem(WHERE, rule, shown(given), remedy)])
    rule = "a configuration must be a mapping of hyperparameters to values"
    problems = [
        Problem(f"{WHERE}[{i}]", rule, shown(row), "Write for example `{C: 1.0, kernel: rbf}`.")
        for i, row in enumerate(given)
        if not isinstance(row, Mapping)
    ]
    if problems:
        raise SpecError(problems)
    for i, row in enumerate(given):
        yield f"{WHERE}[{i}]", row


def _csv_rows(path: Path, space: Space | None) -> Rows:
    reader = csv.reader(io.StringIO(_read(path)), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        rows = [row for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        remedy = "Correct the file."
        rule = f"`{path.name}` line {reader.line_num} is no CSV: {error}"
        raise SpecError([Problem(WHERE, rule, "", remedy)]) from error
    columns = _columns(space)
    problems = _header_problems(header, columns, path.name) if space is not None else []
    for i, row in enumerate(rows, 1):
        if len(row) != len(header):
            rule = f"the row must have as many cells as the header, which has {len(header)}"
            where = _row_place(path, i)
            problems.append(Problem(where, rule, str(len(row)), "Correct the row."))
    if problems:
        raise SpecError(problems)
    for i, row in enumerate(rows, 1):
        cells = zip(header, (cell.strip() for cell in row), strict=True)
        yield (
            _row_place(path, i),
            {name: _cell(cell, columns.get(name)) for name, cell in cells if cell},
        )


def _row_place(path: Path, i: int) -> str:
    return f"{WHERE} ({path.name} row {i})"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        cause: Exception = error
        known = [file.name for file in path.parent.glob("*.csv")]
        rule, remedy = f"there is no file `{path}`", nearest(path.name, known)
    except UnicodeDecodeError as error:
        cause = error
        rule, remedy = f"`{path}` is not text in UTF-8", "Save it as CSV in UTF-8."
    except OSError as error:
        cause = error
        rule, remedy = f"`{path}` cannot be read: {error.strerror}", "Give the path of a CSV file."
    raise SpecError([Problem(WHERE, rule, "", remedy)]) from cause


def _header_problems(header: list[str], known: Mapping[str, object], file: str) -> list[Problem]:
    problems = []
    for name in dict.fromkeys(header):
        where = f"{WHERE} ({file} header)"
        if name not in known:
            rule = f"`{name}` is no hyperparameter of the space"
            problems.append(Problem(where, rule, "", nearest(name, known)))
        if header.count(name) > 1:
            rule = f"column `{name}` stands {header.count(name)} times"
            problems.append(Problem(where, rule, "", "Keep one of them."))
    return problems


def _columns(space: Space | None) -> dict[str, list[object] | None]:
    """Give the values that each hyperparameter lists, None for numbers with bounds."""
    if space is None:
        return {}
    written: Any = space.document()["space"]
    return {name: _listed_values(entry) for name, entry in written.items()}


def _listed_values(entry: object) -> list[object] | None:
    if not isinstance(entry, Mapping):
        return [entry]
    if "constant" in entry:
        return [entry["constant"]]
    return entry.get("choice") or entry.get("ordinal")


def _cell(text: str, values: list[object] | None) -> object:
    """Give the value that a cell stands for: a listed one that prints like it, or as YAML."""
    for value in values or ():
        if str(value) == text:
            return value
    try:
        read = read_yaml(text, "a cell")
    except SpecError:
        return text
    return text if read.problems else read.content
