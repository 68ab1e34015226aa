"""The sentences that say why a run was stopped."""

from __future__ import annotations

import math

from sweeps.planner.stopping.base import Stop

PARTS = {2: "half", 3: "third", 4: "quarter", 5: "fifth"}


def diverged(rule: str, step: int, score: float) -> Stop:
    """Stop a run whose score is not finite: it would be so until its last step."""
    if math.isnan(score):
        reason = f"score at step {step} is not a number: training diverged or did not report it"
    else:
        reason = f"score at step {step} is infinite: training diverged"
    return Stop(reason, {"rule": rule, "step": step, "score": None})


def number(value: float | None) -> str:
    """Give a score with six significant digits.

    Example:
        >>> number(0.3120000001), number(-0.0), number(None)
        ('0.312', '0', 'that of a diverged run')
    """
    return "that of a diverged run" if value is None else f"{value + 0.0:.6g}"


def ordinal(n: int) -> str:
    """Give a rank as a word.

    Example:
        >>> [ordinal(n) for n in (1, 2, 3, 4, 11, 21, 112)]
        ['1st', '2nd', '3rd', '4th', '11th', '21st', '112th']
    """
    suffix = "th" if n % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{suffix}"


def best_part(reduction: int) -> str:
    """Name the part that goes on.

    Example:
        >>> best_part(3), best_part(7)
        ('the best third', 'the best 1 in 7')
    """
    return f"the best {PARTS.get(reduction, f'1 in {reduction}')}"
