"""Choosing by more than the mean: who may be compared, and who leads by a criterion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.criterion import CVAR, FEWEST, LOWER_BOUND, Criterion
from sweeps.analysis.comparing.contrast import Contrast
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.scores import Scores
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from sweeps.analysis.array import Integers
    from sweeps.analysis.interval import Interval
    from sweeps.results.evidence import Evidence

ONE_SEED = (
    "{} needs at least 2 finished seeds of the leading configurations, since one seed shows no "
    "spread, got {}; run more seeds{}."
)
_QUIET = (
    "In this race the seed changes no comparison, so all were compared by one seed and every "
    "criterion chooses the same configuration, got criterion `{}`; choose by `mean`."
)
_FEW_LEVELS = (
    "A `lower_bound` needs finished runs under at least 2 levels of {}, whose luck the seeds "
    "share; run more seeds, or choose by `mean`."
)
_RUNG = (
    "In a race only the {} of the leader's rung were compared, over the {} seeds of that rung; the "
    "others were dropped by their mean."
)
_BEHIND = (
    "{} of {} configurations have more failed or fewer finished runs than the leader, so they were "
    "not compared: a figure over the seeds that survived is no match for one over all."
)
_ONE_IN_TAIL = (
    "The worst {:.4g} of {} seeds is not even one whole seed, so `cvar` is the worst seed here; "
    "run more seeds, or take a larger `tail`."
)
_NO_TIES = (
    "Who is tied with it by `{}` is not known, so `tied` is empty: the ties of the leaderboard are "
    "about means. `frontier()` shows who else has a high mean and a small spread."
)
_FLATTERED = (
    "Its `{}` is the best of {}, so it is flattered like any figure that something was chosen by; "
    "`criterion_validated` is the one on fresh seeds."
)


@dataclass(frozen=True, slots=True, eq=False)
class Rivals:
    """The configurations that may be compared in more than their means.

    Attributes:
        numbers: Which these are, by rank from 0; the leader of the leaderboard is the first.
        scores: Their scores, configurations numbered from 0 in that order.
        n_seeds: Scores of each of them, the same for all.
        reasons: Who is not among them and why.
    """

    numbers: Integers
    scores: Scores
    n_seeds: int
    reasons: tuple[str, ...]


def rivals_of(evidence: Evidence) -> Rivals:
    """Find the configurations that only their scores keep from leading.

    The leaderboard goes by failures, rungs and numbers of seeds before it looks at scores, and
    so does every criterion.

    Args:
        evidence: The runs, at least one of them finished.
    """
    board, is_race = evidence.board, bool(evidence.rungs)
    place = board["rung"] if is_race else board["n_seeds"]
    n_seeds, is_rival = int(place.iloc[0]), board["n_failed"] == board["n_failed"].iloc[0]
    numbers = np.flatnonzero(np.asarray(is_rival & (place == n_seeds), dtype=bool))
    numbered = np.full(evidence.n, -1)
    numbered[numbers] = np.arange(len(numbers))
    scores = evidence.race
    kept = numbered[scores.groups] >= 0
    if is_race:
        kept &= (scores.seeds >= 0) & (scores.seeds < n_seeds)
    part = Scores(
        scores.score[kept], numbered[scores.groups[kept]], scores.seeds[kept], len(numbers)
    )
    reasons: tuple[str, ...] = ()
    if is_race:
        reasons = (_RUNG.format(len(numbers), n_seeds),)
    elif len(numbers) < evidence.n:
        reasons = (_BEHIND.format(evidence.n - len(numbers), evidence.n),)
    return Rivals(numbers, part, n_seeds, reasons)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The configuration that a criterion chooses.

    Attributes:
        number: Its number by rank, from 0.
        value: What it was chosen by.
        validated: The same over fresh seeds, which chose nothing.
        reasons: What to beware of, a sentence each.
    """

    number: int
    value: Estimate
    validated: Estimate
    reasons: tuple[str, ...]


def chosen_by(evidence: Evidence, criterion: Criterion) -> Chosen:
    """Choose by something else than the mean; equals by their place on the leaderboard.

    Args:
        evidence: The runs, at least one of them finished.
        criterion: What the best configuration is best in.

    Raises:
        ResultsError: There are too few seeds to choose by anything but the mean.
    """
    if evidence.rungs and evidence.is_quiet:
        raise ResultsError(_QUIET.format(criterion.name))
    rivals = rivals_of(evidence)
    if rivals.n_seeds < FEWEST:
        what = f"Choosing by `{criterion.name}`"
        raise ResultsError(ONE_SEED.format(what, rivals.n_seeds, ", or choose by `mean`"))
    means = _means_over_levels(evidence, rivals) if criterion.name == LOWER_BOUND else None
    figures = criterion.figures(rivals.scores, mode=evidence.mode, interval=means)
    values = evidence.sign * np.array([each.value for each in figures])
    first = int(np.argmax(values))  # of equals, the one with the better rank
    number = int(rivals.numbers[first])
    return Chosen(
        number,
        figures[first],
        _validated(evidence, criterion, number),
        (*rivals.reasons, *_cautions(criterion, rivals)),
    )


def _means_over_levels(evidence: Evidence, rivals: Rivals) -> Interval | None:
    """Give intervals of means that allow for levels that seeds share; None where they do not."""
    shared = evidence.shared
    if shared is None:
        return None
    values = shared.laid_out(rivals.scores)
    found = Contrast.of_levels(values, shared.levels).interval(LEVEL)
    if not found.is_known.all():
        raise ResultsError(_FEW_LEVELS.format(" and ".join(shared.names)))
    return found


def _cautions(criterion: Criterion, rivals: Rivals) -> tuple[str, ...]:
    found = []
    if criterion.name == CVAR and criterion.tail * rivals.n_seeds < 1:
        found.append(_ONE_IN_TAIL.format(criterion.tail, rivals.n_seeds))
    if len(rivals.numbers) > 1:
        found.append(_FLATTERED.format(criterion.name, len(rivals.numbers)))
        found.append(_NO_TIES.format(criterion.name))
    return tuple(found)


def _validated(evidence: Evidence, criterion: Criterion, number: int) -> Estimate:
    """Give the figure of one configuration on fresh seeds."""
    own = evidence.fresh.groups == number
    n = int(own.sum())
    if n < FEWEST:
        return Estimate.unknown(
            f"Its `{criterion.name}` on fresh seeds needs at least {FEWEST} finished runs on them, "
            f"got {n}; set `seeds.validate`, and run it on some.",
            n=n,
        )
    score, seeds = evidence.fresh.score[own], evidence.fresh.seeds[own]
    scores = Scores(score, np.zeros(n, dtype=np.int64), seeds, 1)
    return criterion.figures(scores, mode=evidence.mode)[0]
