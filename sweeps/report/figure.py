"""Statistics as people read them: a figure with its interval, a share, a p-value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.text import Text

from sweeps.report.wording import MISSING, measured, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.analysis.estimate import Estimate

_SKEW = 0.02
"""How far off the middle of its interval, in half widths, a figure may be to be written with ±."""


def spoken(estimate: Estimate) -> str:
    """Write a figure with its interval inside a sentence.

    Args:
        estimate: The figure; the interval is left out where there is none.

    Example:
        >>> from sweeps.analysis.estimate import Estimate
        >>> spoken(Estimate(0.9, 0.8, 1.0, 5)), spoken(Estimate(0.8, 0.5, 0.9, 5))
        ('0.90 ± 0.10', '0.80 (0.50 to 0.90)')
    """
    said = measured(estimate.value, estimate.low, estimate.high)
    half = (estimate.high - estimate.low) / 2
    is_skewed = abs(estimate.value - (estimate.low + half)) > _SKEW * half
    return f"{said.mean} ({said.low} to {said.high})" if said.low and is_skewed else str(said)


def interval(value: float, low: float, high: float) -> str:
    """Write an interval for a table; a bound that is missing says so, and no bound is nothing.

    Example:
        >>> interval(1.0, 0.5, 1.5), interval(1.0, 0.5, float("inf"))
        ('[0.50, 1.50]', '[0.5, no limit]')
        >>> interval(1.0, float("nan"), float("nan"))
        '-'
    """
    if math.isnan(low) or math.isnan(high):
        return MISSING
    if math.isinf(low) or math.isinf(high):
        return f"[{_bound(low)}, {_bound(high)}]"
    return measured(value if math.isfinite(value) else (low + high) / 2, low, high).interval


def _bound(bound: float) -> str:
    return number(bound) if math.isfinite(bound) else "no limit"


def percent(share: float) -> str:
    """Write a share in percent, never rounded to nothing or to everything.

    Example:
        >>> [percent(share) for share in (0.374, 0.004, 0.0, 1.0, 0.9999, float("nan"))]
        ['37 %', '0.4 %', '0 %', '100 %', 'over 99.9 %', '-']
    """
    if math.isnan(share):
        return MISSING
    size = abs(share)
    if 0 < size < 0.001:
        return "under 0.1 %"
    if 0.999 < size < 1:
        return "over 99.9 %"
    is_near_an_end = 0 < size < 0.01 or 0.99 < size < 1
    return f"{100 * share:.{int(is_near_an_end)}f} %"


def percent_interval(low: float, high: float) -> str:
    """Write the interval of a share in percent, `-` where there is none.

    Example:
        >>> percent_interval(0.12, 0.557), percent_interval(float("nan"), 0.5)
        ('[12 %, 56 %]', '-')
    """
    if math.isnan(low) or math.isnan(high):
        return MISSING
    return f"[{percent(low)}, {percent(high)}]"


def p_text(p: float) -> str:
    """Write a p-value.

    Example:
        >>> [p_text(p) for p in (0.00390625, 0.42, 1e-9, float("nan"))]
        ['0.0039', '0.42', '< 0.0001', '-']
    """
    if math.isnan(p):
        return MISSING
    return "< 0.0001" if p < 1e-4 else number(p, 2)


def notes(sentences: Iterable[str | None]) -> list[Text]:
    """Give what has to be said under a table, each sentence once, nothing where there is none."""
    lines = dict.fromkeys(sentence for sentence in sentences if sentence)
    return [Text(), *(Text(line, style="dim") for line in lines)] if lines else []
