"""A configuration that was chosen by more than its mean, in plain words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.report.figure import percent, spoken
from sweeps.report.headline import progress_of
from sweeps.report.quote import number_to_quote
from sweeps.report.wording import count, measured, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.results import Results, Winner

_BY_NUMBER = ("lower_bound", "worst")
"""Criteria whose figure depends on how many seeds it is over, not only on how they come out."""


def chosen_said(results: Results, best: Winner, *, tail: float) -> Iterator[str]:
    """Say by what a configuration is the best, what its mean is, and who has the best mean.

    Args:
        results: The sweep.
        best: What was chosen by another criterion than the mean.
        tail: Share of the seeds that `cvar` is the mean of.
    """
    n = best.criterion_value.n
    yield (
        f"Configuration {short_id(best.config_id)} is the best by `{best.criterion}`, "
        f"{_meaning(best.criterion, tail)}: {spoken(best.criterion_value)} over "
        f"{count(n, 'seed')}{_among(results)}."
    )
    fresh = best.criterion_validated
    if not math.isnan(fresh.value):
        is_other = best.criterion in _BY_NUMBER and fresh.n != n
        but = ", though another number of seeds alone changes it" if is_other else ""
        yield f"On {count(fresh.n, 'fresh seed')} it is {spoken(fresh)}{but}."
    yield from _means(results, best)
    yield from number_to_quote(results, best)
    yield from progress_of(results)


def _among(results: Results) -> str:
    """Name what the compared ones have in common, where others are left out."""
    if results.rungs:
        return ", among those of the leader's rung"
    table = results.configs[["n_failed", "n_seeds"]]
    is_alike = (table == table.iloc[0]).all(axis=None)
    return "" if is_alike else ", among those with as few failures and as many seeds"


def _meaning(criterion: str, tail: float) -> str:
    return {
        "lower_bound": "the bad end of the 95 % interval of its mean",
        "cvar": f"the mean of the worst {percent(tail)} of its seeds",
        "worst": "its worst seed",
    }[criterion]


def _means(results: Results, best: Winner) -> Iterator[str]:
    """Set its mean beside the best one."""
    leader = results.configs.iloc[0]
    own = f"Its mean {results.metric} is {spoken(best.naive)}"
    if leader["config_id"] == best.config_id:
        yield f"{own}, which is the best mean, too."
    else:
        said = measured(*(float(leader[name]) for name in ("mean", "low", "high")))
        yield f"{own}; {short_id(str(leader['config_id']))} has the best mean, {said}."
