"""Independent uniform draws from the space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space


@dataclass(frozen=True)
class RandomSampler:
    """Position `k` is drawn from a generator seeded by the master seed and `k` alone."""

    space: Space
    master_seed: int
    name: ClassVar[str] = "random"
    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = False

    def propose(self, k: int, seen: Seen) -> Mapping[str, object]:  # noqa: ARG002 - it does not learn
        """Give the `k`-th draw."""
        return self.space.propose(self.master_seed, k)
