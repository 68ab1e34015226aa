"""What a sampler that learns gives where its model has nothing new to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sweeps.planner.samplers.stream import Use, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.history import History
    from sweeps.space import Space

MAX_DRAWS: Final = 32


def new_draw(space: Space, history: History, k: int, master_seed: int) -> Mapping[str, object]:
    """Give a random configuration that is legal, and new if a few draws find one."""
    rng = stream(Use.FALLBACK, k, master_seed)
    for _ in range(MAX_DRAWS):
        values = space.from_unit(rng.random(space.n_dimensions).tolist())
        if values is not None and not history.has(values):
            return values
    return space.propose(master_seed, k)
