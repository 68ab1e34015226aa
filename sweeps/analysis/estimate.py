"""One figure with its interval, or the reason why the data give none."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its confidence interval.

    Attributes:
        value: The figure, in the unit of the data; NaN where the data give none.
        low: Lower bound; NaN where the data give no interval.
        high: Upper bound; NaN where the data give no interval.
        n: Number of runs, or of whatever is counted, that it rests on.
        method: How figure and interval were made, in a few words.
        reason: Why the value or the interval is missing, in one sentence; None where nothing is.
    """

    value: float
    low: float
    high: float
    n: int
    method: str = ""
    reason: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is an interval."""
        return not (math.isnan(self.low) or math.isnan(self.high))

    @classmethod
    def unknown(cls, reason: str, *, value: float = math.nan, n: int = 0) -> Estimate:
        """Give an estimate without an interval, for a reason."""
        return cls(value, math.nan, math.nan, n, reason=reason)
