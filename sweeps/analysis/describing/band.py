"""Learning curves: the mean over seeds at each step, with a band."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.array import Booleans, Floats, Integers, frozen_floats
from sweeps.analysis.describing.statistic_reason import FEWEST
from sweeps.analysis.interval import LEVEL, interval_of_mean
from sweeps.analysis.level import check_level
from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.resampling import N_DRAWS, draw_counts
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

CHUNK = 500_000
"""Resampled means held at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """Means of curves with bounds; arrays of shape `(n_steps,)`.

    Attributes:
        mean: Means over the seeds that have a value at the step; NaN where none has.
        low: Lower bounds; NaN where there is no interval.
        high: Upper bounds; NaN where there is no interval.
        n: Numbers of seeds that have a value at the step.
        method: How the bounds were made.
        reason: What is missing or has to be known to read the band; None where nothing has.
    """

    mean: Floats
    low: Floats
    high: Floats
    n: Integers
    method: str
    reason: str | None

    def __post_init__(self) -> None:
        for name in ("mean", "low", "high"):
            object.__setattr__(self, name, frozen_floats(getattr(self, name)))


def band(
    curves: ArrayLike,
    *,
    rng: np.random.Generator,
    level: float = LEVEL,
    simultaneous: bool = False,
    n_draws: int = N_DRAWS,
) -> Band:
    """Give the mean curve with a band.

    Assumes independent seeds. Means are over the seeds that are still there: where runs were
    stopped early, later steps show the survivors, and `reason` says so.

    Args:
        curves: Values, shape `(n_seeds, n_steps)`; NaN where a seed has none.
        rng: Where the resamples of a simultaneous band come from.
        level: Confidence level, between 0 and 1.
        simultaneous: Whether the band is to hold the whole mean curve at once, not each step of
            it alone. Whole curves are resampled, so that steps stay as alike as they are. At
            least 6 seeds; at 6 to 10 it is wider than it need be.
        n_draws: Number of resamples.

    Returns:
        One entry a step; t intervals, or their wider kin with the critical value that the largest
        deviation over all steps calls for.

    Raises:
        ResultsError: `curves` is no table, or `level` is out of its range.

    Example:
        >>> found = band([[1.0, 2.0], [3.0, 2.0], [2.0, np.nan]], rng=np.random.default_rng(0))
        >>> found.mean.tolist(), found.low.round(2).tolist(), found.n.tolist()
        ([2.0, 2.0], [-0.48, 2.0], [3, 2])

    References:
        Montiel Olea and Plagborg-Moller, "Simultaneous confidence bands", Journal of Applied
        Econometrics 34 (2019), 1-17, algorithm 2, with each resample's own standard error as in
        the bootstrap t of Hall, "The bootstrap and Edgeworth expansion" (1992).
    """
    check_level(level)
    values = _in_order(curves)
    n_steps = values.shape[1]
    present = ~np.isnan(values)
    _, steps = np.nonzero(present)
    moments = group_moments(values[present], steps, n_steps)
    if simultaneous:
        low, high, missing = _sup_t(values, moments, rng, level, n_draws)
        method = f"simultaneous bootstrap t over whole curves, {n_draws} resamples"
    else:
        interval = interval_of_mean(moments, level=level)
        low, high, method = interval.low, interval.high, "Student's t interval at each step"
        missing = _few_reason(moments.n, 2)
    n = moments.n.astype(np.int64)
    reasons = [sentence for sentence in (missing, _survivor_reason(n)) if sentence]
    return Band(moments.mean, low, high, n, method, " ".join(reasons) or None)


def _in_order(curves: ArrayLike) -> Floats:
    """Sort curves by what is in them, so that their order changes no resample."""
    values = np.asarray(curves, dtype=np.float64)
    if values.ndim != 2:
        message = (
            f"Curves must have the shape (seeds, steps), got {values.ndim} dimensions. Reshape."
        )
        raise ResultsError(message)
    return values[np.lexsort(values.T[::-1])] if values.size else values


def _sup_t(
    values: Floats, moments: Moments, rng: np.random.Generator, level: float, n_draws: int
) -> tuple[Floats, Floats, str | None]:
    enough = moments.n >= FEWEST
    varies = enough & (moments.sd > 0)
    nothing = np.full(len(moments.n), np.nan)
    critical = 0.0
    if varies.any():
        with np.errstate(invalid="ignore"):
            deviations = (values[:, varies] - moments.mean[varies]) / moments.sd[varies]
        critical = _critical_value(deviations, rng, level, n_draws)
    if not np.isfinite(critical):
        reason = (
            "A simultaneous band needs steps at which several seeds differ, at one nearly all "
            "have the same value; use the band for each step alone."
        )
        return nothing, nothing, reason
    error = np.where(varies, moments.sd, 0.0) / np.sqrt(np.maximum(moments.n, 1))
    half = np.where(enough, critical * error, np.nan)
    return moments.mean - half, moments.mean + half, _few_reason(moments.n, FEWEST)


def _critical_value(
    deviations: Floats, rng: np.random.Generator, level: float, n_draws: int
) -> float:
    """Give the quantile of the largest |t| over all steps, resampling whole curves."""
    present = ~np.isnan(deviations)
    filled = np.where(present, deviations, 0.0)
    n_chunk = max(1, CHUNK // filled.shape[1])
    largest = []
    for start in range(0, n_draws, n_chunk):
        counts = draw_counts(rng, min(n_chunk, n_draws - start), len(filled))
        largest.append(_largest_t(counts, filled, present))
    # The upper neighbour, since an infinite t must not be averaged away.
    return float(np.quantile(np.concatenate(largest), level, method="higher"))


def _largest_t(counts: Floats, filled: Floats, present: Booleans) -> Floats:
    drawn = np.maximum(counts @ present, 1.0)
    mean = counts @ filled / drawn
    spread = counts @ filled**2 / drawn - mean**2
    varies = spread > 1e-12  # deviations are in units of their own spread: below is rounding
    error = np.sqrt(np.where(varies, spread, 1.0) / np.maximum(drawn - 1, 1))
    student = np.where(varies, np.abs(mean) / error, np.inf)
    unmoved = np.abs(mean) < 1e-12
    return np.asarray(np.where(unmoved, 0.0, student).max(axis=1))


def _few_reason(n: Floats, fewest: int) -> str | None:
    n_few = int(np.count_nonzero(n < fewest))
    if n_few == 0:
        return None
    return (
        f"A band takes at least {fewest} seeds at a step, {n_few} of {len(n)} steps have fewer; "
        "run more seeds."
    )


def _survivor_reason(n: Integers) -> str | None:
    later = np.maximum.accumulate(n) > n
    if not later.any():
        return None
    return (
        f"Seeds fall from {n.max()} to {n[later].min()} at later steps, so these show only the "
        "runs that got there; read them as a description of the survivors."
    )
