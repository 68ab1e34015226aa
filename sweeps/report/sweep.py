"""Sweeps as such: the list of a store, and the facts of one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from sweeps.report.column import Column, Grid
from sweeps.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from sweeps.results import Results
    from sweeps.store import SweepSummary

_LESS_IMPORTANT = ("driver", "metric", "failed", "configs", "last write")
"""Columns that a narrow terminal goes without, the first to go first."""


class SweepList:
    """Renders the sweeps of a store, as many columns as fit.

    Args:
        summaries: The sweeps, in the order of the rows; at least one.
    """

    def __init__(self, summaries: Sequence[SweepSummary]) -> None:
        self._columns = [
            Column("name", [row.name for row in summaries], is_number=False, wraps=True),
            Column("status", [row.status for row in summaries], is_number=False),
            Column("metric", [row.metric for row in summaries], is_number=False),
            Column("configs", [f"{row.n_configs:,}" for row in summaries]),
            Column("runs", [f"{row.n_runs:,}" for row in summaries]),
            Column("failed", [f"{row.n_failed:,}" for row in summaries]),
            Column("last write", [moment(row.updated_at) for row in summaries], is_number=False),
            Column("driver", [row.driver or "" for row in summaries], is_number=False),
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table, without its least important columns where they do not fit."""
        columns = [column for column in self._columns if any(column.cells)]
        for header in _LESS_IMPORTANT:
            if Grid(columns).width <= options.max_width:
                break
            columns = [column for column in columns if column.header != header]
        yield Grid(columns)


def overview(results: Results) -> Table:
    """Give the facts of one sweep: what it asked, how far it is, and where it came from.

    Args:
        results: What it found.

    Returns:
        A table of two columns, a fact a row.
    """
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for fact, text in _facts(results).items():
        if text:
            table.add_row(Text(fact), Text(text))
    return table


def moment(seconds: float) -> str:
    """Give a point in time in the local time zone, to the minute.

    Args:
        seconds: Seconds since the epoch.
    """
    return f"{datetime.fromtimestamp(seconds, tz=UTC).astimezone():%Y-%m-%d %H:%M}"


def _facts(results: Results) -> dict[str, str]:
    n_configs = len(results.configs)
    n_fresh = int((results.runs["role"] == "validation").sum())
    n_runs = len(results.runs) - n_fresh
    fresh = f", and {count(n_fresh, 'validation run')}" if n_fresh else ""
    planned = f" of {results.n_planned:,} planned" if results.n_planned else ""
    better = "higher is better" if results.mode == "max" else "lower is better"
    message = f": {results.message}" if results.message else ""
    return {
        "sweep": results.name,
        "status": f"{results.status}{message}" if results.status else "",
        "metric": f"{results.metric}, {better}",
        "runs": f"{n_runs:,}{planned} ({count(n_configs, 'configuration')}){fresh}",
        **_origin(results.provenance),
    }


def _origin(provenance: Mapping[str, Any]) -> dict[str, str]:
    """Say where the last session ran and what it ran."""
    sessions = provenance.get("sessions") or [{}]
    last: Mapping[str, Any] = sessions[-1]
    git = last.get("git") or {}
    dirty = ", with uncommitted changes" if git.get("is_dirty") else ""
    return {
        "objective": str((last.get("objective") or {}).get("reference", "")),
        "commit": f"{git['commit'][:12]}{dirty}" if git.get("commit") else "",
        "machine": str(last.get("machine", "")),
        "sessions": f"{len(sessions):,}" if len(sessions) > 1 else "",
    }
