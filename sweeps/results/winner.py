"""The leading configuration as one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean score with its 95 % t interval.

    Attributes:
        value: The mean.
        low: Lower bound; NaN with one run.
        high: Upper bound; NaN with one run.
        n: Number of runs that it rests on.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Winner:
    """The configuration that leads the leaderboard.

    Its mean is the best of many and therefore flattered by luck; its validated value is not.

    Attributes:
        config: Its active values by hyperparameter, ready to train with.
        config_id: Its identifier.
        mean: Mean score over its finished race seeds.
        low: Lower bound of the 95 % t interval of the mean; NaN with one seed.
        high: Upper bound of the 95 % t interval of the mean; NaN with one seed.
        n_seeds: Number of its finished race seeds.
        n_failed: Number of its race runs that failed.
        tied: Identifiers of the other configurations that the data cannot tell apart from
            it, best first: the 95 % interval of the difference holds 0, or there are too few
            seeds for one. By fresh seeds where both have them; in a race only of its rung. Not
            corrected for the number of configurations.
        validated: Mean over the fresh seeds that took no part in choosing it, None where it has
            none.
        recommended: The estimate to quote: `validated` where it has an interval, else the mean.
    """

    config: Mapping[str, object]
    config_id: str
    mean: float
    low: float
    high: float
    n_seeds: int
    n_failed: int
    tied: tuple[str, ...]
    validated: Estimate | None
    recommended: Estimate


def winner_of(table: pd.DataFrame, active: Mapping[str, Mapping[str, object]]) -> Winner:
    """Give the first row of a leaderboard as a record.

    Args:
        table: The leaderboard, in which the first configuration has a finished run.
        active: Active values by identifier.
    """
    first: Any = table.iloc[0]
    config_id, n_validated = str(first["config_id"]), int(first["n_validated"])
    mean, low, high = (float(first[name]) for name in ("mean", "low", "high"))
    n_seeds = int(first["n_seeds"])
    naive = Estimate(mean, low, high, n_seeds)
    validated = None
    if n_validated:
        fresh, least, most = (float(first[f"validated_{name}"]) for name in ("mean", "low", "high"))
        validated = Estimate(fresh, least, most, n_validated)
    return Winner(
        config=dict(active[config_id]),
        config_id=config_id,
        mean=mean,
        low=low,
        high=high,
        n_seeds=n_seeds,
        n_failed=int(first["n_failed"]),
        tied=tuple(table["config_id"].iloc[1:][table["tied_with_best"].iloc[1:]]),
        validated=validated,
        recommended=validated if validated is not None and validated.n > 1 else naive,
    )
