"""Who leads when the race is over, and who cannot be told apart from the leader."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.interval import mean_interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LEADER = "leader"
TIED = "cannot be told apart from the leader"
DEFAULTS = "defaults"


@dataclass(frozen=True, slots=True)
class Contender:
    """A configuration that is validated.

    Attributes:
        row: Its row in the table.
        n_seeds: Race seeds that its mean is over: those of the highest rung it finished; 0 for
            defaults that finished none.
        mean: Mean over these, higher being better; NaN where there are none.
        because: Why it is validated.
    """

    row: int
    n_seeds: int
    mean: float
    because: str


def contenders(
    goodness: NDArray[np.float64], rungs: Sequence[int], most: int, defaults: int | None = None
) -> list[Contender]:
    """Choose whom to validate, the leader first.

    The leader has the best mean on the highest rung that anybody finished, never elsewhere: a
    mean over fewer seeds owes more to luck. Whoever lost a run, under whichever seed, ranks below
    all that lost none. The others are the best ones whose paired difference from the leader has a
    95 % t interval that includes 0, or that share one seed only with it, and that lost no more
    runs than it.

    Args:
        goodness: Scores with higher being better, shape (configurations, race seeds); NaN where
            a run is not over, minus infinity where it was lost.
        rungs: Numbers of seeds, increasing.
        most: Contenders beside the leader, at least 0.
        defaults: Row of the objective's defaults, which are validated in any case.

    Returns:
        None to `most + 2` contenders; empty where no run has finished.
    """
    ranked = list(_ranked(goodness, rungs))
    if not ranked:
        return []
    leader, others = ranked[0], ranked[1:]
    chosen = [leader]
    for other in others:
        if len(chosen) > most:
            break
        if _is_tied(goodness[leader.row], goodness[other.row]):
            chosen.append(other)
    if defaults is not None and all(each.row != defaults for each in chosen):
        raced = next((each for each in others if each.row == defaults), None)
        n_seeds, mean = (0, math.nan) if raced is None else (raced.n_seeds, raced.mean)
        chosen.append(Contender(defaults, n_seeds, mean, DEFAULTS))
    return chosen


def _ranked(goodness: NDArray[np.float64], rungs: Sequence[int]) -> Iterator[Contender]:
    """Give configurations by runs lost, then by the highest rung finished, then by their mean."""
    n_seeds = np.zeros(len(goodness), np.int64)
    means = np.full(len(goodness), -np.inf)
    for rung in rungs:
        finished = np.isfinite(goodness[:, :rung]).all(axis=1)
        n_seeds[finished] = rung
        means[finished] = goodness[finished, :rung].mean(axis=1)
    order = np.lexsort((-means, -n_seeds, _n_lost(goodness)))
    is_first = True
    for row in order[n_seeds[order] > 0]:
        because = LEADER if is_first else TIED
        is_first = False
        yield Contender(int(row), int(n_seeds[row]), float(means[row]), because)


def _n_lost(goodness: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray((goodness == -np.inf).sum(axis=-1))


def _is_tied(leader: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Tell whether 0 lies in the interval of the paired difference."""
    if _n_lost(other) > _n_lost(leader):
        return False
    paired = np.isfinite(leader) & np.isfinite(other)
    if paired.sum() < 2:
        return True
    return float(mean_interval(leader[paired] - other[paired]).low) <= 0
