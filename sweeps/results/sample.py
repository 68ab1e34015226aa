"""Which runs speak for all configurations, and not only for those that did well."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.scores import Scores
from sweeps.planner.event import Role, Status
from sweeps.results.evidence import FEWEST

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Integers
    from sweeps.results.evidence import Evidence

PILOT = "pilot"
FEWEST_FREEDOM = 5
"""Degrees of freedom of luck below which a pilot tells nothing: an interval of its standard
deviation then spans more than a factor 4."""


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

    def n_seeds(self, *, paired: bool) -> int:
        """Count the different seeds; without pairs, those of the configuration with the most."""
        if paired:
            return len(np.unique(self.scores.seeds))
        return int(np.bincount(self.scores.groups).max(initial=0))


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
        return part_of(evidence, Role.RACE, everyone, seeds < evidence.rungs[0], _FIRST_RUNG)
    pilot = _pilot(evidence)
    if pilot is not None and pilot.freedom >= FEWEST_FREEDOM:
        return replace(pilot.sample, reasons=(pilot.described(),))
    why = _NO_PILOT if pilot is None else pilot.refused()
    n_fresh = np.bincount(evidence.fresh.groups, minlength=evidence.n)
    validated = np.flatnonzero(n_fresh > 0)
    if len(validated) >= FEWEST:
        kept = np.ones(len(evidence.fresh.seeds), dtype=bool)
        reason = _OF_VALIDATED.format(len(validated))
        return part_of(evidence, Role.VALIDATION, validated, kept, why, reason)
    return part_of(evidence, Role.RACE, everyone, seeds < evidence.rungs[0], why, _NOTHING)


_RAGGED = (
    "Configurations were run on different numbers of seeds; if how they did decided that, the "
    "components are biased. Run all of them on the same seeds."
)
_FIRST_RUNG = (
    "In a race only the first rung speaks for all configurations, so the components are those of "
    "its seeds."
)
_NO_PILOT = (
    "A race replicates what did well, and this one has no pilot, whose configurations would be "
    "drawn at random."
)
_OF_VALIDATED = (
    "The components are those of the {} validated configurations, so they speak for "
    "configurations near the best only."
)
_NOTHING = (
    "Nor are there two validated configurations; set `seeds.pilot` or `seeds.validate` to learn "
    "how much the seed matters."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Pilot:
    """The configurations that a race drew at random, each under the first and the last seed.

    Attributes:
        sample: Their scores.
        n_runs: How many of their runs are over.
        n_stopped: How many of these were stopped early.
        freedom: Degrees of freedom for the luck of the seeds.
    """

    sample: Sample
    n_runs: int
    n_stopped: int
    freedom: int

    def described(self) -> str:
        """Say what the components rest on."""
        text = (
            "A race replicates what did well, so the components are those of its pilot: "
            f"{len(self.sample.numbers)} configurations drawn at random, with 2 seeds each."
        )
        n_scores = len(self.sample.scores.score)
        if n_scores == self.n_runs:
            return text
        missing = "; the worst are missing" if self.n_stopped else ""
        return f"{text} Of its {self.n_runs} runs, {n_scores} have a score{self._stopped}{missing}."

    def refused(self) -> str:
        """Say why they tell nothing."""
        n_scores = len(self.sample.scores.score)
        return (
            "A race replicates what did well, so only its pilot speaks for all configurations. Of "
            f"the pilot's {self.n_runs} runs, {n_scores} have a score{self._stopped}: too few, "
            f"since luck would have {max(self.freedom, 0)} of the {FEWEST_FREEDOM} degrees of "
            "freedom that it takes."
        )

    @property
    def _stopped(self) -> str:
        verb = "was" if self.n_stopped == 1 else "were"
        return f" and {self.n_stopped} {verb} stopped early" if self.n_stopped else ""


def _pilot(evidence: Evidence) -> _Pilot | None:
    """Find the runs of the pilot; None where the race has none."""
    origins = np.array(evidence.configs.origins, dtype=object)[evidence.order]
    numbers = np.flatnonzero(origins == PILOT)
    if len(numbers) < FEWEST:
        return None
    ends = (0, evidence.rungs[-1] - 1)
    kept = np.isin(evidence.race.seeds, ends)
    sample = part_of(evidence, Role.RACE, numbers, kept)
    runs = evidence.runs
    is_own = np.isin(evidence.ranks, numbers) & np.isin(runs.seeds, ends) & runs.is_role(Role.RACE)
    used = sample.scores
    n_shared = len(np.unique(used.seeds)) - 1 if is_crossed(evidence, sample) else 0
    return _Pilot(
        sample,
        n_runs=int(is_own.sum()),
        n_stopped=int((is_own & runs.is_status(Status.STOPPED)).sum()),
        freedom=len(used.score) - len(np.unique(used.groups)) - n_shared,
    )


def part_of(
    evidence: Evidence, role: Role, numbers: Integers, kept: Booleans, *reasons: str
) -> Sample:
    """Take some configurations and some runs, and number the configurations anew.

    Args:
        evidence: The runs.
        role: Whose scores.
        numbers: The configurations, by rank from 0.
        kept: Which of the scores may be taken.
        reasons: What to beware of.
    """
    scores = evidence.scores(role)
    place = np.full(evidence.n, -1)
    place[numbers] = np.arange(len(numbers))
    chosen = np.flatnonzero(kept & (place[scores.groups] >= 0))
    part = Scores(
        scores.score[chosen], place[scores.groups[chosen]], scores.seeds[chosen], len(numbers)
    )
    return Sample(part, numbers, role, reasons)


def _is_ragged(evidence: Evidence) -> bool:
    """Say whether configurations were run on different numbers of seeds, failed ones included."""
    over = evidence.is_over(Role.RACE)
    n = np.bincount(evidence.ranks[over], minlength=evidence.n)
    return bool((n != n[0]).any())
