"""Figures and their tables: what the benchmarks print and keep in docs/benchmarks.md."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table.

    Attributes:
        what: What was measured.
        values: One value a repeat.
        form: How a value is written.
        low: The median must be at least this; None where there is no such goal.
        high: The median must be at most this; None where there is no such goal.
    """

    what: str
    values: tuple[float, ...]
    form: str = "{:.2f}"
    low: float | None = None
    high: float | None = None

    def row(self) -> list[str]:
        """Give the cells of the line."""
        ordered = min(self.values), statistics.median(self.values), max(self.values)
        return [self.what, *(self.form.format(value) for value in ordered), *self._verdict()]

    def _verdict(self) -> tuple[str, str]:
        median = statistics.median(self.values)
        if self.low is not None:
            return f"at least {self.low:g}", "yes" if median >= self.low else "no"
        if self.high is not None:
            return f"at most {self.high:g}", "yes" if median <= self.high else "no"
        return "", ""


def render(figures: Sequence[Figure], conditions: str) -> str:
    """Give the tables in Markdown: figures with a goal, then the others, then the conditions.

    Example:
        >>> print(render([Figure("speed", (2.0, 4.0, 3.0), low=2.5)], "").splitlines()[2])
        | speed | 2.00 | 3.00 | 4.00 | at least 2.5 | yes |
    """
    headings = ["what", "min", "median", "max"]
    with_goal = [figure.row() for figure in figures if figure.row()[4]]
    without = [figure.row()[:4] for figure in figures if not figure.row()[4]]
    tables = [_table([*headings, "goal", "reached"], with_goal), _table(headings, without)]
    return "\n\n".join([*(table for table in tables if table), conditions])


def conditions(command: str, packages: Sequence[str]) -> str:
    """Say when, by which command and on what was measured."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    today = dt.datetime.now(tz=dt.UTC).date()
    return (
        f"Measured on {today} by `{command}`: {os.cpu_count()} cores, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {versions}."
    )


def keep(text: str, section: str, page: Path = PAGE) -> None:
    """Put tables between the markers of their section, at the page's end where it has none."""
    begin, end = f"<!-- {section}:begin -->", f"<!-- {section}:end -->"
    before = page.read_text(encoding="utf-8") if page.exists() else "# Benchmarks\n"
    if begin not in before:
        before = f"{before.rstrip()}\n\n{begin}\n{end}\n"
    head, _, rest = before.partition(begin)
    tail = rest.partition(end)[2]
    page.parent.mkdir(exist_ok=True)
    page.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def _table(headings: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return ""
    rule = ["---", *["---:"] * 3, *["---"] * (len(headings) - 4)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [headings, rule, *rows])
