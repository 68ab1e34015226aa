"""Many configurations against one: corrected p-values, and the set that may hold the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.array import Booleans, Floats, Integers, frozen_floats
from sweeps.analysis.comparing.contrast import Contrast, contrasts_to, n_compared_in
from sweeps.analysis.comparing.dunnett import largest_t_p_value, largest_t_quantile
from sweeps.analysis.comparing.pooled import NOT_INDEPENDENT, Pooled, pooled_contrasts
from sweeps.analysis.interval import LEVEL, Interval
from sweeps.analysis.leaderboard.summary import check_mode
from sweeps.analysis.level import check_level
from sweeps.analysis.scaled import Scaled
from sweeps.analysis.scores import Scores

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sweeps.analysis.comparing.shared_levels import SharedLevels


@dataclass(frozen=True, slots=True, eq=False)
class BestSet:
    """Every configuration against the leader; arrays of shape `(n_groups,)`.

    Attributes:
        difference: Mean of the configuration minus mean of the leader, 0 for the leader itself;
            NaN without a finished run.
        low: Lower bounds of the differences, all of which hold together at `level`.
        high: Upper bounds of the differences.
        p_value: Two-sided p-value of each comparison by itself; NaN for the leader and where there
            is no interval.
        p_adjusted: The same, corrected for the number of comparisons: below 1 - `level` exactly
            where the interval does not hold 0.
        is_tied: Whether the configuration cannot be told apart from the leader.
        n_compared: Number of comparisons that have an interval.
        level: Confidence level of all intervals together.
        method: How the comparisons were made and corrected, in a few words.
        note: Why there is no common variance although it was asked for; empty otherwise.
        reasons: What is missing or has to be known, one sentence each, `note` included.
    """

    difference: Floats
    low: Floats
    high: Floats
    p_value: Floats
    p_adjusted: Floats
    is_tied: Booleans
    n_compared: int
    level: float
    method: str
    note: str
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("difference", "low", "high", "p_value", "p_adjusted"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))
        self.is_tied.setflags(write=False)


def best_set(
    leader: int,
    scores: Scores,
    *,
    paired: bool,
    mode: str,
    level: float = LEVEL,
    pooled: bool = False,
    shared: SharedLevels | None = None,
) -> BestSet:
    """Find the configurations that the data cannot tell apart from the leader.

    Each is compared with the leader, run by run where they share at least 2 seeds and `paired` is
    set, else as independent samples (Welch). The intervals are corrected for the number m of
    comparisons (Bonferroni): together they hold with a probability of at least `level`.

    Where the leader has the best mean, the set holds the truly best configuration with at least
    that probability, although the leader was picked by looking. Whoever leads, the truly best
    configuration is left out only if its own interval against that leader says wrongly that it is
    worse. There are m configurations that it could face, each errs so with a probability of at most
    (1 - `level`) / m, and so at least one of them with at most 1 - `level`. That counts every
    comparison with the best one as if it had been planned. A step-down correction such as Holm's
    would not do: it spends what earlier rejections saved, among comparisons with a leader who was
    not named beforehand. For the same reason `p_adjusted` is m times the p-value.

    Assumes nearly normal differences, or at least 10 seeds. Failed runs are not in `scores`.

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores.
        paired: Whether the same seed means the same randomness in every configuration.
        mode: `max` where a higher score is better, `min` where a lower one is.
        level: Confidence level of all intervals together, between 0 and 1.
        pooled: Use one variance for all configurations, and Dunnett's critical value, which allows
            for the leader's luck being in all comparisons. That assumes that the spread over seeds
            is the same for all; then it tells more apart at few seeds. With `paired` it needs
            every configuration to have finished every seed. Seeds that share levels have no
            common variance.
        shared: The levels that seeds share, None where they are independent. The intervals allow
            for them.

    Returns:
        Differences, bounds and p-values in the order of the configurations.

    Raises:
        ResultsError: `mode` or `level` is out of its range.

    Example:
        >>> score = np.array([1.0, 2.0, 3.0, 4.0, 9.0, 9.5, 8.5, 9.0, 9.1, 9.4, 8.8, 9.2])
        >>> groups, seeds = np.repeat([0, 1, 2], 4), np.tile([0, 1, 2, 3], 3)
        >>> best_set(2, Scores(score, groups, seeds, 3), paired=True, mode="max").is_tied.tolist()
        [False, True, True]

    References:
        Hsu, "Simultaneous confidence intervals for all distances from the best", Annals of
        Statistics 9 (1981), 1026-1034. Dunnett (1955) for `pooled`.
    """
    check_mode(mode)
    check_level(level)
    scaled = Scaled.of(scores.score)
    unit = Scores(scaled.values, scores.groups, scores.seeds, scores.n_groups)
    common: Pooled | str = ""
    if pooled:
        common = NOT_INDEPENDENT if shared else pooled_contrasts(leader, unit, paired=paired)
    if isinstance(common, Pooled):
        found = _by_dunnett(common, level)
    else:
        contrasts = contrasts_to(leader, unit, paired=paired, shared=shared)
        kind = "t over shared levels" if shared else "paired t" if paired else "Welch"
        found = _by_bonferroni(contrasts, level, kind)
    note = common if isinstance(common, str) else ""
    return _answer(found, leader, scores, scaled, mode=mode, note=note)


def holm(p_values: ArrayLike) -> Floats:
    """Correct p-values for their number, step by step.

    For comparisons that were planned before looking. The probability of calling any true hypothesis
    false stays below the level, whatever the dependence.

    Args:
        p_values: p-values, shape `(n,)`; NaN counts as no comparison and stays.

    Returns:
        Corrected p-values, shape `(n,)`, at most 1.

    Example:
        >>> holm([0.01, 0.04, float("nan"), 0.03]).tolist()
        [0.03, 0.06, nan, 0.06]

    References:
        Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
        Statistics 6 (1979), 65-70.
    """
    p = np.asarray(p_values, dtype=np.float64).ravel()
    order = np.argsort(p, kind="stable")[: np.count_nonzero(~np.isnan(p))]
    factors = np.arange(len(order), 0, -1)
    adjusted = np.full(len(p), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p[order]), 1.0)
    return adjusted


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Comparisons on the scale of the scaled scores."""

    contrast: Contrast
    interval: Interval
    p_adjusted: Floats
    n_compared: int
    method: str


