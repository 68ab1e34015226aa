"""Differences of two means with their standard errors: what t tests and t intervals are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from scipy.special import stdtr, stdtrit  # scipy.stats would take another 0.6 s to import

from sweeps.analysis.array import Booleans, Floats, Integers, frozen_floats
from sweeps.analysis.comparing.level_error import error_over_levels
from sweeps.analysis.interval import Interval
from sweeps.analysis.level import check_level
from sweeps.analysis.moments import Moments, group_moments

if TYPE_CHECKING:
    from sweeps.analysis.comparing.shared_levels import SharedLevels
    from sweeps.analysis.scores import Scores

FEWEST = 2
"""Runs, or pairs of runs, that it takes to say how much of a difference is luck."""


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """Differences of means, all of one shape.

    Attributes:
        estimate: Differences, in the unit of the scores; NaN where there is no score.
        error: Standard errors; 0 where no score varies.
        freedom: Degrees of freedom; 0 where there are too few runs for an error.
    """

    estimate: Floats
    error: Floats
    freedom: Floats

    def __post_init__(self) -> None:
        for name in ("estimate", "error", "freedom"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))

    @classmethod
    def of_pairs(cls, differences: Moments) -> Self:
        """Compare runs with the same seed.

        Args:
            differences: Moments of the differences of pairs.

        Example:
            >>> pairs = Contrast.of_pairs(group_moments([1.0, 3.0], [0, 0], 1))
            >>> float(pairs.estimate[0]), float(pairs.error[0]), float(pairs.freedom[0])
            (2.0, 1.0, 1.0)

        References:
            Student, "The probable error of a mean", Biometrika 6 (1908), 1-25.
        """
        error = differences.sd / np.sqrt(np.maximum(differences.n, 1))
        has_error = np.isfinite(error) & np.isfinite(differences.mean)
        return cls(differences.mean, error, np.where(has_error, differences.n - 1, 0))

    @classmethod
    def of_levels(cls, values: Floats, levels: Integers) -> Self:
        """Take means over seeds that share levels of their sources of randomness.

        Args:
            values: Scores, or differences of runs with the same seed, shape `(n_rows, n_seeds)`;
                NaN where there is none.
            levels: Level of each source under each seed, shape `(n_sources, n_seeds)`.

        Returns:
            Means, or mean differences, of the rows; `error_over_levels` says how.

        Example:
            >>> found = Contrast.of_levels(
            ...     np.array([[1.0, 1.0, 3.0, 3.0]]), np.array([[0, 0, 1, 1]])
            ... )
            >>> float(found.estimate[0]), float(found.error[0]), float(found.freedom[0])
            (2.0, 1.0, 1.0)
        """
        found = error_over_levels(values, levels)
        return cls(found.mean, found.error, found.freedom)

    @classmethod
    def of_samples(cls, a: Moments, b: Moments) -> Self:
        """Compare independent samples of unequal variance, `a` minus `b`.

        Args:
            a: Moments of the first samples.
            b: Moments of the second samples, of a shape that broadcasts with the first.

        Example:
            >>> a, b = (group_moments([x, x + 2], [0, 0], 1) for x in (5.0, 1.0))
            >>> samples = Contrast.of_samples(a, b)
            >>> float(samples.estimate[0]), round(float(samples.freedom[0]), 9)
            (4.0, 2.0)

        References:
            Welch, "The generalization of 'Student's' problem when several different population
            variances are involved", Biometrika 34 (1947), 28-35; degrees of freedom by
            Satterthwaite (1946).
        """
        with np.errstate(all="ignore"):  # a NaN or an infinity in one cell is an answer here
            error_a, error_b = a.sd / np.sqrt(a.n), b.sd / np.sqrt(b.n)
            error = np.hypot(error_a, error_b)
            share_a = np.where(error > 0, error_a / error, 0.5) ** 2
            share_b = np.where(error > 0, error_b / error, 0.5) ** 2
            freedom = 1 / (share_a**2 / (a.n - 1) + share_b**2 / (b.n - 1))
            estimate = a.mean - b.mean
        has_error = (a.n >= FEWEST) & (b.n >= FEWEST) & np.isfinite(error) & np.isfinite(estimate)
        return cls(estimate, error, np.where(has_error, freedom, 0))

    @property
    def is_known(self) -> Booleans:
        """Where the data tell how much of the difference is luck."""
        return np.asarray(self.freedom > 0)

    def t(self) -> Floats:
        """Give Student's t: 0 where a difference is 0, infinite where only its error is."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = np.where(self.estimate == 0, 0.0, self.estimate / self.error)
        return np.asarray(np.where(self.is_known, ratio, np.nan))

    def p_value(self) -> Floats:
        """Give the two-sided p-values; NaN where there is no error."""
        known = np.where(self.is_known, self.freedom, 1.0)
        return np.asarray(2 * stdtr(known, -np.abs(self.t())))

    def interval(self, level: float, *, n_compared: int = 1) -> Interval:
        """Give intervals that all hold together with a probability of at least `level`.

        Args:
            level: Confidence level, between 0 and 1.
            n_compared: How many intervals share what may go wrong (Bonferroni); 1 gives each
                interval the level by itself.

        Returns:
            Differences and bounds; NaN where there is no error, of no width where the error is 0.

        Raises:
            ResultsError: `level` is not between 0 and 1.
        """
        check_level(level)
        known = np.where(self.is_known, self.freedom, 1.0)
        return self.within(-stdtrit(known, (1 - level) / (2 * max(n_compared, 1))), level)

    def within(self, critical: Floats | float, level: float) -> Interval:
        """Give the intervals of `critical` standard errors to either side."""
        with np.errstate(over="ignore", invalid="ignore"):
            half = np.where(self.is_known, critical * self.error, np.nan)
            return Interval(self.estimate, self.estimate - half, self.estimate + half, level)

    def where(self, chosen: Booleans, other: Contrast) -> Contrast:
        """Take these differences where `chosen`, the others elsewhere."""
        names = ("estimate", "error", "freedom")
        return Contrast(*(np.where(chosen, getattr(self, n), getattr(other, n)) for n in names))


