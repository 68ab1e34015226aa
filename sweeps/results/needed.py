"""How many seeds it takes, by the luck that these results show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sweeps.analysis.interval import LEVEL, interval_of_mean
from sweeps.analysis.moments import group_moments
from sweeps.analysis.sizing.effect import check_probability
from sweeps.analysis.sizing.power import (
    seeds_for_difference,
    seeds_for_reliability,
    seeds_for_width,
    seeds_to_pick_best,
)
from sweeps.errors import ResultsError
from sweeps.results.answer import Answer, texts
from sweeps.results.needed_reason import MOST, Goal, reason_of, reasons_of
from sweeps.results.spread import basis_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.results.evidence import Evidence
    from sweeps.results.spread import Basis, Spread

RELIABILITIES = (0.8, 0.9, 0.95)
PROBABILITY = 0.95
_FEWEST = 1


def needed_answer(
    evidence: Evidence,
    *,
    difference: float | None,
    width: float | None,
    reliability: float | None,
    probability: float | None,
    power: float,
    top: float | None,
    random_seed: int,
) -> Answer:
    """Say how many seeds of each configuration reach a goal.

    Args:
        evidence: The runs.
        difference: Difference between two configurations that is to be found, above 0.
        width: Width of the interval of one configuration's mean, above 0.
        reliability: Reliability of the configurations' means, between 0 and 1.
        probability: Probability of choosing the best configuration, between 0 and 1.
        power: Probability of finding the difference, between 0 and 1.
        top: Share of the configurations whose spread counts for every goal, the best ones. None
            for the usual: `reliability` is about all, other goals about those near the leader.
        random_seed: Where the randomness of intervals starts; the numbers do not depend on it.

    Returns:
        A row a goal with the columns of `docs/results.md`; of the goals that were named, or of
        a useful set.

    Raises:
        ResultsError: A goal is out of its range.
    """
    evidence.require_a_leader()
    for name, value in (("difference", difference), ("width", width)):
        if value is not None and not 0 < value < math.inf:
            message = f"`{name}` must lie above 0, got {value}. It has the unit of the metric."
            raise ResultsError(message)
    shares = (("reliability", reliability), ("probability", probability), ("power", power))
    for name, value in shares:
        if value is not None:
            check_probability(name, value)
    asked = (difference, width, probability)
    basis = basis_of(evidence, top=top, random_seed=random_seed)
    if reliability is None and all(value is None for value in asked):
        asked = (basis.spread.gap, _half_of_now(evidence), PROBABILITY)
        reliabilities: Iterable[float] = RELIABILITIES
    else:
        reliabilities = [] if reliability is None else [reliability]
    icc = basis.everyone.consistency.value
    goals = [
        Goal("reliability", target, seeds_for_reliability(icc, target)) for target in reliabilities
    ]
    goals += _others(evidence, basis.spread, asked, power)
    return _frame(evidence, basis, goals, random_seed=random_seed, power=power, top=top)


def _half_of_now(evidence: Evidence) -> float:
    """Give half the width that the leader's t interval has now, its seeds taken as independent."""
    scores = evidence.race
    moments = group_moments(scores.score, scores.groups, scores.n_groups)
    interval = interval_of_mean(moments, level=LEVEL)
    return float(interval.high[0]) / 2 - float(interval.low[0]) / 2


def _others(
    evidence: Evidence,
    spread: Spread,
    targets: tuple[float | None, float | None, float | None],
    power: float,
) -> list[Goal]:
    difference, width, probability = targets
    goals = []
    if difference is not None:
        n = seeds_for_difference(difference, spread.compared, paired=spread.paired, power=power)
        goals.append(Goal("difference", difference, n))
    if width is not None:
        goals.append(Goal("width", width, seeds_for_width(spread.one, width)))
    if probability is not None:
        gap = spread.gap if difference is None else difference
        n_configs = int(evidence.board["mean"].notna().sum())
        n = seeds_to_pick_best(n_configs, gap, spread.own, probability=probability)
        goals.append(Goal("probability", probability, n))
    return goals


def _frame(
    evidence: Evidence,
    basis: Basis,
    goals: list[Goal],
    *,
    random_seed: int,
    power: float,
    top: float | None,
) -> Answer:
    exact = np.array([goal.exact for goal in goals], dtype=np.float64)
    is_known = np.abs(exact) < MOST
    rounded = np.maximum(np.ceil(np.where(is_known, exact, 1.0)), _FEWEST).astype(np.int64)
    have = int(evidence.board["n_seeds"].iloc[0])
    columns = {
        "goal": texts([goal.goal for goal in goals]),
        "target": np.array([goal.target for goal in goals], dtype=np.float64),
        "seeds": pd.arrays.IntegerArray(rounded, ~is_known),
        "exact": exact,
        "have": np.full(len(goals), have, dtype=np.int64),
        "reason": texts([reason_of(goal, evidence.n, basis.spread) for goal in goals]),
    }
    facts = evidence.facts(
        basis.sample.role,
        basis.sample.numbers,
        reasons_of(evidence, basis, goals),
    ) | {
        "design": basis.everyone.design,
        "estimator": basis.everyone.estimator,
        "level": LEVEL,
        "power": power,
        "top": top,
        "spread": basis.spread,
        "random_seed": random_seed,
    }
    return Answer.of(columns, facts)
