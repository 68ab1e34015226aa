"""What all runs of a sweep have in common, as the processes that execute them need it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.planner.event import Role
from sweeps.seeds import make_seed

if TYPE_CHECKING:
    from sweeps.seeds import Seed
    from sweeps.spec import Sweep


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all runs of a sweep have in common.

    Attributes:
        metric: Target metric.
        master_seed: Where every random number comes from.
        paired: Whether all configurations see the same seeds.
        listed: The seeds that the user listed, which are handed over as they are; None otherwise.
        sources: Sources of randomness that vary, None for all.
        takes_data: Whether the objective has a third parameter.
        timeout_s: Seconds that a run may take, None for no limit.
        n_threads: Threads of a numerical library.
    """

    metric: str
    master_seed: int
    paired: bool = True
    listed: tuple[int, ...] | None = None
    sources: tuple[str, ...] | None = None
    takes_data: bool = False
    timeout_s: float | None = None
    n_threads: int = 1

    def seed(self, seed: int, config_id: str) -> Seed:
        """Make the seed of a run."""
        return make_seed(
            self.master_seed,
            Role.RACE,
            seed if self.listed is None else _place(seed, self.listed),
            config_id=None if self.paired else config_id,
            varied=self.sources,
            value=None if self.listed is None else seed,
        )


def _place(seed: int, listed: tuple[int, ...]) -> int:
    """Give the position of a listed seed; one that is tried without being listed comes last."""
    return listed.index(seed) if seed in listed else len(listed)


def conditions_of(sweep: Sweep) -> Conditions:
    """Give what all runs of a sweep have in common."""
    return Conditions(
        metric=sweep.metric,
        master_seed=sweep.master_seed,
        paired=sweep.seeds.paired,
        listed=sweep.seeds.values,
        sources=sweep.seeds.sources,
        takes_data=sweep.objective.takes_data,
        timeout_s=sweep.failures.timeout_s,
        n_threads=max(1, math.floor(sweep.resources.cpu)),
    )
