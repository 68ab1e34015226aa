"""Variance components: which runs they may rest on, and the frame that shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.factorial import factorial
from sweeps.analysis.variance.near_the_top import near_the_top
from sweeps.analysis.variance.one_way import one_way
from sweeps.planner.event import Role
from sweeps.results.answer import Answer, texts
from sweeps.results.evidence import FEWEST
from sweeps.results.sources import NESTED, laid_out

if TYPE_CHECKING:
    from sweeps.analysis.array import Integers
    from sweeps.analysis.variance.components import Components
    from sweeps.results.evidence import Evidence

PILOT = "pilot"
_COLUMNS = ("df", "mean_square", "variance", "share", "low", "high")
_FACTS = (
    *("icc", "consistency", "reliability", "grand_mean", "grand_mean_error", "f", "p_value"),
    *("n_configs", "n_seeds", "n_scores", "n_left_out", "is_balanced", "estimator", "level"),
)
_OF_ONE_SEED = ("one-way", "crossed")
_FIELDS = {"grand_mean": "mean", "grand_mean_error": "mean_error"}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Runs whose configurations were not chosen by how they did, as far as there are some.

    Attributes:
        scores: Their scores, configurations numbered from 0 in the order of `numbers`.
        numbers: Which configurations these are, by rank.
        role: Whose runs they are.
        reasons: What to beware of, a sentence each.
    """

    scores: Scores
    numbers: Integers
    role: Role
    reasons: tuple[str, ...] = ()


def variance_answer(evidence: Evidence, *, top: float | None, random_seed: int) -> Answer:
    """Split the variance of one run's score by source.

    Args:
        evidence: The runs.
        top: Share of the configurations to look at, the best ones; all of them by default.
        random_seed: Where the randomness of intervals starts.

    Returns:
        A row a source with the columns of `docs/results.md`.
    """
    evidence.require_a_leader()
    sample = sample_of(evidence)
    rng = np.random.default_rng(random_seed)
    if top is None and evidence.levels and not evidence.rungs:
        found = _by_source(evidence, rng)
    else:
        found = components_of(evidence, sample, rng, top=top)
    return _frame(evidence, sample, found, top=top, random_seed=random_seed)


def components_of(
    evidence: Evidence, sample: Sample, rng: np.random.Generator, *, top: float | None = None
) -> Components:
    """Split the variance by configuration and seed, whatever the sources of the seeds.

    Args:
        evidence: The runs.
        sample: Those that count.
        rng: Where the randomness of intervals and splits comes from.
        top: Share of the configurations to look at, the best ones; all of them by default.
    """
    if top is None:
        if is_crossed(evidence, sample):
            return crossed(Table.of(sample.scores), level=LEVEL, rng=rng)
        return one_way(sample.scores, level=LEVEL, rng=rng)
    # Higher as better, so that a loss draws the same splits of the seeds as a negated score.
    scores = replace(sample.scores, score=evidence.sign * sample.scores.score)
    data = Table.of(scores) if is_crossed(evidence, sample) else scores
    found = near_the_top(data, mode="max", share=top, rng=rng, level=LEVEL)
    return replace(found, mean=evidence.sign * found.mean)


def is_crossed(evidence: Evidence, sample: Sample) -> bool:
    """Say whether configurations share enough seeds to tell the seed's own effect apart."""
    n_sharing = np.unique(sample.scores.seeds, return_counts=True)[1]
    return bool(evidence.paired and (n_sharing >= FEWEST).sum() >= FEWEST)


