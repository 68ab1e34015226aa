"""The leading configuration as one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Winner:
    """The configuration that leads the leaderboard.

    Its mean is the best of many and therefore flattered by luck: expect a little less.

    Attributes:
        config: Its active values by hyperparameter, ready to train with.
        config_id: Its identifier.
        mean: Mean score over its finished seeds.
        low: Lower bound of the 95 % t interval of the mean; NaN with one seed.
        high: Upper bound of the 95 % t interval of the mean; NaN with one seed.
        n_seeds: Number of its finished seeds.
        n_failed: Number of its runs that failed.
        tied: Identifiers of the other configurations that the data cannot tell apart from
            it, best first: the 95 % interval of the difference holds 0, or there are too few
            seeds for one. Not corrected for the number of configurations.
    """

    config: Mapping[str, object]
    config_id: str
    mean: float
    low: float
    high: float
    n_seeds: int
    n_failed: int
    tied: tuple[str, ...]
