"""The finished runs of two configurations, as pairs or as independent samples."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.comparing.contrast import FEWEST, Contrast
from sweeps.analysis.comparing.effect_size import effect_of_pairs, effect_of_samples, pooled_sd
from sweeps.analysis.comparing.level_error import error_over_levels, level_means
from sweeps.analysis.comparing.permutation import Exact, permutation, sign_flip
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.scaled import Scaled

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.comparing.shared_levels import SharedLevels

_ROUNDING = 16 * float(np.finfo(np.float64).eps)
"""What differs by less than this share of the largest score differs by rounding."""
_SHARED = "An effect size has an interval for independent seeds only, and these share levels."


@dataclass(frozen=True, slots=True, eq=False)
class TwoSamples:
    """Finished runs of both, scaled so that no difference or square overflows.

    Attributes:
        a: Scores of the one.
        b: Scores of the other.
        pairs: Differences over shared seeds, None where not paired.
        n_failed: Failed runs of either.
        scaled: How they were scaled.
        shared: The levels that the seeds of the pairs share, None where they are independent.
        differences: The differences by seed, NaN where one failed; empty without such levels.
    """

    a: Floats
    b: Floats
    pairs: Floats | None
    n_failed: tuple[int, int]
    scaled: Scaled
    shared: SharedLevels | None
    differences: Floats

    @classmethod
    def of(cls, a: Floats, b: Floats, *, paired: bool, shared: SharedLevels | None = None) -> Self:
        """Keep the finished runs of both.

        Args:
            a: Scores of the one, shape `(n_a,)`; NaN for a failed run.
            b: Scores of the other, shape `(n_b,)`; NaN for a failed run.
            paired: Whether `a[k]` and `b[k]` are of the same seed.
            shared: The levels that these seeds share, None where they are independent.

        Example:
            >>> a, b = np.array([1.0, np.nan, 3.0]), np.array([0.5, 1.0, 1.0])
            >>> TwoSamples.of(a, b, paired=True).n_pairs
            2
        """
        scaled = Scaled.of(np.concatenate([a, b]))
        first, second = scaled.values[: len(a)], scaled.values[len(a) :]
        pairs, differences = None, np.zeros(0)
        if paired:
            both = first - second
            is_pair = ~np.isnan(both)
            pairs = _without_rounding(both[is_pair])
            both[is_pair] = pairs
            differences = differences if shared is None else both
        finished = [values[~np.isnan(values)] for values in (first, second)]
        n_failed = len(a) - len(finished[0]), len(b) - len(finished[1])
        levels = shared if paired else None
        return cls(finished[0], finished[1], pairs, n_failed, scaled, levels, differences)

    @property
    def n_pairs(self) -> int:
        """Seeds under which both finished; 0 where not paired."""
        return 0 if self.pairs is None else len(self.pairs)

    def moments(self) -> tuple[Moments, ...]:
        """Describe the pairs, or either sample."""
        return tuple(
            _moments(x) for x in ((self.a, self.b) if self.pairs is None else [self.pairs])
        )

    def contrast(self) -> Contrast:
        """Give the difference of means with its error, shape `(1,)`."""
        if self.shared is not None:
            return Contrast.of_levels(self.differences[None], self.shared.levels)
        moments = self.moments()
        return Contrast.of_samples(*moments) if len(moments) == 2 else Contrast.of_pairs(*moments)

    def exact(self, rng: np.random.Generator) -> Exact:
        """Test without assuming a distribution."""
        if self.pairs is None:
            return permutation(self.a, self.b, rng=rng)
        flipped = self.flipped()
        return sign_flip(self.pairs if flipped is None else flipped[1], rng=rng)

    def flipped(self) -> tuple[str, Floats] | None:
        """Give what the sign flips take as pairs where seeds share levels, else None.

        Returns:
            The source whose own interval is the widest, and the mean difference under each of its
            levels: runs that share its luck get one sign together.
        """
        if self.shared is None or not self.n_pairs:
            return None
        widest = error_over_levels(self.differences[None], self.shared.levels).widest.item()
        means = level_means(self.differences[None], self.shared.levels[widest])[0]
        return self.shared.names[widest], _without_rounding(means[~np.isnan(means)])

    def effect(self, level: float) -> Estimate:
        """Give the difference in standard deviations."""
        moments = self.moments()
        if len(moments) == 2:
            return effect_of_samples(*moments, level=level)
        found = effect_of_pairs(*moments, level=level)
        if self.shared is None or not found.is_known:
            return found
        return Estimate.unknown(_SHARED, value=found.value, n=found.n)

    def sd(self) -> float:
        """Give the standard deviation that the number of seeds needed rests on."""
        moments = self.moments()
        if len(moments) == 1:
            return float(moments[0].sd.item())
        enough = min(len(self.a), len(self.b)) >= FEWEST
        return pooled_sd(*moments) if enough else math.nan


def _without_rounding(pairs: Floats) -> Floats:
    """Make differences equal that differ by rounding only, so that no t is made of it."""
    if not len(pairs):
        return pairs
    for common in (0.0, float(np.median(pairs))):
        pairs = np.where(np.abs(pairs - common) <= _ROUNDING, common, pairs)
    return pairs


def _moments(values: Floats) -> Moments:
    return group_moments(values, np.zeros(len(values), dtype=np.int64), 1)
