"""The story of a sweep in plain words: what was planned, what was decided, what came of it.

A race takes hundreds of decisions, so those that belong together are told as one paragraph, in the
order in which each group began.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sweeps.report.column import Column, Grid
from sweeps.report.decision import Event, one_line
from sweeps.report.headline import headline
from sweeps.report.sweep import moment
from sweeps.report.telling import Told, tell
from sweeps.report.wording import MISSING, count, duration, measured, number, short_id

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from rich.console import RenderableType

    from sweeps.results import Results

_MOST_STEPS = 8
"""Different steps up to which stops are told step by step."""
_WIDEST_TIME = len("59 min 59 s to")
_SHORTER = {"cannot be told apart from the leader": "not told apart"}
_TOLD_APART = {"promoted": ("from", "to"), "noise": ("reason",), "budget_ended": ("what",)}
"""Details in which decisions of one kind must agree to be told together."""


def story(results: Results, *, top: int | None = None) -> list[RenderableType]:
    """Tell what a sweep decided, and why.

    Args:
        results: The results to tell of.
        top: Number of decisions to list one by one after the story, None for none.
    """
    events = _events(results)
    if not events:
        return [Text(f"No decision of `{results.name}` is stored.")]
    start = moment(results.decisions["at"].iloc[0].timestamp())
    within = duration(events[-1].at_s)
    head = f"`{results.name}`: {count(len(events), 'decision')} from {start} on, within {within}."
    told: list[RenderableType] = [Text(head), Text(), _paragraphs(results, events)]
    told += [Text(), Text(headline(results))]
    return told if top is None else [*told, Text(), *_one_by_one(events, top)]


def _events(results: Results) -> list[Event]:
    rows: list[Any] = list(results.decisions.itertuples(index=False))
    return [
        Event(
            at_s=(row.at - rows[0].at).total_seconds(),
            kind=row.kind,
            config_id=row.config_id if isinstance(row.config_id, str) else None,
            detail=row.detail,
        )
        for row in rows
    ]


def _paragraphs(results: Results, events: Sequence[Event]) -> Table:
    """Give a row a group: when it was decided, and what."""
    table = Table.grid(padding=(0, 2))
    table.add_column(max_width=_WIDEST_TIME, style="dim")
    table.add_column(overflow="fold")
    for group in _grouped(events):
        told = tell(group, results.metric, results.mode)
        if group[0].kind == "validating":
            told = Told(told.sentence, tuple(_validated(results, group)))
        table.add_row(Text(_when(group)), Text(told.sentence))
        for line in told.lines:
            table.add_row(Text(), Padding(Text(line), (0, 0, 0, 2)))
    return table


def _grouped(events: Sequence[Event]) -> list[list[Event]]:
    """Put together what is told in one paragraph, in the order in which the groups began."""
    steps = {event.number("step") for event in events if event.kind == "stopped"}
    by_step = ("step",) if len(steps) <= _MOST_STEPS else ()
    told_apart = _TOLD_APART | {"stopped": by_step}
    groups: dict[Hashable, list[Event]] = {}
    for event in events:
        details = (event.word(key) for key in told_apart.get(event.kind, ()))
        groups.setdefault((event.kind, *details), []).append(event)
    return list(groups.values())


def _when(group: Sequence[Event]) -> str:
    first, last = duration(group[0].at_s), duration(group[-1].at_s)
    span = f"{first} to {last}"
    if first == last:
        return first
    return span if len(span) <= _WIDEST_TIME else f"{first} to\n{last}"


def _validated(results: Results, group: Sequence[Event]) -> Iterator[str]:
    """Give a line a contender: why it was validated, what it had, and what fresh seeds say."""
    rows: list[Any] = list(results.configs.itertuples(index=False))
    found = {row.config_id: row for row in rows if row.n_validated}
    for event in {event.config_id: event for event in group}.values():
        name, because = _short(event), event.word("because")
        because = _SHORTER.get(because, because)
        end = _before(event) + (f" ({because})" if because else "")
        row = found.get(event.config_id)
        if row is None:
            yield f"{name}: no fresh seed has finished{end}"
            continue
        figures = measured(row.validated_mean, row.validated_low, row.validated_high)
        is_all = row.n_validated == event.number("seeds")
        on = "" if is_all else f" on {count(row.n_validated, 'fresh seed')}"
        yield f"{name}: {figures}{on}{end}"


def _before(event: Event) -> str:
    """Give the mean that a configuration was validated for, where it is known."""
    mean, seeds = event.number("mean"), event.counted("n_seeds", "seed")
    if math.isnan(mean):
        return ""
    return f", before {number(mean)}{f' on {seeds}' if seeds else ''}"


def _short(event: Event) -> str:
    return short_id(event.config_id) if event.config_id else MISSING


def _one_by_one(events: Sequence[Event], top: int) -> list[RenderableType]:
    shown = events[:top]
    columns = [
        Column("after", [duration(event.at_s) for event in shown]),
        Column("decision", [event.kind for event in shown], is_number=False),
        Column("config", [_short(event) for event in shown], is_number=False),
        Column("why", [one_line(event) for event in shown], is_number=False, wraps=True),
    ]
    told: list[RenderableType] = [Grid(columns)]
    if len(shown) < len(events):
        told += [Text(), Text(f"{len(shown):,} of {len(events):,} decisions shown.", style="dim")]
    return told
