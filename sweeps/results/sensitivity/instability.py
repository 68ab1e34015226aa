"""Which hyperparameters decide how much the seed matters, as a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.dispersion import spread_response
from sweeps.analysis.importance.shares import FEWEST as FEWEST_CONFIGS
from sweeps.analysis.unit import UnitScores
from sweeps.planner.event import Role
from sweeps.results.evidence import FEWEST
from sweeps.results.sample import sample_of
from sweeps.results.sensitivity.importance import share_answer
from sweeps.results.sensitivity.response import Asked, Judges

if TYPE_CHECKING:
    from sweeps.analysis.scores import Scores
    from sweeps.results.answer import Answer
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape

_ESTIMATOR = "as importance, of the logarithm of each configuration's variance over seeds"
MOST_CONSTANT = 0.2
"""Share of the configurations whose seeds may all agree before nothing is told."""


def instability_answer(
    evidence: Evidence, landscape: Landscape, *, order: int = 1, random_seed: int = 0
) -> Answer:
    """Split the variance of the log variance over seeds into hyperparameters and chance.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        order: 1 for main effects, 2 for interactions of two as well, and so on.
        random_seed: Where the randomness of forests starts.

    Raises:
        ResultsError: No run has finished, or `order` is unknown.
    """
    evidence.require_a_leader()
    rng = np.random.default_rng(random_seed)
    sample = sample_of(evidence)
    scores = _by_rank(evidence, sample.scores, sample.numbers)
    n = np.bincount(scores.groups, minlength=evidence.n)
    is_enough = n >= FEWEST
    reasons = list(sample.reasons)
    judges = Judges.of(landscape, is_enough)
    reasons += judges.reasons
    response = spread_response(
        scores, judges.chosen, judges.density, rng=rng, is_even=judges.is_even
    )
    if evidence.levels:
        response = replace(
            response, between=np.nan, sources={}, noise=0.0, noise_error=0.0, open_reason=_LEVELS
        )
    n_constant = int((is_enough & np.isnan(response.figure)).sum())
    refusal = ""
    n_judges = int(judges.chosen.sum())
    if not is_enough.any():
        refusal = _ONE_SEED
    elif evidence.rungs and n_judges < FEWEST_CONFIGS:
        refusal = _SMALL_PILOT.format(n_judges, FEWEST_CONFIGS)
    elif n_constant > MOST_CONSTANT * is_enough.sum():
        refusal = _CONSTANT.format(n_constant, int(is_enough.sum()))
    elif n_constant:
        reasons.append(_SOME_CONSTANT.format(n_constant))
    asked = Asked(response, tuple(reasons), refusal)
    facts: dict[str, object] = {"random_seed": random_seed, "estimator": _ESTIMATOR}
    facts |= {"role": str(Role(sample.role))}
    return share_answer(evidence, landscape, asked, order=order, rng=rng, facts=facts)


def _by_rank(evidence: Evidence, scores: Scores, numbers: np.ndarray) -> Scores:
    """Number the configurations of a sample by rank again, with scores on the unit scale."""
    unit = UnitScores.of(scores.score)
    return replace(scores, score=unit.values, groups=numbers[scores.groups], n_groups=evidence.n)


_ONE_SEED = (
    "The spread over seeds takes 2 seeds of a configuration, and none that speaks for the space "
    "has as many: run more seeds, in a race those of a pilot (`seeds.pilot`)."
)
_SMALL_PILOT = (
    "A race runs more seeds of what did well, so only its pilot tells where the seed matters, and "
    "that has {} configurations with 2 seeds; {} are needed: raise `seeds.pilot`."
)
_LEVELS = (
    "Seeds of a design share levels of their sources, so how much of the differences between "
    "spreads is chance cannot be told."
)
_CONSTANT = (
    "{} of {} configurations have the same score under all their seeds, so their spread has no "
    "logarithm; use a metric that is less coarse, or more seeds."
)
_SOME_CONSTANT = (
    "{} configurations are left out, since they have the same score under all their seeds."
)
