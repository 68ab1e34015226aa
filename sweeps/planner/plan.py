"""What the planner has to know of a sweep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sweeps.planner.budget import Budget
from sweeps.planner.samplers.base import Designed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.planner.samplers import Sampler
    from sweeps.planner.stopping import Stopping


@dataclass(frozen=True, slots=True)
class Validation:
    """How the best are validated once the race is over.

    Attributes:
        n_seeds: Fresh seeds, 0 for no validation.
        n_contenders: Contenders beside the leader.
    """

    n_seeds: int = 0
    n_contenders: int = 4

    def reserved(self, *, has_defaults: bool) -> int:
        """Count the runs that it takes at most."""
        return self.n_seeds * (1 + self.n_contenders + has_defaults)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the planner has to know of a sweep.

    Attributes:
        sampler: Where configurations come from.
        n_configs: Configurations to run; None for all that the sampler has or the budget pays.
        seeds: Race seeds, in order.
        metric: Target metric.
        mode: `max` or `min`.
        first: A configuration to run before the sampler's, such as the defaults.
        defaults: The objective's defaults, validated beside the leader where they were run.
        space_size: Number of legal configurations, None where it is infinite or unknown.
        retries: Times that a run is tried again after its process was lost.
        timeout_s: Time limit of a run, None for no limit.
        rungs: Numbers of seeds of a race, from 1 to all of `seeds`; empty for a fixed allocation.
        reduction: One configuration in so many goes on to the next rung.
        pilot: Draws the configurations of the pilot at random; None without one.
        n_pilot: How many those are.
        validation: How the best are validated.
        budget: What may be spent.
        stopping: Which runs end before their last step; None for none.
    """

    sampler: Sampler
    n_configs: int | None
    seeds: Sequence[int]
    metric: str
    mode: str
    first: Mapping[str, object] | None = None
    defaults: Mapping[str, object] | None = None
    space_size: int | None = None
    retries: int = 2
    timeout_s: float | None = None
    rungs: tuple[int, ...] = ()
    reduction: int = 3
    pilot: Sampler | None = None
    n_pilot: int = 0
    validation: Validation = field(default_factory=Validation)
    budget: Budget = field(default_factory=Budget)
    stopping: Stopping | None = None

    @property
    def n_wanted(self) -> int | None:
        """Configurations in all, None where nobody has said."""
        return self.n_configs if self.n_configs is not None else self.sampler.n_proposals

    @property
    def needs_decisions(self) -> bool:
        """Whether resuming takes more than the configurations and runs that are stored."""
        is_adaptive = bool(self.rungs) or self.sampler.is_model or self.stopping is not None
        is_limited = self.budget != Budget()
        is_designed = isinstance(self.sampler, Designed)  # its rows are kept as decisions
        return is_adaptive or is_limited or is_designed or self.validation.n_seeds > 0
