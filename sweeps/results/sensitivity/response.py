"""What importance is asked about: the score of a run, by configurations that nobody selected."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.importance.response import Response, errors_of, noise_of, sources_of
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.moments import group_moments
from sweeps.analysis.unit import UnitScores
from sweeps.analysis.variance.factorial import factorial
from sweeps.planner.event import Role
from sweeps.results.components import components_of
from sweeps.results.evidence import FEWEST
from sweeps.results.sample import part_of, sample_of
from sweeps.results.sensitivity.density import density_of
from sweeps.results.sources import NESTED, laid_out

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.variance.components import Components
    from sweeps.results.evidence import Evidence
    from sweeps.results.sample import Sample
    from sweeps.results.sensitivity.landscape import Landscape


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A response of all configurations, by rank.

    Attributes:
        response: What each configuration scored, and how much of it is chance.
        reasons: What to beware of, a sentence each.
        refusal: Why nothing can be split, empty where it can.
    """

    response: Response
    reasons: tuple[str, ...]
    refusal: str = ""


def response_of(
    evidence: Evidence, landscape: Landscape, rng: np.random.Generator, *, top: float | None
) -> Asked:
    """Say what each configuration scored, and by which of them an importance may be judged.

    A race replicates what did well, so configurations are judged by its first rung, and the
    seeds' part comes from its pilot. A model proposes what looks good, so only configurations
    that were drawn from the space judge; where they are few, all do, by how scores rise with the
    effects of the model and not by how often.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        rng: Where the randomness of the components' intervals comes from.
        top: Share of the configurations that count as good ones; scores below theirs count as
            the worst of theirs. None takes all scores as they are.
    """
    is_first = evidence.race.seeds < evidence.rungs[0] if evidence.rungs else None
    everyone = np.arange(evidence.n)
    first = evidence.race
    if is_first is not None:
        first = part_of(evidence, Role.RACE, everyone, is_first).scores
    has_score = np.bincount(first.groups, minlength=evidence.n) > 0
    judges = Judges.of(landscape, has_score)
    reasons = judges.reasons
    change = _Change.of(evidence, first, np.where(judges.chosen, judges.density, 0.0), top)
    judged = replace(first, score=change.apply(first.score))
    every = replace(evidence.race, score=change.apply(evidence.race.score))
    sample = sample_of(evidence)
    reasons += sample.reasons
    if not evidence.rungs:
        sample = part_of(
            evidence,
            Role.RACE,
            np.flatnonzero(judges.chosen),
            np.ones(len(first.seeds), dtype=bool),
        )
    changed = change.apply(sample.scores.score)
    sample = replace(sample, scores=replace(sample.scores, score=changed))
    if evidence.rungs:
        is_told = top is None or evidence.rungs[0] >= FEWEST
        found = _of_race(evidence, sample, judged, rng) if is_told else _unsplit(judged)
        reasons += () if is_told else (_NOT_ABOVE,)
    else:
        found = Response.of(judged, _components(evidence, sample, change, rng))
    means = group_moments(every.score, every.groups, every.n_groups)
    response = replace(
        found,
        figure=means.mean,
        weight=np.maximum(means.n, 1),
        judge=np.where(judges.chosen, found.judge, np.nan),
        density=judges.density,
        is_even=judges.is_even,
    )
    return Asked(_weighted(response), reasons)


@dataclass(frozen=True, slots=True)
class _Change:
    """What is done to all scores: onto the unit scale, higher as better, and up to a bar.

    Attributes:
        sign: 1 where higher is better, else -1.
        unit: The unit scale of scores times the sign.
        bar: The least score on it; scores below count as the bar. NaN for none.
    """

    sign: int
    unit: UnitScores
    bar: float = math.nan

    @classmethod
    def of(cls, evidence: Evidence, first: Scores, weights: Floats, top: float | None) -> _Change:
        """Find the bar that a share of the configurations reaches."""
        plain = cls(evidence.sign, UnitScores.of(evidence.sign * evidence.race.score))
        if top is None:
            return plain
        means = group_moments(plain.apply(first.score), first.groups, first.n_groups).mean
        known = np.flatnonzero(np.isfinite(means) & (weights > 0))
        if not len(known):
            return plain
        ordered = known[np.argsort(-means[known], kind="stable")]
        reached = np.cumsum(weights[ordered]) / weights[ordered].sum()
        place = min(int(np.searchsorted(reached, top)), len(ordered) - 1)
        return replace(plain, bar=float(means[ordered[place]]))

    def apply(self, scores: Floats) -> Floats:
        """Change scores of any shape; NaN stays."""
        values = np.ldexp(self.sign * scores, -self.unit.exponent) - self.unit.offset
        return np.asarray(values if math.isnan(self.bar) else np.maximum(values, self.bar))


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """The configurations that importance is judged by.

    Attributes:
        chosen: Which they are.
        density: Weight of each configuration.
        is_even: Whether they were drawn evenly from each regime.
        reasons: What is to be said of that, a sentence each.
    """

    chosen: Booleans
    density: Floats
    is_even: bool
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, landscape: Landscape, has_score: Booleans) -> Judges:
        """Choose those that were drawn from the space, or else all.

        Args:
            landscape: Where the configurations lie.
            has_score: Which configurations can judge.
        """
        lies = has_score & (landscape.measure.regime_of(landscape.cells) >= 0)
        drawn = landscape.is_drawn & lies
        n_drawn, n_others = int(drawn.sum()), int(lies.sum() - drawn.sum())
        if n_others == 0 or n_drawn >= ENOUGH:
            reasons = (_others(n_drawn, n_others),) if n_others else ()
            return cls(drawn, density_of(landscape, has_score), is_even=True, reasons=reasons)
        reason = _CHOSEN.format(n_others, n_others + n_drawn)
        return cls(lies, np.ones(len(lies)), is_even=False, reasons=(reason,))


