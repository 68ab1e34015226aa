"""The records of what tuning buys."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats
    from sweeps.analysis.tunability.reach import Term
    from sweeps.analysis.tunability.tried import Tried


@dataclass(frozen=True, slots=True)
class Gain:
    """What tuning some hyperparameters buys, in the unit of the score; positive is better.

    Attributes:
        term: The hyperparameters; none means all of them.
        value: Score of what one half chose less that of the defaults, both valued by the other.
        low: Lower bound of the interval.
        high: Upper bound.
        joint: For a pair, what it gains over the better one alone; NaN for others.
        joint_low: Lower bound of that.
        joint_high: Upper bound of that.
        naive: The same gain chosen and valued by all scores at once, which luck makes too large.
        choice: Cells of what all scores choose; -1 for a hyperparameter that it activates and
            does not set.
        unchanged: Hyperparameters whose cell there is that of the defaults.
    """

    term: Term
    value: float
    low: float
    high: float
    joint: float
    joint_low: float
    joint_high: float
    naive: float
    choice: tuple[int, ...]
    unchanged: tuple[int, ...]

    @classmethod
    def of(
        cls,
        term: Term,
        estimates: Floats,
        naive: float,
        choice: tuple[int, ...],
        defaults: tuple[int, ...],
    ) -> Gain:
        """Join the estimates of a term, shape `(2, 3)`: gain and joint; value, low and high."""
        (value, low, high), (joint, joint_low, joint_high) = estimates.tolist()
        pairs = enumerate(zip(choice, defaults, strict=True))
        same = tuple(j for j, (cell, default) in pairs if cell == default)
        return cls(term, value, low, high, joint, joint_low, joint_high, naive, choice, same)


@dataclass(frozen=True, slots=True)
class Tunability:
    """What tuning buys in one sweep.

    Attributes:
        gains: Gain of all hyperparameters together, of each, then of pairs.
        defaults: Cells of the defaults; none where there are no gains.
        estimator: Where scores of configurations come from that were not run.
        splits_seeds: Whether halves share no seed.
        slope: By how much the forests are too flat, judged by what they have not seen, which
            gains are multiplied by; 1 for tables.
        n_configs: Number of configurations used.
        n_splits: How often the sweep was split anew.
        level: Confidence level of all intervals.
        reasons: Why figures are missing or what to beware of, one sentence each.
    """

    gains: tuple[Gain, ...]
    defaults: tuple[int, ...]
    estimator: str
    splits_seeds: bool
    slope: float
    n_configs: int
    n_splits: int
    level: float
    reasons: tuple[str, ...]

    @classmethod
    def unknown(cls, reason: str, tried: Tried, *, level: float) -> Tunability:
        """Give no gains, for a reason."""
        return cls((), (), "", False, math.nan, tried.n, 0, level, (reason,))  # noqa: FBT003

    def of(self, *term: int) -> Gain:
        """Give the gain of some hyperparameters; of all together where none is named.

        Raises:
            ResultsError: There is no such gain.
        """
        for gain in self.gains:
            if gain.term == tuple(sorted(term)):
                return gain
        message = f"There is no gain of dimensions {term}. Ask for `pairs=True` for pairs."
        raise ResultsError(message)
