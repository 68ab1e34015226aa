"""Tables that leave out what matters least where the terminal is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from sweeps.report.column import Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from sweeps.report.column import Column

_NARROWEST = 18
"""Characters of a column that wraps below which another column is left out instead."""


class FittedGrid:
    """Renders as many columns as fit.

    Args:
        columns: At least one column, all with the same number of cells.
        spare: Positions of columns that may be left out, the first to go first.
    """

    def __init__(self, columns: Sequence[Column], spare: Sequence[int] = ()) -> None:
        self._columns = columns
        self._spare = spare

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table without its least important columns where they do not fit."""
        left = list(range(len(self._columns)))
        for position in self._spare:
            if _least_width([self._columns[i] for i in left]) <= options.max_width:
                break
            left.remove(position)
        yield Grid([self._columns[i] for i in left])


def _least_width(columns: Sequence[Column]) -> int:
    """Say how narrow a table may become before it is hard to read."""
    gained = 0
    for column in columns:
        if column.wraps:
            widest = max(cell_len(text) for text in (column.header, *column.cells))
            gained += max(widest - max(_NARROWEST, cell_len(column.header)), 0)
    return Grid(columns).width - gained
