"""Seeds that share levels of their sources of randomness.

With 5 data splits and 6 initialisations of each, 30 seeds are 5 draws of the luck of the split.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.scores import Scores


@dataclass(frozen=True, slots=True, eq=False)
class SharedLevels:
    """Which level each source had under each seed.

    Attributes:
        seeds: All seeds, increasing, shape `(n_seeds,)`.
        levels: Levels numbered from 0, shape `(n_sources, n_seeds)`. Of nested sources only the
            outermost one is named: levels inside it are never shared beyond it.
        names: Names of the sources.
    """

    seeds: Integers
    levels: Integers
    names: tuple[str, ...]

    def laid_out(self, scores: Scores) -> Floats:
        """Give scores by configuration and seed, NaN where there is none.

        Args:
            scores: Scores under these seeds, shape of the answer `(n_groups, n_seeds)`.

        Example:
            >>> from sweeps.analysis.scores import Scores
            >>> levels = SharedLevels(np.array([4, 7]), np.array([[0, 1]]), ("split",))
            >>> scores = Scores(np.array([0.5]), np.array([1]), np.array([7]), 2)
            >>> levels.laid_out(scores).tolist()
            [[nan, nan], [nan, 0.5]]
        """
        values = np.full((scores.n_groups, len(self.seeds)), np.nan)
        values[scores.groups, np.searchsorted(self.seeds, scores.seeds)] = scores.score
        return values

    def among(self, seeds: Integers) -> SharedLevels:
        """Keep some of the seeds, in increasing order."""
        levels = self.levels[:, np.searchsorted(self.seeds, seeds)]
        return SharedLevels(np.asarray(seeds), levels, self.names)
