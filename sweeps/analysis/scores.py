"""Scores of finished runs as columns, which most questions start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Finite scores of finished runs, one entry a run, in any order.

    Attributes:
        score: Scores, shape `(n_runs,)`.
        groups: Number of each run's configuration, from 0.
        seeds: Seed of each run; no seed occurs twice in one configuration.
        n_groups: How many configurations there are, those without a run included.
    """

    score: Floats
    groups: Integers
    seeds: Integers
    n_groups: int

    def among(self, chosen: Booleans) -> Scores:
        """Keep the runs of the configurations where `chosen`; the others stay, without a run.

        Example:
            >>> import numpy as np
            >>> scores = Scores(np.array([0.5, 0.7]), np.array([0, 1]), np.array([3, 4]), 2)
            >>> scores.among(np.array([False, True])).score.tolist()
            [0.7]
        """
        if chosen.all():
            return self
        kept = chosen[self.groups]
        return Scores(self.score[kept], self.groups[kept], self.seeds[kept], self.n_groups)
