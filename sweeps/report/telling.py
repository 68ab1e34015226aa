"""What the planner decided in plain words: a paragraph for each group of decisions.

Every field of a decision's detail may be missing; a sentence then says less.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.report.decision import (
    MOST_LISTED,
    Event,
    between,
    finite,
    label,
    listed,
    one_line,
    reasons,
    with_reason,
)
from sweeps.report.wording import count, number, short_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SOURCES = {"pilot": "for the pilot", "defaults": "from the defaults", "listed": "from the list"}
_OF_A_RUN = frozenset(
    ("role", "seed", "step", "score", "reason", "rank", "of", "reduction", "bracket")
)
"""Details of a stop that say nothing of several."""


@dataclass(frozen=True, slots=True)
class Told:
    """One paragraph of a story.

    Attributes:
        sentence: What happened.
        lines: Particulars, a line each.
    """

    sentence: str
    lines: tuple[str, ...] = ()


def tell(events: Sequence[Event], metric: str, mode: str) -> Told:
    """Tell a group of decisions of one kind.

    Args:
        events: At least one decision, in their order.
        metric: The target metric.
        mode: `max` or `min`.
    """
    first = events[0]
    if first.kind == "promoted":
        return Told(_promoted(events, metric, mode))
    if first.kind == "stopped":
        return _stopped(events, metric)
    teller = _TELLERS.get(first.kind)
    return _unknown(events) if teller is None else teller(events)


def _planned(events: Sequence[Event]) -> Told:
    """Tell what the race was meant to do, as it was planned last."""
    event = events[-1]
    rungs = [str(size) for size in event.detail.get("rungs") or ()]
    parts = [event.counted("configs", "configuration"), event.counted("runs", "run")]
    size = ", about ".join(part for part in parts if part)
    sentences = [f"A race was planned{': ' if size else ''}{size}."]
    if rungs:
        share = event.number("reduction")
        best = f"the best 1 in {number(share)}" if math.isfinite(share) else "the best"
        sentences.append(f"Rungs of {listed(rungs)} seeds; {best} of a rung go on to the next.")
    if pilot := event.counted("pilot", "configuration"):
        sentences.append(f"{pilot} drawn at random get a second seed whatever their rank: a pilot.")
    if seeds := event.counted("validate", "fresh seed"):
        contenders = event.counted("contenders", "contender")
        whom = f"The leader and up to {contenders}" if contenders else "The contenders"
        sentences.append(f"{whom} are validated on {seeds} each.")
    if reserved := event.counted("reserved", "run"):
        sentences.append(f"{reserved} of these are kept back for that.")
    if len(events) > 1:
        sentences.append(f"Planned {len(events)} times: the sweep was resumed or grew.")
    return Told(" ".join(sentences))


def _proposed(events: Sequence[Event]) -> Told:
    origins = Counter(event.word("by") for event in events if event.word("by"))
    sources = [(n, _SOURCES.get(origin, f"by {origin}")) for origin, n in origins.most_common()]
    parts = [f"{n:,} {source}" if len(sources) > 1 else source for n, source in sources]
    verb = "was" if len(events) == 1 else "were"
    by = f"{',' if len(parts) > 1 else ''} {listed(parts)}" if parts else ""
    return Told(f"{count(len(events), 'configuration')} {verb} proposed{by}.")


def _design_rows(events: Sequence[Event]) -> Told:
    by = events[0].word("by")
    n_configs = len({event.subject for event in events})
    verb = "was" if len(events) == 1 else "were"
    return Told(
        f"{count(len(events), 'row')} of the design{f' of {by}' if by else ''} {verb} filled by "
        f"{count(n_configs, 'configuration')}."
    )


def _exhausted(events: Sequence[Event]) -> Told:
    event = events[-1]
    found, wanted = event.counted("n_found", "configuration"), event.counted("n_wanted", "")
    return Told(
        f"The space ran out{f' after {found}' if found else ''}"
        f"{f'; {wanted.split()[0]} were wanted' if wanted else ''}."
    )


def _pilot(events: Sequence[Event]) -> Told:
    known = events[-1].counted("n_configs", "configuration")
    configs = known or count(len(events), "configuration")
    seeds = events[-1].counted("n_seeds", "seed") or "more seeds"
    return Told(
        f"Pilot: {configs} drawn at random got {seeds} each whatever their rank, which shows how "
        "much of the spread is the seed."
    )


def _noise(events: Sequence[Event]) -> Told:
    event = events[-1]
    shares = [each.number("share") for each in events]
    said = between(shares, lambda share: f"{100 * share:.0f} %")
    times = "" if len(events) == 1 else f" (judged {len(events)} times)"
    sentence = f"Among the best, the seed makes up {said or 'an unknown part'} of the variation"
    reduction = event.number("reduction")
    so = f"; 1 configuration in {number(reduction)} goes on" if math.isfinite(reduction) else ""
    return Told(with_reason(f"{sentence}{times}{so}", event.word("reason")))


def _promoted(events: Sequence[Event], metric: str, mode: str) -> str:
    of = finite(event.number("of") for event in events)
    among = f"{len(events):,} of {number(max(of))}" if of else f"{len(events):,}"
    noun = "configuration" if among.endswith(" 1") or among == "1" else "configurations"
    steps = f"from {events[0].word('from') or '?'} to {events[0].word('to') or '?'} seeds"
    said = f"{among} {noun} went on {steps}"
    means = finite(event.number("mean") for event in events)
    if not means:
        return f"{said}."
    if len(means) == 1:
        return f"{said}, with a mean {metric} of {number(means[0])}."
    best, worst = (max(means), min(means)) if mode == "max" else (min(means), max(means))
    figures = f"the best of them had a mean {metric} of {number(best)}, the worst {number(worst)}"
    return f"{said}; {figures}."


def _stopped(events: Sequence[Event], metric: str) -> Told:
    steps = between([event.number("step") for event in events], number)
    at = f" at step {steps}" if steps else ""
    verb = "was" if len(events) == 1 else "were"
    by = f" by {events[0].word('rule')}" if events[0].word("rule") else ""
    said = f"{count(len(events), 'run')} {verb} stopped early{at}{by}"
    if len(events) == 1:
        about = f" ({events[0].subject})" if events[0].config_id else ""
        return Told(with_reason(said + about, events[0].word("reason")))
    keys = dict.fromkeys(key for event in events for key in event.detail if key not in _OF_A_RUN)
    figures = [
        f"{metric if key == 'score' else label(key)} {span}"
        for key in ("score", *keys)
        if (span := between([event.number(key) for event in events], number))
    ]
    return Told(f"{said}{': ' if figures else ''}{', '.join(figures)}.")


def _paused(events: Sequence[Event]) -> Told:
    steps = between([event.number("step") for event in events], number)
    at = f" at step {steps}" if steps else ""
    return Told(f"{count(len(events), 'time')} a run was paused{at}, its state saved.")


def _resumed(events: Sequence[Event]) -> Told:
    return Told(f"{count(len(events), 'time')} a paused run went on.")


def _eliminated(events: Sequence[Event]) -> Told:
    n = len({event.config_id for event in events})
    verb = "is" if n == 1 else "are"
    return Told(f"{count(n, 'configuration')} {verb} out, since a run failed.", reasons(events))


def _retried(events: Sequence[Event]) -> Told:
    verb = "was" if len(events) == 1 else "were"
    return Told(f"{count(len(events), 'run')} {verb} started again.", reasons(events))


def _abandoned(events: Sequence[Event]) -> Told:
    verb = "was" if len(events) == 1 else "were"
    return Told(f"{count(len(events), 'run')} {verb} given up.", reasons(events))


def _code_changed(events: Sequence[Event]) -> Told:
    detail = events[-1].detail
    is_code = any(detail.get(key) for key in ("diff", "is_carried", "helpers"))
    parts = ["code"] if is_code else []
    parts += ["data"] if detail.get("is_data") else []
    what = " and ".join(parts) or "code"
    helpers = detail.get("helpers")
    where = f" ({', '.join(map(str, helpers))})" if isinstance(helpers, list) and helpers else ""
    return Told(f"The {what} of the objective had changed{where}; runs from here on use the new.")


def _budget_ended(events: Sequence[Event]) -> Told:
    event = events[-1]
    what = event.word("what")
    limit, spent = event.number("limit"), event.number("spent")
    figures = f" {number(spent)} of {number(limit)}" if math.isfinite(spent + limit) else ""
    rest = ", the rest is kept back for validation" if spent < limit else ""
    return Told(f"The budget of the race ended:{figures} {what or 'all'} spent{rest}.")


def _race_ended(events: Sequence[Event]) -> Told:
    event = events[-1]
    sizes = (event.counted("n_runs", "run"), event.counted("n_configs", "configuration"))
    after = " of ".join(size for size in sizes if size)
    said = with_reason(f"The race ended{f' after {after}' if after else ''}", event.word("reason"))
    leader = event.word("leader") or event.config_id
    if not leader:
        return Told(said)
    mean = event.number("mean")
    seeds = event.counted("n_seeds", "seed")
    with_mean = f" with a mean of {number(mean)}" if math.isfinite(mean) else ""
    return Told(f"{said} {short_id(leader)} led{with_mean}{f' over {seeds}' if seeds else ''}.")


def _validating(events: Sequence[Event]) -> Told:
    n = len({event.config_id for event in events})
    seeds = events[-1].counted("seeds", "fresh seed")
    verb = "was" if n == 1 else "were"
    return Told(
        f"{count(n, 'configuration')} {verb} validated{f' on {seeds} each' if seeds else ''}."
    )


def _unknown(events: Sequence[Event]) -> Told:
    """Say what there is of a kind that nobody has found words for."""
    shown = [f"{event.subject}: {one_line(event)}" for event in events[:MOST_LISTED]]
    n_others = len(events) - len(shown)
    more = [f"and {n_others:,} more"] if n_others else []
    if len(events) == 1:
        return Told(f"{label(events[0].kind)}, {shown[0]}")
    return Told(f"{label(events[0].kind)}, {count(len(events), 'time')}:", (*shown, *more))


_TELLERS: dict[str, Callable[[Sequence[Event]], Told]] = {
    "race_planned": _planned,
    "proposed": _proposed,
    "design_row": _design_rows,
    "exhausted": _exhausted,
    "pilot": _pilot,
    "noise": _noise,
    "paused": _paused,
    "resumed": _resumed,
    "eliminated": _eliminated,
    "retried": _retried,
    "abandoned": _abandoned,
    "code_changed": _code_changed,
    "budget_ended": _budget_ended,
    "race_ended": _race_ended,
    "validating": _validating,
}
