"""How many seeds it takes, by the spread that these results show."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.scaled import Scaled
from sweeps.analysis.sizing.effect import check_probability
from sweeps.analysis.sizing.power import (
    seeds_for_difference,
    seeds_for_reliability,
    seeds_for_width,
    seeds_to_pick_best,
)
from sweeps.errors import ResultsError
from sweeps.results.answer import Answer, texts
from sweeps.results.components import components_of, sample_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.analysis.variance.components import Components
    from sweeps.results.components import Sample
    from sweeps.results.evidence import Evidence

RELIABILITIES = (0.8, 0.9, 0.95)
PROBABILITY = 0.95
_MOST = 1e9
_FEWEST = 1


@dataclass(frozen=True, slots=True)
class Spread:
    """What luck does to one run, in the unit of the score; NaN where it is not known.

    Attributes:
        configs: Standard deviation between configurations.
        one: Standard deviation of the scores of one configuration over its seeds.
        compared: What enters a comparison: of the differences of pairs where seeds are shared,
            else of the scores of one configuration.
        own: What luck adds to one configuration alone: without what shared seeds add to all.
        icc: Share of the configurations in the variance that enters comparisons.
        gap: Difference between the means of the first two configurations.
        paired: Whether comparisons are made seed by seed.
    """

    configs: float
    one: float
    compared: float
    own: float
    icc: float
    gap: float
    paired: bool

    @classmethod
    def of(cls, evidence: Evidence, found: Components, scaled: Scaled) -> Spread:
        """Take the spread from components of scaled scores; negative ones count as 0."""

        def unscaled(variance: float) -> float:
            return float(scaled.back(math.sqrt(variance)))

        variances = {part.source: max(part.variance, 0.0) for part in found.components}
        paired = found.design == "crossed"
        own = variances["configuration:seed" if paired else "seed"]
        shared = variances["seed"] if paired else 0.0
        mean = evidence.board["mean"].to_numpy(dtype=np.float64)
        gap = abs(float(mean[0] - mean[1])) if len(mean) > 1 else math.nan
        return cls(
            configs=unscaled(variances["configuration"]),
            one=unscaled(own + shared),
            compared=unscaled(2 * own if paired else own),
            own=unscaled(own),
            icc=found.consistency.value,
            gap=gap,
            paired=paired,
        )


@dataclass(frozen=True, slots=True)
class Goal:
    """One row of the answer: what is asked for, and how many seeds it takes."""

    goal: str
    target: float
    exact: float


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
        top: Share of the configurations whose spread counts, the best ones; None for all.
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
    sample = sample_of(evidence)
    scaled = Scaled.of(sample.scores.score)  # a variance is a square, and must not overflow
    unit = replace(sample, scores=replace(sample.scores, score=scaled.values))
    found = components_of(evidence, unit, np.random.default_rng(random_seed), top=top)
    spread = Spread.of(evidence, found, scaled)
    asked = (difference, width, reliability, probability)
    if all(value is None for value in asked):
        difference, width, probability = spread.gap, spread.configs, PROBABILITY
        reliabilities: Iterable[float] = RELIABILITIES
    else:
        reliabilities = [] if reliability is None else [reliability]
    goals = [
        Goal("reliability", target, seeds_for_reliability(spread.icc, target))
        for target in reliabilities
    ]
    goals += _others(evidence, spread, (difference, width, probability), power)
    return _frame(
        evidence, sample, found, spread, goals, random_seed=random_seed, power=power, top=top
    )


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
    sample: Sample,
    found: Components,
    spread: Spread,
    goals: list[Goal],
    *,
    random_seed: int,
    power: float,
    top: float | None,
) -> Answer:
    exact = np.array([goal.exact for goal in goals], dtype=np.float64)
    is_known = np.abs(exact) < _MOST
    rounded = np.maximum(np.ceil(np.where(is_known, exact, 1.0)), _FEWEST).astype(np.int64)
    have = int(evidence.board["n_seeds"].iloc[0])
    columns = {
        "goal": texts([goal.goal for goal in goals]),
        "target": np.array([goal.target for goal in goals], dtype=np.float64),
        "seeds": pd.arrays.IntegerArray(rounded, ~is_known),
        "exact": exact,
        "have": np.full(len(goals), have, dtype=np.int64),
        "reason": texts([_reason(goal, spread) for goal in goals]),
    }
    reasons = (*sample.reasons, *found.reasons, _UNCERTAIN)
    facts = evidence.facts(sample.role, sample.numbers, reasons) | {
        "design": found.design,
        "estimator": found.estimator,
        "level": LEVEL,
        "power": power,
        "top": top,
        "spread": spread,
        "random_seed": random_seed,
    }
    return Answer.of(columns, facts)


_UNCERTAIN = (
    "The numbers are as uncertain as the spread and the gap between the first two configurations "
    "that they rest on; with few seeds, plan for more."
)


def _reason(goal: Goal, spread: Spread) -> str | None:
    """Say why there is no number of seeds; None where there is one."""
    if abs(goal.exact) < _MOST:
        return None
    if not math.isnan(goal.exact):
        return _NEVER[goal.goal]
    if math.isnan(spread.own):
        return (
            "How much the seed matters is not known; run at least 2 configurations on at least 2 "
            "seeds each."
        )
    return "There is no second configuration to compare with; run more configurations."


_NEVER = {
    "reliability": (
        "No difference between configurations shows above the luck of the seeds, so no number of "
        "seeds is known to rank them."
    ),
    "difference": "The first two configurations have the same mean; name a `difference` to find.",
    "width": "The configurations do not differ, so they give no width; name a `width`.",
    "probability": (
        "The first two configurations have the same mean; name a `difference` that matters."
    ),
}
