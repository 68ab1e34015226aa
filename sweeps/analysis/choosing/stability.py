"""Would fewer seeds have fooled us: how often another configuration would have won, at what cost.

Fewer seeds are drawn from those there are, without replacement and for all configurations alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.choosing.choice import Contest
from sweeps.analysis.choosing.heldout import (
    HeldOut,
    all_but,
    hold_out,
    standard_error,
    without_each,
)
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats
    from sweeps.analysis.table import Table

N_SEEDS = (1, 2, 3, 5, 10, 20, 50, 100)
"""Numbers of seeds that are asked for, where nothing else is said."""

_ROUNDING = 1e-12
"""Costs below this share of the score are rounding."""


@dataclass(frozen=True, slots=True)
class Row:
    """What choosing on fewer seeds would have done.

    Attributes:
        n_seeds: Number of seeds to choose on.
        wrong: Share of draws that choose another configuration than all seeds together do.
        clearly_wrong: Share of draws that choose one that is told apart from that winner.
        value: Mean score of the chosen ones under the seeds that did not choose.
        cost: How much worse that is than choosing on all seeds but one, positive where it is
            worse, whichever direction is better.
        low: Lower bound of the cost.
        high: Upper bound of the cost.
        n_draws: Number of sets of seeds looked at; all of them where there are no more.
        reason: Why figures or the interval are missing, in one sentence; None where none is.
    """

    n_seeds: int
    wrong: float
    clearly_wrong: float
    value: float
    cost: float
    low: float
    high: float
    n_draws: int
    reason: str | None = None


def stability(
    table: Table,
    *,
    mode: str,
    rng: np.random.Generator,
    seeds: Sequence[int] = N_SEEDS,
    n_draws: int = 1_000,
    is_tied: Booleans | None = None,
    level: float = LEVEL,
) -> tuple[Row, ...]:
    """Choose on fewer seeds, many times, and see what comes of it.

    A choice is the configuration with the fewest missing scores, then with the best mean, ties
    split evenly. `wrong` measures against the winner by all seeds, which may itself be wrong, and
    which the drawn seeds helped to choose: it understates what fresh seeds would show, most of
    all for nearly as many seeds as there are.

    The interval of the cost takes the seeds as random, by a jackknife over them; what a seed does
    to all configurations alike cancels. It is rough: in simulations with 5 to 30 seeds it held the
    true cost in 70 to 98 % of sweeps for up to a third of the seeds. Where the draws nearly all
    choose alike it is too narrow, down to 53 %, since nothing shows what rarely happens. Where all
    choose alike there is none, and none for all seeds but one, whose cost is 0 by definition.

    Args:
        table: Scores; the same seed is the same randomness in all configurations.
        mode: `max` where a higher score is better, `min` where a lower one is.
        rng: Where the randomness comes from.
        seeds: Numbers of seeds to choose on, at least 1.
        n_draws: Number of sets of seeds to draw; all are taken where there are no more.
        is_tied: Which configurations cannot be told apart from the winner, shape `(n_configs,)`;
            by default the winner alone.
        level: Confidence level of the cost, between 0 and 1.

    Returns:
        A row a number of seeds, in their order. A reason instead of figures where a number is not
        below that of the seeds there are, and a reason instead of an interval where a cost of 0
        says nothing of how large it may be.

    Raises:
        ResultsError: `mode`, `level` or a number of seeds is out of its range.

    Example:
        >>> from sweeps.analysis.table import Table
        >>> table = Table(np.array([[1.0, 2.0, 3.0, 9.0], [2.0, 3.0, 4.0, 1.0]]))
        >>> one, three = stability(table, mode="max", rng=np.random.default_rng(0), seeds=(1, 3))
        >>> one.wrong, three.wrong, round(one.cost, 3)
        (0.75, 0.25, -0.5)
    """
    check_level(level)
    if min(seeds, default=1) < 1:
        message = f"`seeds` must be whole numbers from 1, got {min(seeds)}. Pass (1, 2, 5)."
        raise ResultsError(message)
    contest = Contest.of(table, mode)
    n = table.values.shape[1]
    if n < 2 or len(table.values) < 2:
        return tuple(_unknown(k, _TOO_FEW.format(len(table.values), n)) for k in seeds)
    winner = np.zeros(len(table.values), dtype=bool)
    winner[contest.choose(np.ones((1, n), dtype=bool)).configs] = True
    accepted = winner if is_tied is None else np.asarray(winner | is_tied)
    full = _Full.of(contest, level)
    rows = []
    for k in seeds:
        if k < n:
            found = hold_out(contest, _subsets(n, k, n_draws, rng))
            rows.append(_row(k, contest, found, full, (winner, accepted)))
        else:
            rows.append(_unknown(k, _NO_SEED_LEFT.format(k, n)))
    return tuple(rows)


_TOO_FEW = (
    "Choosing on fewer seeds needs at least 2 configurations and 2 seeds that they share, got {} "
    "and {}; run more."
)
_NO_SEED_LEFT = (
    "To see what {} seeds would have chosen takes more seeds than that, since others must judge "
    "the choice, got {}; run more seeds."
)


@dataclass(frozen=True, slots=True, eq=False)
class _Full:
    """What choosing on all seeds but one is worth, to compare with.

    Attributes:
        by_seed: Scaled score of the chosen ones under the seed left out, shape `(n_seeds,)`.
        without_each: Its mean if seed j had never been; NaN where that is too much to compute.
        level: Confidence level.
    """

    by_seed: Floats
    without_each: Floats
    level: float

    @classmethod
    def of(cls, contest: Contest, level: float) -> Self:
        n = contest.scaled.shape[1]
        by_seed = hold_out(contest, all_but(1, np.arange(n), n)).by_seed
        return cls(by_seed, without_each(contest, np.arange(n)), level)

    def cost(self, found: HeldOut) -> tuple[float, float, float]:
        """Give how much worse fewer seeds do, with its bounds, scaled."""
        lost = self.by_seed - found.by_seed
        lost = np.where(np.abs(lost) <= _ROUNDING * np.abs(self.by_seed), 0.0, lost)
        lost = lost[~np.isnan(lost)]
        error = standard_error(lost, self.without_each - found.without_each, len(found.chosen))
        half = float(stdtrit(len(lost) - 1, (1 + self.level) / 2)) * error
        mean = float(lost.mean())
        return mean, mean - half, mean + half


def _row(
    k: int, contest: Contest, found: HeldOut, full: _Full, masks: tuple[Booleans, Booleans]
) -> Row:
    """Describe the draws of k seeds; `masks` mark the winner, and what cannot be told from it."""
    both = ~np.isnan(found.by_seed) & ~np.isnan(full.by_seed)
    if both.sum() < 2:
        return _unknown(k, _TOO_SPARSE.format(int(both.sum()), len(both)))
    n_choices = float(found.chosen.sum())  # fewer than draws where a seed has no score at all
    # Rounding must not turn a sum of shares into a wrong choice where there is none.
    wrong, clearly_wrong = (
        round(max(1 - float(found.chosen[mask].sum()) / n_choices, 0.0), 12) for mask in masks
    )
    with np.errstate(over="ignore"):
        cost, low, high = np.ldexp(full.cost(found), contest.exponent).tolist()
    reason = None
    if k == len(both) - 1:
        reason = _BY_DEFINITION.format(k, k + 1)
    elif not wrong and low == high:
        reason = _NEVER_ANOTHER
    if reason:
        low = high = math.nan
    return Row(
        n_seeds=k,
        wrong=wrong,
        clearly_wrong=clearly_wrong,
        value=float(contest.restored(found.by_seed[both].mean())),
        cost=cost,
        low=low,
        high=high,
        n_draws=found.n_draws,
        reason=reason,
    )


_BY_DEFINITION = (
    "Choosing on {} of {} seeds is what fewer seeds are compared with, so its cost is 0 by "
    "definition."
)
_NEVER_ANOTHER = (
    "No set of so few seeds chose another configuration, so the cost shows as 0 without an "
    "interval: that is no evidence that it is 0."
)
_TOO_SPARSE = (
    "The chosen configurations need a score under at least 2 of the seeds that did not choose, got "
    "{} of {}; run all configurations under the same seeds."
)


def _unknown(k: int, reason: str) -> Row:
    nan = math.nan
    return Row(k, nan, nan, nan, nan, nan, nan, n_draws=0, reason=reason)


def _subsets(n: int, k: int, n_draws: int, rng: np.random.Generator) -> Booleans:
    """Give all sets of k of n seeds, or as many as asked drawn at random."""
    if math.comb(n, k) <= max(n_draws, n):
        drawn = np.zeros((math.comb(n, k), n), dtype=bool)
        np.put_along_axis(drawn, np.array([*combinations(range(n), k)]), values=True, axis=1)
        return drawn
    place = rng.random((n_draws, n)).argsort(axis=1).argsort(axis=1)
    return np.asarray(place < k)
