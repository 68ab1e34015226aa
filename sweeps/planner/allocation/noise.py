"""How much the seed matters among configurations that were run under several seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.leaderboard.rung import QUIET

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Noise:
    """What one seed adds to a paired comparison.

    Attributes:
        sd: Standard deviation of a run around the effects of its configuration and its seed.
        spread: Standard deviation between the configurations' means.
        df: Degrees of freedom of `sd`.
        n_seeds: Seeds that it was estimated from.
    """

    sd: float
    spread: float
    df: int
    n_seeds: int

    @property
    def is_none(self) -> bool:
        """Whether the seed changes no comparison at all."""
        return self.sd <= QUIET * self.spread

    def margin(self, n_seeds: int, width: float) -> float:
        """Give `width` standard errors of the paired difference of two means over `n_seeds`."""
        return width * self.sd * math.sqrt(2 / n_seeds)


def noise_of(goodness: NDArray[np.float64]) -> Noise | None:
    """Estimate the noise of a complete table of scores, without the seeds' own effects.

    The residual mean square of a two-way layout without replication, such as in Shrout and
    Fleiss, "Intraclass correlations", Psychological Bulletin 86 (1979), 420-428.

    Configurations with the same scores under every seed count once. They are often one model
    under two names (a kernel's parameter where the kernel is linear), and would make the noise
    look smaller than it is, or none at all.

    Args:
        goodness: Finite scores, shape (configurations, seeds).

    Returns:
        None with fewer than two seeds, or two configurations that differ.
    """
    goodness = np.unique(goodness, axis=0)
    n_rows, n_seeds = goodness.shape
    if n_rows < 2 or n_seeds < 2:
        return None
    of_row = goodness.mean(axis=1, keepdims=True)
    of_seed = goodness.mean(axis=0, keepdims=True)
    residual = goodness - of_row - of_seed + goodness.mean()
    df = (n_rows - 1) * (n_seeds - 1)
    sd = math.sqrt(float((residual**2).sum()) / df)
    return Noise(sd, float(of_row.std(ddof=1)), df, n_seeds)
