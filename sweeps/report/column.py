"""Tables of plain text that know how wide they would like to be.

Rich's own table takes a millisecond a row, which is too long for 10,000 configurations.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

GAP = "  "
_LEAST_WRAPPED = 8
_BOLD = Style(bold=True)
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as text.

    Attributes:
        header: What it is called.
        cells: Its entries.
        is_number: Whether it stands at the right.
        wraps: Whether a long entry may take several lines.
    """

    header: str
    cells: Sequence[str]
    is_number: bool = True
    wraps: bool = False

    def lines(self, text: str, width: int) -> list[str]:
        """Give an entry as lines of exactly `width` characters on the screen."""
        parts = wrapped(text, width) if self.wraps else [text]
        return [self._padded(part, width) for part in parts]

    def _padded(self, text: str, width: int) -> str:
        missing = width - cell_len(text)
        if missing < 0:
            return set_cell_size(text, width - 1) + "…"
        return " " * missing + text if self.is_number else text + " " * missing


class Grid:
    """Renders columns side by side; text in them is never read as markup.

    Args:
        columns: At least one column, all with the same number of cells.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = [_without_control_characters(column) for column in columns]
        self._widths = [
            max(cell_len(text) for text in (column.header, *column.cells))
            for column in self._columns
        ]

    @property
    def width(self) -> int:
        """Number of characters that the table would like to have."""
        return sum(self._widths) + len(GAP) * (len(self._widths) - 1)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the header, a rule and the rows, with long entries wrapped where that is allowed."""
        widths = self._fitted(options.max_width)
        total = sum(widths) + len(GAP) * (len(widths) - 1)
        for line in self._row([column.header for column in self._columns], widths):
            yield Segment(set_cell_size(line, min(total, options.max_width)) + "\n", _BOLD)
        rule = "-" if options.ascii_only else "─"
        yield Segment(rule * min(total, options.max_width) + "\n")
        for cells in zip(*(column.cells for column in self._columns), strict=True):
            for line in self._row(cells, widths):
                yield Segment(_cut(line, options.max_width) + "\n")

    def _fitted(self, most: int) -> list[int]:
        """Narrow the columns that wrap until the table fits, as far as that goes."""
        widths = list(self._widths)
        for i, column in enumerate(self._columns):
            if column.wraps:
                excess = sum(widths) + len(GAP) * (len(widths) - 1) - most
                least = min(widths[i], max(_LEAST_WRAPPED, cell_len(column.header)))
                widths[i] = max(widths[i] - max(excess, 0), least)
        return widths

    def _row(self, cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
        entries = [
            column.lines(cell, width)
            for column, cell, width in zip(self._columns, cells, widths, strict=True)
        ]
        for i in range(max(map(len, entries))):
            yield GAP.join(
                lines[i] if i < len(lines) else " " * width
                for lines, width in zip(entries, widths, strict=True)
            )


def wrapped(text: str, width: int) -> list[str]:
    """Break a text at spaces, and within a word only where it is longer than a line.

    Example:
        >>> wrapped("C=1 kernel=rbf", 10)
        ['C=1', 'kernel=rbf']
    """
    return textwrap.wrap(text, max(width, 1), break_on_hyphens=False) or [""]


def _without_control_characters(column: Column) -> Column:
    """Keep an entry from breaking the line or moving the cursor."""
    header, *cells = (_CONTROL_CHARACTER.sub(" ", text) for text in (column.header, *column.cells))
    return replace(column, header=header, cells=cells)


def _cut(line: str, width: int) -> str:
    return line.rstrip() if cell_len(line) <= width else set_cell_size(line, width)
