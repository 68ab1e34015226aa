"""Why runs failed: counts by reason first, then run by run what is known."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sweeps.report.wording import count, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from sweeps.results import Results

_TRACEBACK_LINES = 8
_OUTPUT_LINES = 8
_CONTROL_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)")
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Failures:
    """Renders the runs that failed.

    Args:
        results: The results to show.
        top: Number of runs to show one by one, None for all.
    """

    def __init__(self, results: Results, *, top: int | None = 20) -> None:
        self._table = results.failures()
        self._top = len(self._table) if top is None else top

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the counts by reason, then the runs."""
        n_failed = len(self._table)
        yield _reasons(self._table)
        for row in self._table.head(self._top).itertuples(index=False):
            yield Text()
            yield from _run(row)
        if self._top < n_failed:
            yield Text(f"\n{self._top:,} of {n_failed:,} failed runs shown.", style="dim")


def _reasons(failures: pd.DataFrame) -> Table:
    """Count the failed runs by status and error, most frequent first."""
    errors = [_first_line(error) for error in failures["error"]]
    reasons = Counter(zip(failures["status"], errors, strict=True))
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for (status, error), n in reasons.most_common():
        table.add_row(Text(f"{n:,} x"), Text(_word(status)), Text(error))
    return table


def _run(row: Any) -> Iterator[RenderableType]:
    """Give what is known of one failed run."""
    attempts = "" if pd.isna(row.attempts) else f" after {count(row.attempts, 'attempt')}"
    node = f" on {row.node}" if isinstance(row.node, str) and row.node else ""
    validation = " (validation)" if row.role == "validation" else ""
    yield Text(
        f"config {short_id(row.config_id)}, seed {row.seed}{validation}: "
        f"{_word(row.status)}{attempts}{node}",
        style="bold",
    )
    if isinstance(row.error, str):
        yield Padding(Text(_printable(row.error)), (0, 0, 0, 2))
    if isinstance(row.traceback, str):
        yield _block("traceback", row.traceback, _TRACEBACK_LINES)
    if isinstance(row.output, str) and row.output.strip():
        yield _block("it printed last", row.output, _OUTPUT_LINES)


def _block(title: str, text: str, n_lines: int) -> RenderableType:
    """Give the last lines of a text under a title."""
    lines = _printable(text).rstrip().splitlines()
    dots = ["..."] if len(lines) > n_lines else []
    body = "\n".join(f"  {line}" for line in [*dots, *lines[-n_lines:]])
    return Padding(Text(f"{title}:\n{body}", style="dim"), (0, 0, 0, 2))


def _printable(text: str) -> str:
    r"""Leave out what would move the cursor or recolour the terminal.

    Example:
        >>> _printable("10 %\r20 %\n\x1b[31mred\x1b[0m\x07")
        '20 %\nred'
    """
    plain = _CONTROL_SEQUENCE.sub("", text)
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in plain.split("\n"))
    return _CONTROL_CHARACTER.sub("", "\n".join(lines))


def _first_line(error: object) -> str:
    lines = _printable(error).splitlines() if isinstance(error, str) else []
    return lines[0] if lines else "no reason known"


def _word(status: str) -> str:
    return status.replace("_", " ")
