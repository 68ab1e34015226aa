"""Choosing by something else than the mean, and what such a choice is worth.

Whatever the criterion, the figure read is the plain score: what to expect of a configuration that
was chosen like this, under a seed that had no say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.choosing.choice import Choices, Contest
from sweeps.analysis.choosing.criterion import FEWEST, LOWER_BOUND, Criterion
from sweeps.analysis.choosing.heldout import all_but, standard_error, without_each
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.table import Table

_TIE = 1e-12
"""Figures that differ by no more than this share of their scores' size differ by rounding."""

_SLACK = 1e-9
"""The same, with room to spare, where it decides who need not be looked at."""

_MOST_WORK = 4e8
"""Scores times sets of seeds that a jackknife may look at, a few seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class RobustContest(Contest):
    """A contest that a criterion decides.

    Attributes:
        criterion: What the best configuration is best in.
    """

    criterion: Criterion

    @classmethod
    def by(cls, criterion: Criterion, table: Table, mode: str) -> Self:
        """Prepare a table; the arguments are those of `Contest.of`."""
        plain = Contest.of(table, mode)
        return cls(plain.scaled, plain.has_score, plain.exponent, plain.sign, criterion)

    def rivals(self, drawn: Booleans) -> Integers:
        """Give the configurations to look at where these sets choose; no other is chosen.

        A tail can be no better than without the worst seeds, and no worse than without the best.
        """
        everyone = np.arange(len(self.scaled))
        sizes = np.unique(drawn.sum(axis=1))
        is_bound = self.criterion.name == LOWER_BOUND
        if is_bound or len(sizes) != 1 or sizes[0] == 0 or not (self.is_complete and everyone.size):
            return everyone
        n, ordered = int(sizes[0]), np.sort(self.scaled, axis=1)
        one, there = np.ones((1, n), dtype=bool), np.ones((len(ordered), n), dtype=bool)
        at_best = self.criterion.over_sets(ordered[:, -n:], there, one)[0]
        at_worst = self.criterion.over_sets(ordered[:, :n], there, one)[0]
        return np.flatnonzero(at_best >= at_worst.max() - _SLACK)

    def choose(self, drawn: Booleans) -> Choices:
        """Say which configuration each set of seeds would choose.

        It is the one with the fewest missing scores under these seeds, then with the best figure.
        Ties are split evenly. Nobody is chosen where the seeds are too few for the figure.

        Args:
            drawn: Sets of seeds, shape `(n_draws, n_seeds)`.
        """
        if not len(drawn) or not self.scaled.size:
            return Choices(np.zeros(0, dtype=np.int64), np.zeros((len(drawn), 0)))
        has_score, sets = self.has_score > 0, drawn.astype(np.float64)
        figure = self.criterion.over_sets(self.scaled, has_score, drawn)
        n = sets @ self.has_score.T
        figure[n < n.max(axis=1, keepdims=True)] = -np.inf
        winner = figure.argmax(axis=1)
        best = figure[np.arange(len(figure)), winner]
        size = (sets * np.abs(self.scaled[winner])).sum(axis=1) / np.maximum(n.max(axis=1), 1)
        is_known = np.isfinite(best)
        least = np.where(is_known, best - _TIE * size, np.inf)
        is_chosen = figure >= least[:, None]
        configs = np.flatnonzero(is_chosen.any(axis=0))
        shared = is_chosen[:, configs]
        return Choices(configs, shared / np.maximum(shared.sum(axis=1, keepdims=True), 1))


def leave_one_seed_out_by(
    criterion: Criterion,
    leader: int,
    table: Table,
    *,
    mode: str,
    level: float = LEVEL,
    left_out: Booleans | None = None,
) -> tuple[Estimate, float]:
    """Give the mean score, under a seed that had no say, of what a criterion chooses.

    As `leave_one_seed_out`, except that a criterion chooses: for each seed the configuration with
    the fewest missing scores and then the best figure under the other seeds, ties split evenly.

    Args:
        criterion: What the best configuration is best in.
        leader: Row of the configuration that all seeds choose.
        table: Scores of all configurations that could have been chosen; seeds are shared.
        mode: `max` where a higher score is better, `min` where a lower one is.
        level: Confidence level, between 0 and 1.
        left_out: Which seeds to leave out in turn, shape `(n_seeds,)`; by default all.

    Returns:
        The mean with its jackknife interval; and by how much the leader looks better under the
        seeds left out than what the others choose, in the unit of the scores. A reason where
        fewer than 2 configurations, 3 seeds, or 2 seeds to leave out are there.

    Raises:
        ResultsError: `mode` or `level` is out of its range.

    Example:
        >>> from sweeps.analysis.table import Table
        >>> table = Table(np.array([[0.0, 9.0, 9.0, 9.0], [5.0, 5.0, 5.0, 5.0]]))
        >>> found, optimism = leave_one_seed_out_by(Criterion("worst"), 1, table, mode="max")
        >>> found.value, optimism  # without the first seed the other one is chosen
        (3.75, 1.25)

    References:
        As `sweeps.analysis.choosing.winner.leave_one_seed_out`.
    """
    check_level(level)
    contest = RobustContest.by(criterion, table, mode)
    is_used = np.asarray(contest.has_score.any(axis=0))
    asked = is_used if left_out is None else np.asarray(is_used & left_out)
    n_configs, n_left_out = int(contest.has_score.any(axis=1).sum()), int(asked.sum())
    if min(n_configs, n_left_out, int(is_used.sum()) - 1) < FEWEST:
        counts = n_configs, int(is_used.sum()), n_left_out
        return Estimate.unknown(_TOO_FEW.format(*counts), n=n_left_out), math.nan
    judged, weights = contest.judged(~np.eye(len(asked), dtype=bool))
    is_read = asked & ~np.isnan(judged)
    if is_read.sum() < FEWEST:
        reason = _TOO_SPARSE.format(int(is_read.sum()), n_left_out)
        return Estimate.unknown(reason, n=int(is_read.sum())), math.nan
    read = judged[is_read]
    error = standard_error(read, _without_each(contest, np.flatnonzero(asked)), n_configs)
    half = float(stdtrit(len(read) - 1, (1 + level) / 2)) * error
    value = float(read.mean())
    bounds = contest.restored(np.array([value, value - half, value + half]))
    found = Estimate(
        value=float(bounds[0]),
        low=float(bounds[1:].min()),
        high=float(bounds[1:].max()),
        n=len(read),
        method=_method(criterion, n_left_out - float(weights[asked].sum()), n_left_out),
    )
    return found, _optimism(contest, leader, judged, is_read)


_TOO_FEW = (
    "Choosing without one seed by anything but the mean needs at least 2 configurations that share "
    "at least 3 seeds, 2 of them to leave out, got {}, {} and {}; run more seeds, or validate the "
    "leader."
)
_TOO_SPARSE = (
    "The configuration chosen on the other seeds needs a score under at least 2 of the seeds left "
    "out, got {} of {}; run all configurations under the same seeds."
)


def _without_each(contest: RobustContest, seeds: Integers) -> Floats:
    """Give the jackknife's values, NaN where they take too long."""
    drawn = all_but(2, seeds, contest.scaled.shape[1])
    if drawn.size * len(contest.rivals(drawn)) > _MOST_WORK:
        return np.full(len(seeds), np.nan)
    return without_each(contest, seeds)


def _method(criterion: Criterion, n_missing: float, n_seeds: int) -> str:
    method = f"leave one seed out, choosing by `{criterion.name}`, jackknife over seeds"
    if n_missing < 1e-9:
        return method
    return f"{method}; {n_missing:.3g} of {n_seeds} runs of the chosen ones have no score"


def _optimism(contest: RobustContest, leader: int, judged: Floats, is_read: Booleans) -> float:
    """Say by how much the leader looks better, over the seeds under which both have a score."""
    shared = is_read & (contest.has_score[leader] > 0)
    if not shared.any():
        return math.nan
    flattery = float((contest.scaled[leader] - judged)[shared].mean())
    with np.errstate(over="ignore"):
        return float(np.ldexp(flattery, contest.exponent))