def sample_of(evidence: Evidence) -> Sample:
    """Choose the runs that speak for all configurations.

    A race replicates what did well, and that would make configurations look alike and seeds
    matter more. So there only the first rung counts where it has 2 seeds, else the pilot, whose
    configurations were drawn at random, else what was validated.
    """
    everyone = np.arange(evidence.n)
    if not evidence.rungs:
        reasons = (_RAGGED,) if _is_ragged(evidence) else ()
        return Sample(evidence.race, everyone, Role.RACE, reasons)
    seeds = evidence.race.seeds
    if evidence.rungs[0] >= FEWEST:
        return _part(evidence, Role.RACE, everyone, seeds < evidence.rungs[0], _FIRST_RUNG)
    pilot = _pilot(evidence)
    if len(pilot) >= FEWEST:
        is_given = (seeds == 0) | (seeds == evidence.rungs[-1] - 1)
        return _part(evidence, Role.RACE, pilot, is_given, _OF_PILOT.format(len(pilot)))
    n_fresh = np.bincount(evidence.fresh.groups, minlength=evidence.n)
    validated = np.flatnonzero(n_fresh > 0)
    if len(validated) >= FEWEST:
        kept = np.ones(len(evidence.fresh.seeds), dtype=bool)
        reason = _OF_VALIDATED.format(len(validated))
        return _part(evidence, Role.VALIDATION, validated, kept, reason)
    return _part(evidence, Role.RACE, everyone, seeds < evidence.rungs[0], _NOTHING)


_RAGGED = (
    "Configurations were run on different numbers of seeds; if how they did decided that, the "
    "components are biased. Run all of them on the same seeds."
)
_FIRST_RUNG = (
    "In a race only the first rung speaks for all configurations, so the components are those of "
    "its seeds."
)
_OF_PILOT = (
    "A race replicates what did well, so the components are those of its pilot: {} configurations "
    "drawn at random, with 2 seeds each."
)
_OF_VALIDATED = (
    "A race replicates what did well, and this one has no pilot, so the components are those of "
    "the {} validated configurations: they speak for configurations near the best only."
)
_NOTHING = (
    "A race replicates what did well, and this one has neither a pilot nor two validated "
    "configurations; set `seeds.pilot` to learn how much the seed matters."
)


def _pilot(evidence: Evidence) -> Integers:
    origins = np.array(evidence.configs.origins, dtype=object)[evidence.order]
    return np.flatnonzero(origins == PILOT)


def _part(evidence: Evidence, role: Role, numbers: Integers, kept: Any, reason: str) -> Sample:
    """Take some configurations and some runs, and number the configurations anew."""
    scores = evidence.scores(role)
    place = np.full(evidence.n, -1)
    place[numbers] = np.arange(len(numbers))
    chosen = np.flatnonzero(kept & (place[scores.groups] >= 0))
    part = Scores(
        scores.score[chosen], place[scores.groups[chosen]], scores.seeds[chosen], len(numbers)
    )
    return Sample(part, numbers, role, (reason,))


def _is_ragged(evidence: Evidence) -> bool:
    """Say whether configurations were run on different numbers of seeds, failed ones included."""
    over = evidence.is_over(Role.RACE)
    n = np.bincount(evidence.ranks[over], minlength=evidence.n)
    return bool((n != n[0]).any())


def _by_source(evidence: Evidence, rng: np.random.Generator) -> Components:
    """Split the variance by the sources that the design of the seeds varies."""
    return factorial(
        laid_out(evidence),
        names=tuple(evidence.levels),
        is_nested=evidence.design == NESTED,
        level=LEVEL,
        rng=rng,
    )


def _frame(
    evidence: Evidence,
    sample: Sample,
    found: Components,
    *,
    top: float | None,
    random_seed: int,
) -> Answer:
    parts = found.components
    columns = {name: np.array([getattr(part, name) for part in parts]) for name in _COLUMNS}
    reasons = (*sample.reasons, *found.reasons)
    facts = evidence.facts(sample.role, sample.numbers, reasons)
    facts |= {name: getattr(found, _FIELDS.get(name, name)) for name in _FACTS}
    facts |= {
        "design": found.design,
        "top": top,
        "role": str(sample.role),
        "random_seed": random_seed,
        "reasons": facts["reasons"] if found.design in _OF_ONE_SEED else reasons,
    }
    return Answer.of({"source": texts([part.source for part in parts])} | columns, facts)
