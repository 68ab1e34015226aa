"""From records to figures with intervals.

Means over repetitions, ratios of such means, and means of these ratios over cases have 95 %
percentile intervals from a bootstrap over repetitions (the same ones for all methods, since they
share their luck).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.search.record import regret_after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from benchmarks.search.record import Record

N_BOOTSTRAP = 2000
FLOOR = 1e-3
"""Added to both sides of a ratio: a thousandth of the way from a random configuration to the best
one is the same as none, and a ratio of two zeros says nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def figure(draws: NDArray[np.float64], value: float) -> Figure:
    """Put a figure and the percentiles of its bootstrap draws together."""
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Figure(value, float(low), float(high))


class Bootstrap:
    """Draws repetitions with replacement.

    Args:
        regrets: Regrets by case and method, one for each repetition.
    """

    def __init__(self, regrets: Mapping[tuple[str, str], Sequence[float]]) -> None:
        self._arrays = {key: np.array(row, dtype=float) for key, row in regrets.items()}
        self._rows: dict[tuple[str, int], NDArray[np.int64]] = {}

    def mean(self, case: str, method: str) -> tuple[float, NDArray[np.float64]]:
        """Give the mean regret and its draws, shape (draws,)."""
        array = self._arrays[case, method]
        return float(array.mean()), array[self._drawn(case, len(array))].mean(axis=1)

    def ratio(self, case: str, ours: str, peers: Sequence[str]) -> Ratio:
        """Give our mean regret over that of the best of the peers, in each draw anew."""
        mine, my_draws = self.mean(case, ours)
        theirs = {peer: self.mean(case, peer) for peer in peers if (case, peer) in self._arrays}
        best = min(theirs, key=lambda peer: theirs[peer][0])
        value = (mine + FLOOR) / (theirs[best][0] + FLOOR)
        # The best peer stays the one of all repetitions: taking the best of each draw would
        # reward the peers for the noise of the bootstrap.
        return Ratio(case, best, value, (my_draws + FLOOR) / (theirs[best][1] + FLOOR))

    def _drawn(self, case: str, n: int) -> NDArray[np.int64]:
        if (case, n) not in self._rows:
            rng = np.random.default_rng([4, n, zlib.crc32(case.encode())])
            self._rows[case, n] = rng.integers(n, size=(N_BOOTSTRAP, n))
        return self._rows[case, n]


@dataclass(frozen=True, slots=True)
class Ratio:
    """Our mean regret over a peer's on one case."""

    case: str
    peer: str
    value: float
    draws: NDArray[np.float64]

    @property
    def figure(self) -> Figure:
        """Give it with its interval."""
        return figure(self.draws, self.value)


def mean_ratio(ratios: Sequence[Ratio]) -> Figure:
    """Average over cases."""
    draws = np.mean([ratio.draws for ratio in ratios], axis=0)
    return figure(draws, float(np.mean([ratio.value for ratio in ratios])))


def runs_to_reach(ours: Sequence[Record], goal: float, budget: int) -> float:
    """Give the first of 64 looks from which on our mean regret is at most `goal`, in runs."""
    looks = [budget * i / 64 for i in range(1, 65)]
    reached = math.inf
    for look in reversed(looks):
        if regret_after(ours, look) > goal + FLOOR / 10:
            break
        reached = look
    return reached


def coverage(records: Sequence[Record]) -> tuple[Figure, Figure, int]:
    """Give the validated bias and the coverage of the winner's interval, and the races counted.

    Bias with a normal interval over races, coverage with Wilson's.
    """
    counted = [each for each in records if "covers" in each.extra]
    n = len(counted)
    if n < 2:
        empty = Figure(math.nan, math.nan, math.nan)
        return empty, empty, n
    biases = np.array([each.bias for each in counted])
    half = 1.96 * float(biases.std(ddof=1)) / math.sqrt(n)
    bias = Figure(float(biases.mean()), float(biases.mean()) - half, float(biases.mean()) + half)
    share, z = float(np.mean([each.extra["covers"] for each in counted])), 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    wide = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return bias, Figure(share, middle - wide, middle + wide), n
