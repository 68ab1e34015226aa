"""Variance components, and the frame that shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.table import Table
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.factorial import factorial
from sweeps.analysis.variance.near_the_top import near_the_top
from sweeps.analysis.variance.one_way import one_way
from sweeps.results.answer import Answer, texts
from sweeps.results.sample import is_crossed, sample_of
from sweeps.results.sources import NESTED, laid_out

if TYPE_CHECKING:
    from sweeps.analysis.variance.components import Components
    from sweeps.results.evidence import Evidence
    from sweeps.results.sample import Sample

_COLUMNS = ("df", "mean_square", "variance", "share", "low", "high")
_FACTS = (
    *("icc", "consistency", "reliability", "grand_mean", "grand_mean_error", "f", "p_value"),
    *("n_configs", "mean_seeds", "n_scores", "n_left_out", "is_balanced", "estimator", "level"),
)
_OF_ONE_SEED = ("one-way", "crossed")
_FIELDS = {"grand_mean": "mean", "grand_mean_error": "mean_error"}


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
        "n_seeds": sample.n_seeds(paired=evidence.paired),
        "top": top,
        "role": str(sample.role),
        "random_seed": random_seed,
        "reasons": facts["reasons"] if found.design in _OF_ONE_SEED else reasons,
    }
    return Answer.of({"source": texts([part.source for part in parts])} | columns, facts)
