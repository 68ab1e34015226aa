"""What luck does to one run near the leader, where configurations have to be told apart."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.scaled import Scaled
from sweeps.analysis.variance.one_way import one_way
from sweeps.planner.event import Role
from sweeps.results.components import components_of
from sweeps.results.evidence import FEWEST
from sweeps.results.sample import part_of, sample_of

if TYPE_CHECKING:
    from sweeps.analysis.variance.components import Components
    from sweeps.results.evidence import Evidence
    from sweeps.results.sample import Sample

FEWEST_LEADERS = 5
FEWEST_FREEDOM = 20
"""Degrees of freedom at which a standard deviation is known to about 16 %."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What luck does to one run, in the unit of the score; NaN where it is not known.

    Attributes:
        one: Standard deviation of the scores of one configuration over its seeds.
        compared: What enters a comparison: of the differences of pairs where seeds are shared,
            else of the scores of one configuration.
        own: What luck adds to one configuration alone: without what shared seeds add to all.
        gap: Difference between the means of the leader and the next one.
        paired: Whether comparisons are made seed by seed.
        n_configs: How many configurations these figures are about.
    """

    one: float
    compared: float
    own: float
    gap: float
    paired: bool
    n_configs: int

    @classmethod
    def of(cls, found: Components, scaled: Scaled, gap: float) -> Spread:
        """Take the spread from components of scaled scores; negative ones count as 0.

        Args:
            found: The components.
            scaled: How the scores were scaled.
            gap: Difference between the first two means, in the unit of the scores.
        """

        def unscaled(variance: float) -> float:
            return float(scaled.back(math.sqrt(variance)))

        variances = {part.source: max(part.variance, 0.0) for part in found.components}
        paired = found.design == "crossed"
        own = variances["configuration:seed" if paired else "seed"]
        shared = variances["seed"] if paired else 0.0
        return cls(
            one=unscaled(own + shared),
            compared=unscaled(2 * own if paired else own),
            own=unscaled(own),
            gap=gap,
            paired=paired,
            n_configs=found.n_configs,
        )


def leaders_of(evidence: Evidence) -> Sample:
    """Choose the configurations near the leader, whose luck decides who wins.

    These are the best 5 by rank that have 2 scores or more; more of them where 5 would give the
    luck fewer than 20 degrees of freedom. Those that are tied with the leader are no better
    choice: an erratic configuration is tied just because it is erratic. Being chosen by their
    means does not bias their spread, as long as spread and mean of normal scores are independent.
    The scores are those that a comparison of two configurations takes: on fresh seeds where
    the leader and another configuration have 2 or more of them.
    """
    n_fresh = np.bincount(evidence.fresh.groups, minlength=evidence.n)
    is_fresh = n_fresh[0] >= FEWEST and (n_fresh >= FEWEST).sum() > 1
    role = Role.VALIDATION if is_fresh else Role.RACE
    n = n_fresh if is_fresh else np.bincount(evidence.race.groups, minlength=evidence.n)
    numbers = np.flatnonzero(n >= FEWEST)
    freedom = np.cumsum(n[numbers] - 1)
    n_enough = int(np.searchsorted(freedom, FEWEST_FREEDOM)) + 1
    chosen = numbers[: max(n_enough, FEWEST_LEADERS)]
    kept = np.ones(len(evidence.scores(role).score), dtype=bool)
    return part_of(evidence, role, chosen, kept)


def spread_near_the_leader(evidence: Evidence, sample: Sample) -> Spread:
    """Say what luck does to the configurations near the leader.

    Args:
        evidence: The runs.
        sample: Those of the configurations near the leader.
    """
    scaled = Scaled.of(sample.scores.score)
    unit = replace(sample, scores=replace(sample.scores, score=scaled.values))
    rng = np.random.default_rng(0)  # draws intervals alone, which nobody sees
    found = components_of(evidence, unit, rng)
    if math.isnan(found.components[-1].variance) and found.design == "crossed":
        found = one_way(unit.scores, level=LEVEL, rng=rng)  # shared, but not linked by seeds
    return Spread.of(found, scaled, gap_of(evidence, sample))


def gap_of(evidence: Evidence, sample: Sample | None = None) -> float:
    """Give how far the means of the first two configurations lie apart; NaN for one.

    Args:
        evidence: The runs.
        sample: Runs on fresh seeds, if these are to say so.
    """
    if sample is None or sample.role == Role.RACE:
        mean = evidence.board["mean"].to_numpy(dtype=np.float64)[:2]
    else:
        scores = sample.scores
        mean = np.array([scores.score[scores.groups == group].mean() for group in (0, 1)])
    return abs(float(mean[0] - mean[1])) if len(mean) > 1 else math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """What the numbers rest on.

    Attributes:
        sample: Runs that speak for all configurations.
        everyone: Their components, or those of the best of them where these were asked for.
        leaders: Runs near the leader; None where a share of the best was asked for.
        spread: What luck does to comparisons: near the leader, or in `everyone`.
    """

    sample: Sample
    everyone: Components
    leaders: Sample | None
    spread: Spread


def basis_of(evidence: Evidence, *, top: float | None, random_seed: int) -> Basis:
    """Gather what numbers of seeds rest on.

    Args:
        evidence: The runs.
        top: Share of the configurations to look at, the best ones; the usual where it is None.
        random_seed: Where the randomness of `top` starts.
    """
    sample = sample_of(evidence)
    scaled = Scaled.of(sample.scores.score)  # a variance is a square, and must not overflow
    unit = replace(sample, scores=replace(sample.scores, score=scaled.values))
    everyone = components_of(evidence, unit, np.random.default_rng(random_seed), top=top)
    if top is not None:
        spread = Spread.of(everyone, scaled, gap_of(evidence))
        return Basis(sample, everyone, None, spread)
    leaders = leaders_of(evidence)
    return Basis(sample, everyone, leaders, spread_near_the_leader(evidence, leaders))
