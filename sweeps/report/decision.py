"""A decision as a story sees it, and the pieces that sentences about several are made of."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sweeps.report.wording import count, short_id, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MOST_LISTED = 5
"""Lines that a group of decisions gets of its own before the rest is only counted."""


@dataclass(frozen=True, slots=True)
class Event:
    """One decision.

    Attributes:
        at_s: Seconds since the first decision of the sweep.
        kind: What was decided.
        config_id: The configuration it is about, None where it is about the sweep.
        detail: The numbers behind it.
    """

    at_s: float
    kind: str
    config_id: str | None
    detail: Mapping[str, Any]

    @property
    def subject(self) -> str:
        """What it is about."""
        return f"config {short_id(self.config_id)}" if self.config_id else "sweep"

    def number(self, key: str) -> float:
        """Give a number of the detail; NaN where it is missing or none."""
        found = self.detail.get(key)
        if isinstance(found, bool) or not isinstance(found, int | float):
            return math.nan
        return float(found)

    def counted(self, key: str, noun: str) -> str:
        """Give a number with its noun, nothing where it is 0 or missing."""
        found = self.number(key)
        return count(round(found), noun) if math.isfinite(found) and found else ""

    def word(self, key: str) -> str:
        """Give a word of the detail, nothing where it is missing."""
        found = self.detail.get(key)
        return "" if found is None else str(found)


def one_line(event: Event) -> str:
    """Write what is known of a decision's detail on one line, whatever it holds.

    Example:
        >>> one_line(Event(0.0, "promoted", None, {"from": 1, "to": 3, "mean": 0.91234567}))
        'from 1, to 3, mean 0.9123'
    """
    known = {key: found for key, found in event.detail.items() if found is not None}
    return ", ".join(f"{label(key)} {value(found)}" for key, found in known.items())


def reasons(events: Sequence[Event]) -> tuple[str, ...]:
    """Count the reasons, the most frequent first."""
    counts = Counter(event.word("reason") or "no reason known" for event in events)
    lines = [f"{n:,} x {reason}" for reason, n in counts.most_common(MOST_LISTED)]
    n_others = len(counts) - len(lines)
    return (*lines, f"and {count(n_others, 'other reason')}") if n_others else tuple(lines)


def with_reason(sentence: str, reason: str) -> str:
    """End a sentence, with its reason where there is one.

    Example:
        >>> with_reason("It ended", "no time is left."), with_reason("It ended", "")
        ('It ended: no time is left.', 'It ended.')
    """
    return f"{sentence}: {reason.rstrip('.')}." if reason else f"{sentence}."


def between(numbers: Iterable[float], wording: Callable[[float], str]) -> str:
    """Give the least and the largest of the numbers that are finite, once where they look equal."""
    known = finite(numbers)
    if not known:
        return ""
    least, most = wording(min(known)), wording(max(known))
    return least if least == most else f"{least} to {most}"


def finite(numbers: Iterable[float]) -> list[float]:
    """Leave out what is missing."""
    return [each for each in numbers if math.isfinite(each)]


def listed(parts: Sequence[str]) -> str:
    """Join with commas, and "and" before the last.

    Example:
        >>> listed(["1", "3", "9"])
        '1, 3 and 9'
    """
    *head, last = parts or ("",)
    return f"{', '.join(head)} and {last}" if head else last


def label(key: str) -> str:
    """Write the name of a detail or kind as words."""
    return key.replace("_", " ")
