"""Scores of chosen configurations under the seeds that did not choose them, and their error.

The seeds left out judge choices that share most of their other seeds, so these scores vary
together, and their plain standard error is far too small. The jackknife repeats everything
without one seed, in turn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.choice import ratio
from sweeps.analysis.sizing.order import expected_maximum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.choosing.choice import Contest

_CHUNK = 2_500_000
"""Configurations times draws that are held at once, about 20 MB an array."""

_MOST_WORK = 2e10
"""Products of numbers that a jackknife may take, a few seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """Scaled scores of what was chosen, read under pairs of seeds that had no say.

    Attributes:
        scores: Sums over the draws that used neither seed j nor seed k, of the chosen ones' score
            under k, shape `(n_seeds, n_seeds)` for j and k.
        weights: Sums of the weights of the scores that exist, of the same shape.
        chosen: How often each configuration was chosen, shape `(n_configs,)`.
        n_draws: Number of draws.
    """

    scores: Floats
    weights: Floats
    chosen: Floats
    n_draws: int

    @property
    def by_seed(self) -> Floats:
        """Mean under each seed over the draws that did not use it; NaN where there is none."""
        return ratio(self.scores.diagonal(), self.weights.diagonal())

    @property
    def without_each(self) -> Floats:
        """The mean of that as it would be if seed j had never been, shape `(n_seeds,)`."""
        mean = ratio(self.scores, self.weights)
        others = ~np.eye(len(mean), dtype=bool) & ~np.isnan(mean)
        n = others.sum(axis=1)
        return ratio(np.where(others, mean, 0.0).sum(axis=1), n.astype(np.float64))


def hold_out(contest: Contest, drawn: Booleans) -> HeldOut:
    """Choose on each set of seeds and read the chosen ones under the others.

    Args:
        contest: The scores.
        drawn: Sets of seeds, shape `(n_draws, n_seeds)`.
    """
    n_configs, n_seeds = contest.scaled.shape
    scores, weights = np.zeros((n_seeds, n_seeds)), np.zeros((n_seeds, n_seeds))
    chosen, rivals = np.zeros(n_configs), contest.rivals(drawn)
    few = contest.among(rivals)
    for part in _chunks(drawn, len(rivals)):
        choices = few.choose(part)
        chosen[rivals[choices.configs]] += choices.weights.sum(axis=0)
        unused = (~part).astype(np.float64)
        of_chosen, exists = few.scores_of(choices)
        scores += unused.T @ (of_chosen * unused)
        weights += unused.T @ (exists * unused)
    return HeldOut(scores, weights, chosen, len(drawn))


def all_but(n_left_out: int, seeds: Integers, n_seeds: int) -> Booleans:
    """Give all sets of seeds that leave out so many of some of them.

    Args:
        n_left_out: How many to leave out at a time.
        seeds: Positions of the seeds that may be left out.
        n_seeds: How many seeds there are.

    Returns:
        Sets, shape `(n_sets, n_seeds)`.

    Example:
        >>> all_but(1, np.array([0, 2]), 3).tolist()
        [[False, True, True], [True, True, False]]
    """
    left_out = np.array([*combinations(seeds.tolist(), n_left_out)], dtype=np.int64)
    drawn = np.ones((len(left_out), n_seeds), dtype=bool)
    np.put_along_axis(drawn, left_out, values=False, axis=1)
    return drawn


def without_each(contest: Contest, seeds: Integers) -> Floats:
    """Give what leaving one seed out would say if some seed had never been.

    Args:
        contest: The scores.
        seeds: Positions of the seeds that are left out in turn.

    Returns:
        Scaled mean scores, one for each of `seeds` that had never been; NaN where no seed would
        be left to choose by, or where that is too much to compute.
    """
    n_seeds = contest.scaled.shape[1]
    unknown = np.full(len(seeds), np.nan)
    n_sets = math.comb(len(seeds), 2)
    if n_seeds == 2 or 2 * n_sets * n_seeds**2 > _MOST_WORK:
        return unknown
    drawn = all_but(2, seeds, n_seeds)
    if n_sets * n_seeds * len(contest.rivals(drawn)) > _MOST_WORK:
        return unknown
    return hold_out(contest, drawn).without_each[seeds]


def standard_error(read: Floats, without_each: Floats, n_configs: int) -> float:
    """Give the standard error of the mean of scores that were read under seeds left out.

    It is the jackknife's, which exaggerates where the choice hangs on single seeds. So it is
    capped at what choosing among equals adds to the plain standard error, and it is never below
    that one.

    Args:
        read: Scores under the seeds left out, or differences of such, shape `(n,)`, at least 2.
        without_each: Their mean as it would be without one seed each; NaN where unknown.
        n_configs: Number of configurations to choose among.

    Returns:
        The standard error; the cap with too many seeds for the jackknife, and the plain one with
        2 seeds, where nothing is left to leave out.
    """
    plain = float(read.std(ddof=1)) / math.sqrt(len(read))
    if len(read) == 2 and np.isnan(without_each).any():
        return plain
    cap = plain * math.hypot(1.0, float(expected_maximum(n_configs)))
    known = without_each[~np.isnan(without_each)]
    return max(plain, min(jackknife_error(known), cap)) if len(known) > 1 else cap


def jackknife_error(without_each: Floats) -> float:
    """Give the standard error of a figure from its values without one seed each.

    Args:
        without_each: These values, shape `(n,)`, at least 2.

    Example:
        >>> jackknife_error(np.array([1.0, 2.0, 3.0])) == math.sqrt(4 / 3)
        True

    References:
        Tukey, "Bias and confidence in not-quite large samples", Annals of Mathematical Statistics
        29 (1958), 614.
    """
    n = len(without_each)
    return math.sqrt((n - 1) / n * float(np.square(without_each - without_each.mean()).sum()))


def _chunks(drawn: Booleans, n_configs: int) -> Iterator[Booleans]:
    size = max(_CHUNK // max(n_configs, 1), 1)
    for start in range(0, len(drawn), size):
        yield drawn[start : start + size]
