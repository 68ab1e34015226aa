"""Two configurations beside each other: how they differ, how surely, and what it takes to see."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.comparing import anytime
from sweeps.analysis.comparing.comparison_reason import Facts, Shared, reasons_of
from sweeps.analysis.comparing.contrast import FEWEST
from sweeps.analysis.comparing.improvement import improvement_of_pairs, probability_of_improvement
from sweeps.analysis.comparing.two_samples import TwoSamples
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.leaderboard.summary import check_mode
from sweeps.analysis.level import check_level
from sweeps.analysis.sizing.power import seeds_for_difference
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.comparing.contrast import Contrast
    from sweeps.analysis.comparing.permutation import Exact
    from sweeps.analysis.comparing.shared_levels import SharedLevels
    from sweeps.analysis.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Comparison:
    """Configuration a against configuration b. Figures that the data do not give are NaN.

    Attributes:
        difference: Mean of a minus mean of b over finished runs, of shared seeds where paired.
        low: Lower bound of the difference: paired t, or Welch. Where seeds share levels of their
            sources, the t interval allows for that.
        high: Upper bound of the difference.
        level: Confidence level of all intervals.
        p_value: The p-value to quote, two-sided: the exact one of the sign flips where paired,
            Welch's where not, and that of the t test where seeds share levels.
        p_t: p-value of the paired t test, or Welch's.
        p_exact: p-value of the sign-flip test, or of the permutation test.
        smallest_p: The smallest p-value that the exact test can reach with these seeds.
        t: Student's t.
        df: Its degrees of freedom.
        probability_of_improvement: Probability that a is better than b: under the same fresh seed
            where paired, under independent ones where not. Failed runs are the worst.
        effect_size: The difference in standard deviations: of the differences of pairs (d_z), or of
            the runs of one configuration (Hedges' g).
        paired: Whether runs with the same seed were compared.
        n_a: Finished runs of a.
        n_b: Finished runs of b.
        n_failed_a: Failed runs of a.
        n_failed_b: Failed runs of b.
        n_pairs: Seeds under which both finished; 0 where not paired.
        seeds_needed: Seeds of each configuration that would show a true difference as large as the
            observed one with a power of 80 %; not rounded, infinite where there is none.
        anytime_low: Lower bound that holds however often one looks; for pairs only.
        anytime_high: Upper bound that holds however often one looks; for pairs only.
        anytime_p: p-value that holds however often one looks; for pairs only.
        reasons: What is missing or has to be known, one sentence or two each.
    """

    difference: float
    low: float
    high: float
    level: float
    p_value: float
    p_t: float
    p_exact: float
    smallest_p: float
    t: float
    df: float
    probability_of_improvement: Estimate
    effect_size: Estimate
    paired: bool
    n_a: int
    n_b: int
    n_failed_a: int
    n_failed_b: int
    n_pairs: int
    seeds_needed: float
    anytime_low: float
    anytime_high: float
    anytime_p: float
    reasons: tuple[str, ...]


def compare(
    a: ArrayLike,
    b: ArrayLike,
    *,
    paired: bool,
    mode: str,
    rng: np.random.Generator,
    level: float = LEVEL,
    shared: SharedLevels | None = None,
) -> Comparison:
    """Compare two configurations.

    Intervals and t tests assume nearly normal differences, or at least 10 seeds; the exact tests
    assume no distribution. A comparison that was chosen because it looked large is flattered by
    luck; compare on fresh seeds then.

    Args:
        a: Scores of the one, shape `(n_a,)`; NaN for a failed run.
        b: Scores of the other, shape `(n_b,)`; NaN for a failed run.
        paired: Whether `a[k]` and `b[k]` are of the same seed, which is the same randomness.
        mode: `max` where a higher score is better, `min` where a lower one is.
        rng: Where random arrangements come from, where there are too many to count.
        level: Confidence level, between 0.5 and 1.
        shared: The levels that the seeds of paired scores share, one seed a pair; None where seeds
            are independent.

    Returns:
        The comparison. It does not depend on the order of runs.

    Raises:
        ResultsError: `mode` or `level` is out of its range, or pairs do not match.

    Example:
        >>> a, b = [0.91, 0.93, 0.90, 0.94, 0.92], [0.90, 0.91, 0.89, 0.93, 0.90]
        >>> found = compare(a, b, paired=True, mode="max", rng=np.random.default_rng(0))
        >>> round(found.difference, 3), found.p_value, round(found.p_t, 4)
        (0.014, 0.0625, 0.0046)

    References:
        Student (1908) and Welch (1947) for the t tests, Fisher (1935) and Pitman (1937) for the
        exact ones; each is named in full where it is computed.
    """
    check_mode(mode)
    check_level(level)
    first, second = (np.asarray(scores, dtype=np.float64).ravel() for scores in (a, b))
    if paired and len(first) != len(second):
        message = (
            f"Paired scores come in the same number, got {len(first)} and {len(second)}. Pass the "
            "runs of shared seeds, NaN for a failed one, or `paired=False`."
        )
        raise ResultsError(message)
    runs = TwoSamples.of(first, second, paired=paired, shared=shared)
    contrast = runs.contrast()
    exact = runs.exact(rng)
    if paired:
        flipped = runs.flipped()
        n = None if flipped is None else len(flipped[1])
        chance = improvement_of_pairs(first, second, mode=mode, level=level, n_independent=n)
    else:
        chance = probability_of_improvement(first, second, mode=mode, rng=rng, level=level)
    return _answer(runs, contrast, exact, chance, level)


def _answer(
    runs: TwoSamples, contrast: Contrast, exact: Exact, chance: Estimate, level: float
) -> Comparison:
    interval = contrast.interval(level)
    difference, low, high = (
        runs.scaled.back(part).item() for part in (interval.estimate, interval.low, interval.high)
    )
    varies = bool(contrast.is_known.item()) and contrast.error.item() > 0
    t, p_t, df = (
        part.item() if varies else math.nan
        for part in (contrast.t(), contrast.p_value(), contrast.freedom)
    )
    paired = runs.pairs is not None
    n_pairs = 0 if runs.pairs is None else len(runs.pairs)
    is_one_by_one = paired and runs.shared is None
    always = _anytime(runs, level) if is_one_by_one else (math.nan, math.nan, math.nan)
    facts = Facts(
        paired=paired,
        n=(n_pairs, n_pairs) if paired else (len(runs.a), len(runs.b)),
        n_failed=runs.n_failed,
        difference=difference,
        varies=varies,
        exact=exact,
        level=level,
        shared=_shared(runs, is_known=bool(contrast.is_known.item())),
    )
    return Comparison(
        difference=difference,
        low=low,
        high=high,
        level=level,
        p_value=exact.p_value if is_one_by_one or not varies else p_t,
        p_t=p_t,
        p_exact=exact.p_value,
        smallest_p=exact.smallest_p,
        t=t,
        df=df,
        probability_of_improvement=chance,
        effect_size=runs.effect(level),
        paired=paired,
        n_a=len(runs.a),
        n_b=len(runs.b),
        n_failed_a=runs.n_failed[0],
        n_failed_b=runs.n_failed[1],
        n_pairs=n_pairs,
        seeds_needed=_seeds_needed(contrast, runs.sd(), level, paired=paired)
        if varies
        else math.nan,
        anytime_low=always[0],
        anytime_high=always[1],
        anytime_p=always[2],
        reasons=reasons_of(facts),
    )


def _shared(runs: TwoSamples, *, is_known: bool) -> Shared | None:
    flipped = runs.flipped()
    if flipped is None or runs.shared is None:
        return None
    return Shared(runs.shared.names, flipped[0], len(flipped[1]), is_known)


def _seeds_needed(contrast: Contrast, sd: float, level: float, *, paired: bool) -> float:
    return seeds_for_difference(contrast.estimate.item(), sd, paired=paired, level=level)


def _anytime(runs: TwoSamples, level: float) -> tuple[float, float, float]:
    """Give bounds and p-value that hold at any number of pairs."""
    (moments,) = runs.moments()
    n, mean, sd = (part.item() for part in (moments.n, moments.mean, moments.sd))
    if n < FEWEST or not sd > 0:
        return math.nan, math.nan, math.nan
    interval = anytime.confidence_sequence(mean, sd, n, level=level)
    low, high = (runs.scaled.back(part).item() for part in (interval.low, interval.high))
    return low, high, anytime.p_value(mean / sd * math.sqrt(n), n).item()
