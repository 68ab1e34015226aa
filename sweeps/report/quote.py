"""Which number of the winner to quote, and how much of its own mean is luck, in plain words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.report.figure import spoken
from sweeps.report.wording import count, measured, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.results import Results, Winner

_NAIVE = "naive"
_SEVERAL = 2
_ROUNDING = 1e-12


def number_to_quote(results: Results, best: Winner) -> Iterator[str]:
    """Say which number is freest of the luck of having been chosen, and what that luck was.

    Args:
        results: The sweep.
        best: Its winner.
    """
    if best.validated.n == 1:
        yield f"On one fresh seed it has {number(best.validated.value)}, which is too few to quote."
    if best.recommended_by == _NAIVE or math.isnan(best.recommended.value):
        yield from _warning(results, best)
        return
    quoted, said = spoken(best.recommended), _as_chosen(results, best)
    if best.recommended_by == "validated":
        seeds = count(best.recommended.n, "fresh seed")
        yield f"Quote {quoted}, its mean on {seeds}; {said}."
    elif best.recommended_by == "leave_one_seed_out":
        what = "chosen on all seeds but one has under the one that was left out"
        if results.levels:
            what = "has under a seed that shares no level with those that chose it"
        yield f"Quote {quoted}: what a configuration {what}; {said}."
    else:
        yield (
            f"Quote {quoted}, its mean drawn towards that of all configurations, as luck stands "
            f"out among many; {said}."
        )


def _as_chosen(results: Results, best: Winner) -> str:
    """Say how much better the mean looked by which it was chosen."""
    naive = best.naive
    by_race = bool(results.rungs) and best.recommended_by == "validated"
    who = "the race itself" if by_race else "the seeds that chose it"
    flattery = best.optimism.get(best.recommended_by, math.nan)
    said = f"{who} said {measured(naive.value, naive.low, naive.high).mean}"
    is_left_out = best.recommended_by == "leave_one_seed_out"
    # Then the two means differ by the seeds they are over as well, which is no luck of choosing.
    where = " under the same seeds" if is_left_out and best.recommended.n != naive.n else ""
    if is_left_out and math.isclose(flattery, 0, abs_tol=_ROUNDING * abs(naive.value)):
        one = "level" if results.levels else "seed"
        return (
            f"{said}, and whichever {one} is left out, the others choose this configuration again, "
            "or one that does as well"
        )
    if not flattery > 0:
        return f"{said}, which is no better{where}"
    return f"{said}, {number(flattery, 2)} better{where}, which is luck"


def _warning(results: Results, best: Winner) -> Iterator[str]:
    """Say that its own mean is flattered, where it was chosen and nothing says by how much."""
    if results.rungs:
        if results.status == "finished":
            yield "It has no run on fresh seeds, so expect somewhat worse than that: it was chosen."
    elif len(results.configs) >= _SEVERAL and best.naive.n >= _SEVERAL:
        yield "Expect somewhat worse than that: it was chosen, and nothing here says by how much."
