"""The leading configuration as one record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.analysis.estimate import Estimate

ESTIMATES = ("naive", "leave_one_seed_out", "shrunken", "validated")
"""The four values of a winner, from the most to the least flattered."""


@dataclass(frozen=True, slots=True)
class Winner:
    """The configuration that leads the leaderboard, and what its score is worth.

    Its mean is the best of many and therefore flattered by luck. The other three values take
    that out in different ways; `docs/statistics.md` says what each of them assumes. Where another
    criterion than the mean chose, all four are still about its mean score.

    Attributes:
        config: Its active values by hyperparameter, ready to train with.
        config_id: Its identifier.
        naive: Mean over its finished race seeds, with the t interval that ignores that it was
            chosen by them.
        leave_one_seed_out: Mean score of the configuration that the other seeds choose, under
            each seed in turn: the value of choosing like this.
        shrunken: Its mean drawn to that of all configurations, by as much as luck explains.
        validated: Mean over fresh seeds that took no part in choosing it.
        optimism: For each of the other three values, by how much `naive` is better; positive
            where it flatters, in the unit of the metric, NaN where the value is unknown. For
            `leave_one_seed_out` over the seeds that both have, so that easy seeds that only one
            of them has count as no luck; with failures or in a race it is not the difference of
            the two values, and in a race it leaves out the luck on the seeds that promoted.
        recommended: The value to quote.
        recommended_by: Its name: `validated` before `leave_one_seed_out`, `shrunken`, `naive`.
        tied: Identifiers of the other configurations that the data cannot tell apart from
            it, best first: those with `tied_with_best` in the leaderboard; empty where another
            criterion than the mean chose, since nothing tells it then.
        n_failed: Number of its race runs that failed.
        failure_rate: Share of its runs that failed, with the Wilson interval: of those on fresh
            seeds where it has some, else of those that chose it.
        reasons: What is missing and why, a sentence each.
        criterion: What it is best in: `mean`, `lower_bound`, `cvar` or `worst`.
        criterion_value: Its figure by that, over the seeds that chose it: flattered, as it was
            chosen for it. For `mean` that is `naive`.
        criterion_validated: The same figure over its fresh seeds. For `mean` that is `validated`.
    """

    config: Mapping[str, object]
    config_id: str
    naive: Estimate
    leave_one_seed_out: Estimate
    shrunken: Estimate
    validated: Estimate
    optimism: Mapping[str, float]
    recommended: Estimate
    recommended_by: str
    tied: tuple[str, ...]
    n_failed: int
    failure_rate: Estimate
    reasons: tuple[str, ...]
    criterion: str
    criterion_value: Estimate
    criterion_validated: Estimate
