"""Scores as a table of configurations and seeds, for designs in which seeds are shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.array import Booleans, Floats, frozen_floats

if TYPE_CHECKING:
    from sweeps.analysis.scores import Scores


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Scores with a row a configuration and a column a seed.

    Attributes:
        values: Scores, shape `(n_configs, n_seeds)`; NaN where there is no finished run.
    """

    values: Floats

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", frozen_floats(self.values))

    @classmethod
    def of(cls, scores: Scores) -> Table:
        """Lay out the scores of a paired design.

        Columns stand in an order that follows from what is in them, so that neither the labels
        of the seeds nor the order of runs and configurations changes what a generator draws.

        Args:
            scores: Finite scores; the same seed is the same randomness in all configurations.

        Example:
            >>> from sweeps.analysis.scores import Scores
            >>> groups, seeds = np.array([0, 0, 1]), np.array([7, 3, 3])
            >>> Table.of(Scores(np.array([1.0, 2.0, 5.0]), groups, seeds, 2)).values.tolist()
            [[1.0, 2.0], [nan, 5.0]]
        """
        columns, place = np.unique(scores.seeds, return_inverse=True)
        values = np.full((scores.n_groups, len(columns)), np.nan)
        values[scores.groups, place] = scores.score
        keys = np.sort(values, axis=0)
        return cls(values[:, np.lexsort(keys[::-1])] if len(keys) else values)

    @property
    def has_score(self) -> Booleans:
        """Where there is a score, shape `(n_configs, n_seeds)`."""
        return np.asarray(~np.isnan(self.values))

    @property
    def is_complete(self) -> bool:
        """Whether every configuration has a score under every seed."""
        return bool(self.has_score.all())
