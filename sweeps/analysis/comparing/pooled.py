"""Every configuration against the leader with one variance for all, for Dunnett's comparisons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.comparing.contrast import Contrast
from sweeps.analysis.moments import group_moments
from sweeps.analysis.table import Table

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.scores import Scores

NO_SPREAD = (
    "A variance common to all configurations takes one with at least 2 finished runs, and there is "
    "none. Run more seeds."
)
NOT_COMPLETE = (
    "A variance common to all configurations under shared seeds takes at least 2 seeds that every "
    "configuration finished, and none that only some did; each configuration has its own variance "
    "here instead. Finish the missing runs, or compare without pooling."
)
NOT_INDEPENDENT = (
    "A variance common to all configurations takes independent seeds, and these share levels of "
    "their sources; each configuration has its own variance here instead."
)


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Differences to the leader with a common variance.

    Attributes:
        contrast: Differences, one a configuration.
        freedom: Degrees of freedom of the common variance.
        rho: Smallest correlation that two comparisons with the same configuration can have.
    """

    contrast: Contrast
    freedom: float
    rho: float


def pooled_contrasts(leader: int, scores: Scores, *, paired: bool) -> Pooled | str:
    """Compare every configuration with the leader by one variance for all.

    Args:
        leader: Number of the configuration to compare with.
        scores: The scores, scaled so that no square overflows.
        paired: Whether the same seed means the same randomness in every configuration. Then the
            variance is what is left after each configuration's mean and each seed's.

    Returns:
        The comparisons, or the reason why there is no common variance.
    """
    return _of_seeds(leader, scores) if paired else _of_samples(leader, scores)


def _of_samples(leader: int, scores: Scores) -> Pooled | str:
    moments = group_moments(scores.score, scores.groups, scores.n_groups)
    has_run = moments.n > 0
    freedom = float((moments.n[has_run] - 1).sum())
    if freedom < 1:
        return NO_SPREAD
    squares = np.where(moments.n > 1, (moments.n - 1) * np.nan_to_num(moments.sd) ** 2, 0.0)
    variance = float(np.sort(squares).sum()) / freedom
    least, most = float(moments.n[has_run].min()), float(moments.n.max())
    return Pooled(
        _against(leader, moments.mean, moments.n, variance, freedom),
        freedom,
        least / (least + most),
    )


def _of_seeds(leader: int, scores: Scores) -> Pooled | str:
    table = Table.of(scores)
    has_run = table.has_score.any(axis=1)
    values = table.values[has_run]
    n_configs, n_seeds = values.shape
    if n_configs < 2 or n_seeds < 2 or np.isnan(values).any():
        return NOT_COMPLETE
    freedom = float((n_configs - 1) * (n_seeds - 1))
    rest = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0) + values.mean()
    mean = np.full(scores.n_groups, np.nan)
    mean[has_run] = np.sort(values, axis=1).mean(axis=1)
    n = np.where(has_run, float(n_seeds), 0.0)
    variance = float((rest**2).sum()) / freedom
    return Pooled(_against(leader, mean, n, variance, freedom), freedom, 0.5)


def _against(leader: int, mean: Floats, n: Floats, variance: float, freedom: float) -> Contrast:
    """Subtract the leader's mean from all means."""
    with np.errstate(divide="ignore"):
        error = np.sqrt(variance * (1 / n + 1 / n[leader]))
    known = (n > 0) & (n[leader] > 0)
    is_leader = np.arange(len(mean)) == leader
    return Contrast(
        np.where(is_leader, 0.0, mean - mean[leader]),
        np.where(is_leader, 0.0, error),
        np.where(known | is_leader, freedom, 0.0),
    )
