"""The winner: what to train with, what to expect of it, and who might as well have won."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.text import Text

from sweeps.report.column import GAP, Column, Grid
from sweeps.report.decision import label
from sweeps.report.figure import interval, notes, percent
from sweeps.report.headline import headline
from sweeps.report.robust import chosen_said
from sweeps.report.wording import MISSING, count, measured, number, short_id, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from sweeps.analysis.estimate import Estimate
    from sweeps.results import Results, Winner

MOST_NAMED = 10
ESTIMATES = {
    "naive": "mean over the seeds that chose it",
    "leave_one_seed_out": "chosen on all seeds but one, read under that one",
    "shrunken": "its mean, drawn towards that of all",
    "validated": "mean on fresh seeds",
}
"""The estimates of a winner's score, from the most flattered to the least, and what they are."""
_APART = {"leave_one_seed_out": "read under a seed that shares no level with those that chose"}
"""What differs in a design over the sources of the seeds."""
_LEAST_EXPLAINED = 24
"""Columns left under which the table goes without saying what the estimates are."""


def winner_report(
    results: Results, winner: Winner | None = None, *, tail: float = 0.2
) -> list[RenderableType]:
    """Show the configuration that leads, what to expect of it, and those that might as well.

    Args:
        results: The results to show.
        winner: Whom to show; the leader of the leaderboard by default.
        tail: Share of the seeds that was asked for, where it was chosen by `cvar`.

    Raises:
        ResultsError: No run has finished.
    """
    winner = winner or results.best()
    values = [f"  {name}: {value(content)}" for name, content in winner.config.items()]
    if winner.criterion == "mean":
        said = headline(results, best=winner)
    else:
        said = " ".join(chosen_said(results, winner, tail=tail))
    lines = [said, "", f"{winner.config_id}:", *values, ""]
    below = [*notes(_remarks(winner)), *_ties(results, winner)]
    return [Text("\n".join(lines)), _estimates(results, winner), *below]


def _estimates(results: Results, winner: Winner) -> Estimates:
    return Estimates(winner, results.metric, shares_levels=bool(results.levels))


class Estimates:
    """Renders the estimates of a winner's score; > marks the one to quote.

    Args:
        winner: The winner.
        metric: The target metric.
        shares_levels: Whether seeds share levels of their sources.
    """

    def __init__(self, winner: Winner, metric: str, *, shares_levels: bool = False) -> None:
        known = {name: _estimate(winner, name) for name in ESTIMATES}
        figures = known.values()
        quoted = winner.recommended_by if _is_quotable(winner) else None
        marks = [">" if name == quoted else " " for name in known]
        self._start = [
            Column("", marks, is_number=False),
            Column("estimate", [label(name) for name in known], is_number=False),
        ]
        bounds = [interval(each.value, each.low, each.high) for each in figures]
        self._figures = [
            Column(metric, [measured(each.value, each.low, each.high).mean for each in figures]),
            Column("95 % interval", bounds),
            Column("runs", [str(each.n) if each.n else MISSING for each in figures]),
            Column("optimism", [_optimism(winner, name) for name in known]),
        ]
        meanings = list((ESTIMATES | (_APART if shares_levels else {})).values())
        self._meanings = Column("what it is", meanings, is_number=False, wraps=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the table; figures in one column where it is narrow."""
        columns = [*self._start, *self._figures]
        left = options.max_width - Grid(columns).width - len(GAP)
        if left >= _LEAST_EXPLAINED:
            columns.append(self._meanings)
        elif left < -len(GAP):
            columns = [*self._start, self._in_one()]
        yield Grid(columns)

    def _in_one(self) -> Column:
        """Give all figures of an estimate as one text."""
        header = self._figures[0].header
        named = [("", ""), ("", ""), (" runs", ""), ("", "optimism ")]
        cells = []
        for row in zip(*(column.cells for column in self._figures), strict=True):
            said = [
                f"{before}{cell}{after}"
                for cell, (after, before) in zip(row, named, strict=True)
                if cell != MISSING
            ]
            cells.append(", ".join(said) or MISSING)
        return Column(header, cells, is_number=False, wraps=True)


def _is_quotable(winner: Winner) -> bool:
    """Say whether there is a value without the luck of having been chosen."""
    return winner.recommended_by != "naive"


def _estimate(winner: Winner, name: str) -> Estimate:
    found: Estimate = getattr(winner, name)
    return found


def _optimism(winner: Winner, name: str) -> str:
    return MISSING if name == "naive" else number(winner.optimism.get(name, math.nan), 2)


def _remarks(winner: Winner) -> Iterator[str]:
    """Say what the marks mean, why figures are missing, and what else casts doubt on them."""
    if _is_quotable(winner):
        yield "> is the one to quote; optimism: by how much the naive mean is better than that."
    reasons = {name: _estimate(winner, name).reason for name in ESTIMATES}
    for name, reason in reasons.items():
        if reason:
            yield f"{label(name).capitalize()}: {reason}"
    if winner.criterion != "mean" and winner.criterion_value.reason:
        yield f"{label(winner.criterion).capitalize()}: {winner.criterion_value.reason}"
    yield from (reason for reason in winner.reasons if reason not in reasons.values())
    if winner.n_failed:
        rate = winner.failure_rate
        bounds = f"{percent(rate.low)} to {percent(rate.high)}"
        yield (
            f"{count(winner.n_failed, 'run')} of it failed, which no mean counts; its failure rate "
            f"is {percent(rate.value)} (95 % interval {bounds})."
        )


def _ties(results: Results, winner: Winner) -> list[RenderableType]:
    if not winner.tied:
        return []
    named = _listed(_with_validated(results, winner.tied))
    return [Text(f"\nNot told apart from it: {named}.")]


def _with_validated(results: Results, config_ids: Sequence[str]) -> list[str]:
    """Name configurations, each with its mean on fresh seeds where it has one."""
    table = results.configs.set_index("config_id")
    means = table[["validated_mean", "validated_low", "validated_high"]].to_dict("index")
    figures = {config_id: measured(*means[config_id].values()) for config_id in config_ids}
    return [
        short_id(config_id) + (f" ({said} on fresh seeds)" if said.mean != MISSING else "")
        for config_id, said in figures.items()
    ]


def _listed(names: Sequence[str]) -> str:
    """Give the first few names and count the others."""
    n_others = len(names) - MOST_NAMED
    more = f" and {n_others:,} more" if n_others > 0 else ""
    return ", ".join(names[:MOST_NAMED]) + more
