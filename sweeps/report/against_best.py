"""All configurations against the best one: which can be ruled out, and which cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from sweeps.report.column import GAP, Column, Grid, wrapped
from sweeps.report.decision import listed
from sweeps.report.figure import interval, notes, p_text
from sweeps.report.leaderboard import assignments, constants_of, hyperparameter_column
from sweeps.report.progress import unfinished
from sweeps.report.wording import MISSING, count, measured, short_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from sweeps.results import Results

_LESS_IMPORTANT = ("runs", "p")
"""Columns that a narrow terminal goes without, the first to go first."""
_LEAST_LAST = 16
"""Columns that the hyperparameters get at least."""
_MARGIN = "      "


class Differences:
    """Renders the differences to the best, as many columns as fit, and no value in two pieces.

    Args:
        columns: The columns; the last one wraps.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table, without its least important columns where it is narrow."""
        *figures, last = self._columns
        words = [cell_len(word) for cell in last.cells for word in cell.split()]
        least = max([_LEAST_LAST, *words])
        for header in ("", *_LESS_IMPORTANT):
            figures = [column for column in figures if column.header != header]
            if Grid(figures).width + len(GAP) + least <= options.max_width:
                yield Grid([*figures, last])
                return
        yield self._stacked(options.max_width)

    def _stacked(self, width: int) -> Text:
        """Give each configuration a line for its figures, and lines for its hyperparameters."""
        *figures, last = self._columns
        for header in _LESS_IMPORTANT:
            if Grid(figures).width <= width:
                break
            figures = [column for column in figures if column.header != header]
        widths = [max(cell_len(text) for text in (each.header, *each.cells)) for each in figures]

        def line(texts: Iterable[str]) -> str:
            parts = zip(figures, texts, widths, strict=True)
            return GAP.join(column.lines(text, size)[0] for column, text, size in parts).rstrip()

        rows = zip(*(column.cells for column in figures), strict=True)
        lines = [line(column.header for column in figures)]
        for row, assigned in zip(rows, last.cells, strict=True):
            lines.append(line(row))
            lines += [_MARGIN + part for part in wrapped(assigned, width - len(_MARGIN)) if part]
        return Text("\n".join(lines), overflow="crop", no_wrap=True)


def against_best(
    results: Results, *, is_pooled: bool = False, top: int | None = None
) -> list[RenderableType]:
    """Show every configuration's difference to the best: in words, then as a table.

    Args:
        results: The results to show.
        is_pooled: Whether all configurations are taken to vary equally over seeds.
        top: Number of configurations to show, None for all.

    Raises:
        ResultsError: No run has finished.
    """
    table = results.compare_to_best(pooled=is_pooled)
    said = Text(" ".join(_sentences(table)))
    rest, before = table.iloc[1:], unfinished(results)
    if rest.empty:
        return [*before, said]
    shown = rest if top is None else rest.head(top)
    reasons = [*table.attrs.get("reasons", ()), *_row_reasons(rest)]
    remarks = notes([*_meanings(results), *reasons, *_left_out(len(shown), len(rest))])
    return [*before, said, Text(), Differences(_columns(results, shown, table)), *remarks]


def _sentences(table: pd.DataFrame) -> Iterator[str]:
    """Say how many can be ruled out; the best is the first row."""
    rest = table.iloc[1:]
    n_others, name = len(rest), short_id(table["config_id"].iloc[0])
    if not n_others:
        yield f"{name} is the only configuration, so there is nothing to compare it with."
        return
    n_tied = int(rest["tied"].sum())
    n_open = int((~rest["tied"] & rest["low"].isna()).sum())
    others = f"Of {count(n_others, 'other configuration')}, "
    parts = [
        f"{n_tied:,} cannot be told apart from {name}" if n_tied else "",
        f"{n_others - n_tied - n_open:,} can be ruled out" if n_others > n_tied + n_open else "",
        f"{n_open:,} {'was' if n_open == 1 else 'were'} not compared with it" if n_open else "",
    ]
    yield f"{name} leads. {others}{listed([part for part in parts if part])}."
    if n_others > 1:
        yield "This takes into account how many were compared."


def _meanings(results: Results) -> Iterator[str]:
    better = "negative" if results.mode == "max" else "positive"
    yield (
        f"difference: its mean {results.metric} minus that of the best, so {better} is worse; "
        "interval and p are corrected for the number of comparisons."
    )
    yield "= cannot be told apart from the best."


def _row_reasons(table: pd.DataFrame) -> Iterator[str]:
    """Give the reasons why rows have no interval, with how many it is about."""
    for reason, n in table["reason"].dropna().value_counts().items():
        yield f"{n:,} x {reason}"


def _left_out(n_shown: int, n_all: int) -> Iterator[str]:
    if n_shown < n_all:
        yield f"{n_shown:,} of {n_all:,} configurations shown; `--top` shows more."


def _columns(results: Results, table: pd.DataFrame, everything: pd.DataFrame) -> Sequence[Column]:
    """Give the columns for some rows, without hyperparameters that are the same in all rows."""
    bounds = list(table[["difference", "low", "high"]].itertuples(index=False))
    ranks = [
        f"{rank}{'=' if is_tied else ' '}"
        for rank, is_tied in zip(table["rank"], table["tied"], strict=True)
    ]
    constants = constants_of(everything, results.hyperparameters)
    names = [name for name in results.hyperparameters if name not in constants]
    assigned = assignments([hyperparameter_column(table, name) for name in names], len(table))
    return [
        Column("rank", ranks),
        Column("config", [short_id(each) for each in table["config_id"]], is_number=False),
        Column("difference", [measured(*row).mean for row in bounds]),
        Column("95 % interval", [interval(*row) for row in bounds]),
        Column("p", [p_text(p) for p in table["p_adjusted"]]),
        Column("runs", [str(n) if n else MISSING for n in table["n"]]),
        Column("hyperparameters", assigned, is_number=False, wraps=True),
    ]
