"""What the scores of each configuration look like: mean, spread, interval, and robust figures."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.array import Floats, frozen_floats
from sweeps.analysis.interval import LEVEL, interval_of_mean
from sweeps.analysis.moments import SortedGroups
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MODES = ("max", "min")


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Description of each group; all of shape `(n_groups,)`, NaN for an empty group.

    Attributes:
        n: Numbers of values.
        mean: Means.
        sd: Standard deviations, n - 1 in the denominator; NaN for fewer than 2 values.
        low: Lower bounds of the t intervals of the means; NaN for fewer than 2 values.
        high: Upper bounds of the t intervals of the means; NaN for fewer than 2 values.
        median: Medians; for an even number the mean of the middle two.
        iqm: Interquartile means: the mean after dropping floor(n / 4) values at both ends.
        worst: The worst values: the smallest for mode `max`, the largest for mode `min`.
    """

    n: Floats
    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    median: Floats
    iqm: Floats
    worst: Floats

    def __post_init__(self) -> None:
        for field in fields(self):
            object.__setattr__(self, field.name, frozen_floats(getattr(self, field.name)))


def check_mode(mode: str) -> None:
    """Refuse a mode that is neither `max` nor `min`.

    Args:
        mode: Whether a higher or a lower score is better.

    Raises:
        ResultsError: It is neither.
    """
    if mode not in MODES:
        message = f"`mode` must be `max` or `min`, got {mode!r}. Pass `max` where higher is better."
        raise ResultsError(message)


def describe(
    values: ArrayLike,
    groups: ArrayLike,
    n_groups: int,
    *,
    mode: str,
    level: float = LEVEL,
) -> Summary:
    """Describe the values of each group.

    Args:
        values: Finite scores, shape `(n,)`.
        groups: Number of each value's group, from 0 to `n_groups` - 1, shape `(n,)`.
        n_groups: How many groups there are, empty ones included.
        mode: `max` or `min`: which end is the worst.
        level: Confidence level of the interval, between 0 and 1.

    Returns:
        One entry a group, whatever the order of the values.

    Raises:
        ResultsError: `mode` or `level` is out of its range.

    Example:
        >>> summary = describe([1, 2, 3, 4, 100], [0, 0, 0, 0, 0], 1, mode="max")
        >>> float(summary.mean[0]), float(summary.iqm[0]), float(summary.worst[0])
        (22.0, 3.0, 1.0)

    References:
        Agarwal et al., "Deep reinforcement learning at the edge of the statistical
        precipice", NeurIPS 2021, for the interquartile mean; the number dropped is that of
        `scipy.stats.trim_mean(values, 0.25)`.
    """
    check_mode(mode)
    ordered = SortedGroups.of(values, groups, n_groups)
    moments = ordered.moments()
    interval = interval_of_mean(moments, level=level)
    return Summary(
        n=moments.n,
        mean=moments.mean,
        sd=moments.sd,
        low=interval.low,
        high=interval.high,
        median=ordered.trimmed_mean(np.maximum(ordered.n - 1, 0) // 2),
        iqm=ordered.trimmed_mean(ordered.n // 4),
        worst=ordered.smallest() if mode == "max" else ordered.largest(),
    )