def contrasts_to(
    leader: int, scores: Scores, *, paired: bool, shared: SharedLevels | None = None
) -> Contrast:
    """Compare every configuration with the leader, `configuration` minus `leader`.

    Runs with the same seed are compared with each other where `paired` is set and at least
    2 seeds are shared; otherwise the two means are compared as independent (Welch). Where seeds
    share levels, only runs with the same seed are compared.

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores.
        paired: Whether the same seed means the same randomness in every configuration.
        shared: The levels that seeds share, None where they are independent.

    Returns:
        Differences, shape `(n_groups,)`. The leader's own is 0, with an error of 0.
    """
    if shared is not None:
        values = shared.laid_out(scores)
        with np.errstate(over="ignore"):
            differences = values - values[leader]
        return _with_leader(Contrast.of_levels(differences, shared.levels), leader)
    if paired:
        moments = _shared_moments(leader, scores)
        pairs = Contrast.of_pairs(moments)
        if (moments.n >= FEWEST).all():  # nobody needs the other comparison: half the work
            return _with_leader(pairs, leader)
        return _with_leader(pairs.where(moments.n >= FEWEST, _welch(leader, scores)), leader)
    return _with_leader(_welch(leader, scores), leader)


def n_compared_in(contrasts: Contrast) -> int:
    """Count the comparisons that share what may go wrong: those with an interval.

    Args:
        contrasts: What `contrasts_to` gives, the leader's difference to itself included.
    """
    return int(np.count_nonzero(contrasts.is_known)) - 1  # the leader is no comparison


def _shared_moments(leader: int, scores: Scores) -> Moments:
    """Describe the differences to the leader over the seeds that both have."""
    of_leader = scores.groups == leader
    order = np.argsort(scores.seeds[of_leader], kind="stable")
    seeds, values = scores.seeds[of_leader][order], scores.score[of_leader][order]
    place = np.minimum(np.searchsorted(seeds, scores.seeds), max(len(seeds) - 1, 0))
    shared = seeds[place] == scores.seeds if len(seeds) else np.zeros(len(place), dtype=bool)
    with np.errstate(over="ignore"):
        difference = scores.score[shared] - values[place[shared]]
    return group_moments(difference, scores.groups[shared], scores.n_groups)


def _welch(leader: int, scores: Scores) -> Contrast:
    moments = group_moments(scores.score, scores.groups, scores.n_groups)
    ours = Moments(moments.n[leader], moments.mean[leader], moments.sd[leader])
    return Contrast.of_samples(moments, ours)


def _with_leader(contrast: Contrast, leader: int) -> Contrast:
    """Set the leader's difference to itself to exactly 0."""
    at_leader = np.arange(len(contrast.estimate)) == leader
    zero = np.zeros(len(at_leader))
    return Contrast(zero, zero, zero + 1).where(at_leader, contrast)
