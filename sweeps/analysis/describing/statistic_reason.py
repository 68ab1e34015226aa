"""How many seeds an interval takes, and why there is none, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Integers

FEWEST = 6
"""Seeds below which only the mean has an interval: at 5 the whole sample holds the median with
only 94 %."""
TOO_LARGE = (
    "The interval exceeds what a float can hold; give the scores in a larger unit to see it."
)


def fewest_for(statistic: str, level: float, tail: float) -> int | None:
    """Say how many seeds an interval takes; None where no number is enough.

    Args:
        statistic: One of the figures.
        level: Confidence level.
        tail: Share of the seeds that `cvar` is the mean of.
    """
    if statistic == "worst":
        return None
    if statistic == "mean":
        return 2
    if statistic == "median":
        return max(FEWEST, int(np.ceil(1 - np.log2(1 - level) - 1e-9)))
    if statistic == "cvar":
        return max(FEWEST, int(np.ceil(1 / tail - 1e-9)))
    return FEWEST


def reasons_of(
    n: Integers, statistic: str, fewest: int | None, level: float
) -> tuple[str | None, ...]:
    """Say why groups have no interval, a sentence each; None where they have one.

    Args:
        n: Numbers of scores.
        statistic: One of the figures.
        fewest: Seeds that an interval takes.
        level: Confidence level.
    """
    sizes, place = np.unique(n, return_inverse=True)
    sentences = [_reason(int(size), statistic, fewest, level) for size in sizes]
    return tuple(sentences[i] for i in place)


def _reason(n: int, statistic: str, fewest: int | None, level: float) -> str | None:
    if n == 0:
        return "No run has a score, so there is nothing to describe; look at its failures."
    if fewest is None:
        return (
            "The worst score has no interval, since more seeds can only make it worse; "
            "use `cvar` for the mean of the worst part."
        )
    if n >= fewest:
        return None
    seeds = "is 1 seed" if n == 1 else f"are {n} seeds"
    return (
        f"A {level:.4g} interval for `{statistic}` takes at least {fewest} seeds with a score, "
        f"here there {seeds}; run more seeds"
        f"{'' if statistic == 'mean' or n < 2 else ', or use `mean`'}."
    )
