"""Why a number of seeds is missing, and what the numbers rest on, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.variance.unequal import unequal_luck
from sweeps.planner.event import Role
from sweeps.results.evidence import FEWEST
from sweeps.results.sample import is_crossed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sweeps.results.evidence import Evidence
    from sweeps.results.sample import Sample
    from sweeps.results.spread import Basis, Spread

MOST = 1e9
"""Numbers of seeds from which on none is given."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the answer: what is asked for, and how many seeds it takes."""

    goal: str
    target: float
    exact: float


def reasons_of(evidence: Evidence, basis: Basis, goals: Sequence[Goal]) -> Iterator[str]:
    """Say what the numbers rest on, and what to beware of.

    Args:
        evidence: The runs.
        basis: What the numbers rest on.
        goals: The goals.
    """
    names = {goal.goal for goal in goals}
    if "reliability" in names or basis.leaders is None:
        yield from basis.sample.reasons
        yield from basis.everyone.reasons
    if basis.leaders is not None and names != {"reliability"}:
        yield from _whose(evidence, basis.leaders)
    unequal = unequal_luck(
        basis.sample.scores, paired=is_crossed(evidence, basis.sample), level=LEVEL
    )
    if unequal:
        yield _UNEQUAL.format(*unequal)
    if any(abs(goal.exact) < MOST for goal in goals):
        yield _UNCERTAIN if evidence.n >= FEWEST else _UNCERTAIN_OF_ONE


def _whose(evidence: Evidence, leaders: Sample) -> Iterator[str]:
    """Say whose luck the numbers rest on, where it is not that of all configurations."""
    n, n_all = len(leaders.numbers), evidence.n
    if n > 1 and (n < n_all or leaders.role == Role.VALIDATION):
        where = " on fresh seeds" if leaders.role == Role.VALIDATION else ""
        yield _OF_LEADERS.format(n, where)
    elif n == 1 and evidence.paired:
        yield _OF_ONE


_OF_LEADERS = (
    "A difference, a width and a probability are about the leaders, so their numbers rest on the "
    "luck of the best {} configurations{}; reliability is that of all."
)
_OF_ONE = (
    "One configuration cannot show what shared seeds save, so the numbers hold for seeds that are "
    "not shared."
)
_UNEQUAL = (
    "Luck differs from {:.2g} to {:.2g} between configurations, in standard deviations over seeds, "
    "so a figure that pools all of them fits few of them."
)
_UNCERTAIN = (
    "The numbers are as uncertain as the spread and the gap between the first two configurations "
    "that they rest on; with few seeds, plan for more."
)
_UNCERTAIN_OF_ONE = (
    "The number is as uncertain as the spread that it rests on; with few seeds, plan for more."
)


def reason_of(goal: Goal, n_configs: int, spread: Spread) -> str | None:
    """Say why there is no number of seeds; None where there is one.

    Args:
        goal: The goal.
        n_configs: How many configurations there are.
        spread: What luck does to comparisons.
    """
    if abs(goal.exact) < MOST:
        return None
    if goal.goal == "width" and goal.target == 0:
        return _NEVER["width"]
    if not math.isnan(goal.exact):
        return _NEVER[goal.goal]
    if math.isnan(spread.own):
        return (
            "How much the seed matters is not known; run the configurations on at least 2 seeds "
            "each."
        )
    if n_configs < FEWEST:
        return "There is no second configuration to compare with; run more configurations."
    return _UNKNOWN[goal.goal]


_NEVER = {
    "reliability": (
        "No difference between configurations shows above the luck of the seeds, so no number of "
        "seeds is known to rank them."
    ),
    "difference": "The first two configurations have the same mean; name a difference to find.",
    "width": "The interval of the leader has no width to halve; name a width.",
    "probability": (
        "The first two configurations have the same mean; name a difference that matters."
    ),
}
_NO_GAP = "The first two configurations have no difference that is known; name one."
_UNKNOWN = {
    "reliability": "Nothing tells how much of the variance over all configurations is luck.",
    "difference": _NO_GAP,
    "width": "The leader has no interval to halve; name a width.",
    "probability": _NO_GAP,
}