ENOUGH = 100
"""Configurations drawn from the space that judge better alone than with others."""


def _others(n_drawn: int, n_others: int) -> str:
    """Say who does not judge."""
    who = "1 more was" if n_others == 1 else f"{n_others} more were"
    return (
        f"Shares are judged by the {n_drawn} configurations that were drawn from the space; {who} "
        "given, or chosen by looking at scores, and only helped the model to fit."
    )


_CHOSEN = (
    "{} of {} configurations were chosen by looking at scores or by hand, and lie where scores are "
    "good. How much of the space's variance each hyperparameter explains is therefore the model's "
    "word, checked where configurations lie; `sampler: random` needs no such caution."
)


def _components(
    evidence: Evidence, sample: Sample, change: _Change, rng: np.random.Generator
) -> Components:
    """Take what configurations and seeds add from the runs of those that judge."""
    if evidence.levels:
        return factorial(
            change.apply(laid_out(evidence)[sample.numbers]),
            names=tuple(evidence.levels),
            is_nested=evidence.design == NESTED,
            level=LEVEL,
            rng=rng,
        )
    return components_of(evidence, sample, rng)


def _of_race(
    evidence: Evidence, sample: Sample, first: Scores, rng: np.random.Generator
) -> Response:
    """Take the seeds' part from the sample of a race that speaks for all configurations."""
    components = components_of(evidence, sample, rng)
    _, sources = sources_of(components)
    if not sources or sample.role != Role.RACE:
        return _unsplit(first)
    moments = group_moments(first.score, first.groups, first.n_groups)
    noise = noise_of(components, moments.n)
    spread = float(np.nanvar(moments.mean, ddof=1))
    ceiling = max(1 - noise / spread, 0.0) if spread > 0 else math.nan
    return Response(
        moments.mean,
        moments.n,
        moments.mean,
        moments.n,
        np.zeros(evidence.n),
        spread - noise,
        sources,
        errors_of(components, of_configurations=True),
        noise,
        ceiling=ceiling,
    )


def _unsplit(first: Scores) -> Response:
    """Take the scores of the first rung where nothing tells what seeds do to them."""
    moments = group_moments(first.score, first.groups, first.n_groups)
    nothing = np.zeros(first.n_groups)
    return Response(moments.mean, moments.n, moments.mean, moments.n, nothing, math.nan)


_NOT_ABOVE = (
    "A race says how much the seed matters by its pilot, of which hardly any configuration is a "
    "good one: what seeds do among these is not told."
)


def _weighted(response: Response) -> Response:
    """Let the variances be those of the space, where configurations do not count alike.

    The analysis of variance weighs them by their seeds, which is the same for equal numbers.
    """
    judges = np.flatnonzero(response.is_judging)
    density, n = response.density[judges], response.n_judged[judges]
    is_alike = not len(judges) or (np.ptp(density) == 0 and np.ptp(n) == 0)
    if is_alike or not (response.is_split and response.is_even):
        return response
    shares = density / density.sum()
    judge = response.judge[judges]
    spread = float(shares @ (judge - shares @ judge) ** 2)
    one = response.noise_of_one
    # A configuration that stands for a large part of the space pulls the mean to itself.
    between = spread - one * float((shares * (1 - shares)) @ (1 / n))
    return replace(response, between=between, noise=one * float(shares @ (1 / n)))
