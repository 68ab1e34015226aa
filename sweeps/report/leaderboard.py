"""The leaderboard as a table that fits the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from rich.text import Text

from sweeps.report.column import GAP, Column, Grid, wrapped
from sweeps.report.wording import MISSING, measured, short_id, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderResult

    from sweeps.results import Results

_STACKED_BELOW = 26
"""Columns left for the hyperparameters under which they get a line of their own."""


class Leaderboard:
    """Renders the leaderboard of a sweep in whatever width there is.

    Args:
        results: The results to show.
        top: Number of configurations to show, None for all.
    """

    def __init__(self, results: Results, *, top: int | None = None) -> None:
        table = results.configs
        shown = table if top is None else table.head(top)
        self._metric = results.metric
        self._n_configs = len(table)
        self._is_paired = results.paired
        self._constants = constants_of(table, results.hyperparameters)
        self._scores = [
            measured(*row) for row in shown[["mean", "low", "high"]].itertuples(index=False)
        ]
        tied = shown["tied_with_best"] & (shown["rank"] > 1)
        self._ranks = [
            f"{rank}{'=' if is_tied else ' '}"
            for rank, is_tied in zip(shown["rank"], tied, strict=True)
        ]
        self._ids = [short_id(config_id) for config_id in shown["config_id"]]
        self._validated = _validated(shown)
        self._counts = [
            *_whole_numbers(shown["rung"], "rung"),
            Column("seeds", [str(n) for n in shown["n_seeds"]]),
            *_whole_numbers(shown["stopped_at"], "stopped at"),
            Column("failed", [str(n) for n in shown["n_failed"]]),
        ]
        self._hyperparameters = [
            hyperparameter_column(shown, name)
            for name in results.hyperparameters
            if name not in self._constants
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the widest layout that fits, and what its marks mean."""
        yield self._fitting(options.max_width)
        yield Text()
        for note in self._notes():
            yield Text(note, style="dim")

    def _fitting(self, width: int) -> Grid | Text:
        for columns in (self._wide(), self._medium()):
            grid = Grid(columns)
            if grid.width <= width:
                return grid
        counted = [
            *self._start(),
            self._score("mean ± 95 %"),
            *self._validated,
            *self._counts,
        ]
        left = width - Grid(counted).width - len(GAP)
        if left < _STACKED_BELOW:
            return self._stacked(width)
        folded = Column(
            "hyperparameters",
            assignments(self._hyperparameters, len(self._ids)),
            is_number=False,
            wraps=True,
        )
        return Grid([*counted, folded])

    def _wide(self) -> list[Column]:
        means = Column(self._metric, [score.mean for score in self._scores])
        bounds = Column("95 % interval", [score.interval for score in self._scores])
        figures = [means, bounds, *self._validated, *self._counts]
        return [*self._start(), *figures, *self._hyperparameters]

    def _medium(self) -> list[Column]:
        score = self._score(f"{self._metric} ± 95 %")
        figures = [score, *self._validated, *self._counts]
        return [*self._start(), *figures, *self._hyperparameters]

    def _start(self) -> list[Column]:
        return [Column("rank", self._ranks), Column("config", self._ids, is_number=False)]

    def _score(self, header: str) -> Column:
        return Column(header, [str(score) for score in self._scores], is_number=False)

    def _stacked(self, width: int) -> Text:
        """Give each configuration a line for its figures, and lines for its hyperparameters."""
        margin = max(len(rank) for rank in self._ranks)
        lines = []
        for i, assigned in enumerate(assignments(self._hyperparameters, len(self._ids))):
            named = [
                f"{column.header} {column.cells[i]}"
                for column in (*self._validated, *self._counts)
                if column.cells[i] != MISSING
            ]
            figures = GAP.join([self._ids[i], str(self._scores[i]), *named])
            lines.append(f"{self._ranks[i]:>{margin}} {figures}")
            lines += [" " * (margin + 1) + part for part in wrapped(assigned, width - margin - 1)]
        return Text("\n".join(lines))

    def _meanings(self) -> Iterator[str]:
        """Say what the columns mean that only some sweeps have."""
        if self._validated:
            yield "validated: mean on fresh seeds, which took no part in choosing."
        headers = [column.header for column in self._counts]
        if "rung" in headers:
            yield "rung: the seeds over which a configuration was last compared with others."
        if "stopped at" in headers:
            yield "stopped at: the step at which a run was stopped early; it enters no mean."

    def _notes(self) -> Iterator[str]:
        if any(rank.endswith("=") for rank in self._ranks):
            how = "paired by seed" if self._is_paired else "seeds not paired"
            fresh = "on fresh seeds where both have them, " if self._validated else ""
            yield (
                "= cannot be told apart from the first: the 95 % interval of the difference, "
                "corrected for the number of configurations compared, holds 0 or is unknown "
                f"({fresh}{how})."
            )
        yield from self._meanings()
        if self._constants:
            constants = " ".join(f"{name}={text}" for name, text in self._constants.items())
            yield f"The same in all: {constants}."
        if len(self._ids) < self._n_configs:
            shown = f"{len(self._ids):,} of {self._n_configs:,} configurations shown"
            yield f"{shown}; `--top` shows more."


def _validated(table: pd.DataFrame) -> list[Column]:
    """Give the means on fresh seeds, where there are any."""
    if not table["n_validated"].any():
        return []
    rows = table[["validated_mean", "validated_low", "validated_high"]]
    cells = [str(measured(*row)) for row in rows.itertuples(index=False)]
    return [Column("validated", cells, is_number=False)]


def _whole_numbers(column: pd.Series, header: str) -> list[Column]:
    """Give a column of whole numbers, some missing; nothing where all are."""
    if column.isna().all():
        return []
    return [Column(header, [MISSING if pd.isna(cell) else str(cell) for cell in column])]


def constants_of(table: pd.DataFrame, names: Sequence[str]) -> dict[str, str]:
    """Find the hyperparameters that are active and the same in all of several configurations."""
    if len(table) < 2:
        return {}
    found = {name: {value(content) for content in table[name]} for name in names}
    return {
        name: texts.pop()
        for name, texts in found.items()
        if len(texts) == 1 and not _missing(table[name]).any()
    }


def assignments(columns: Sequence[Column], n_rows: int) -> list[str]:
    """Write the active values of each row as `name=value`, from columns of hyperparameters."""
    return [
        " ".join(
            f"{column.header}={column.cells[i]}" for column in columns if column.cells[i] != MISSING
        )
        for i in range(n_rows)
    ]


def hyperparameter_column(table: pd.DataFrame, name: str) -> Column:
    """Give the column of a hyperparameter, with a mark where it is inactive."""
    is_number = bool(pd.api.types.is_numeric_dtype(table[name]))
    cells = [
        MISSING if is_missing else value(content)
        for content, is_missing in zip(table[name], _missing(table[name]), strict=True)
    ]
    return Column(name, cells, is_number)


def _missing(column: pd.Series) -> pd.Series:
    """Say where a hyperparameter is inactive; None is a value."""
    return column.isna() & column.map(lambda content: content is not None)