def _by_bonferroni(contrast: Contrast, level: float, kind: str) -> _Found:
    n_compared = n_compared_in(contrast)
    adjusted = np.minimum(contrast.p_value() * max(n_compared, 1), 1.0)
    interval = contrast.interval(level, n_compared=n_compared)
    return _Found(contrast, interval, adjusted, n_compared, f"{kind}, Bonferroni")


def _by_dunnett(pooled: Pooled, level: float) -> _Found:
    contrast = pooled.contrast
    n_compared = n_compared_in(contrast)
    n, freedom, rho = max(n_compared, 1), pooled.freedom, pooled.rho
    adjusted = largest_t_p_value(contrast.t(), n, freedom, rho)
    interval = contrast.within(largest_t_quantile(n, freedom, level=level, rho=rho), level)
    return _Found(contrast, interval, adjusted, n_compared, "common variance, Dunnett")


def _answer(
    found: _Found, leader: int, scores: Scores, scaled: Scaled, *, mode: str, note: str
) -> BestSet:
    """Put the comparisons into the unit of the scores."""
    is_leader = np.arange(scores.n_groups) == leader
    interval = found.interval
    n = np.bincount(scores.groups, minlength=scores.n_groups)
    missing = missing_reasons(interval.estimate, interval.low, n, mode=mode)
    return BestSet(
        difference=scaled.back(interval.estimate),
        low=scaled.back(interval.low),
        high=scaled.back(interval.high),
        p_value=np.where(is_leader, np.nan, found.contrast.p_value()),
        p_adjusted=np.where(is_leader, np.nan, found.p_adjusted),
        is_tied=(n > 0) & (interval.contains(0.0) | ~interval.is_known),
        n_compared=found.n_compared,
        level=interval.level,
        method=found.method,
        note=note,
        reasons=(note, *missing) if note else missing,
    )


def missing_reasons(difference: Floats, low: Floats, n: Integers, *, mode: str) -> tuple[str, ...]:
    """Say what comparisons with the leader lack.

    Args:
        difference: Differences to the leader, shape `(n_groups,)`; NaN where there is none.
        low: Lower bounds, of the same shape; NaN where there is no interval.
        n: Numbers of finished runs, of the same shape.
        mode: `max` where a higher score is better, `min` where a lower one is.

    Returns:
        One or two sentences each.
    """
    unknown = int(np.count_nonzero((n > 0) & np.isnan(low)))
    reasons = []
    if unknown:
        reasons.append(
            "An interval takes 2 finished runs of both configurations; without one "
            f"{_count(unknown)} counted as tied. Run more seeds to tell more."
        )
    empty = int(np.count_nonzero(n == 0))
    if empty:
        reasons.append(f"{_count(empty)} left out, without any finished run.")
    ahead = int(np.count_nonzero(difference * (1 if mode == "max" else -1) > 0))
    if ahead:
        reasons.append(
            f"{_count(ahead)} better on average than the leader, but ranked below it for failed "
            "runs or fewer seeds. So those that cannot be told apart from the leader need not "
            "include the one with the best mean."
        )
    return tuple(reasons)


def _count(n: int) -> str:
    return f"{n:,} configuration is" if n == 1 else f"{n:,} configurations are"
