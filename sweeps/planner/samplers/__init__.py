"""Which configuration comes next: one file a sampler, chosen by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.planner.samplers.base import NoProposal, Sampler
from sweeps.planner.samplers.listed import ListedSampler
from sweeps.planner.samplers.random import RandomSampler
from sweeps.planner.samplers.sobol import SobolSampler

if TYPE_CHECKING:
    from sweeps.spec import Sweep

__all__ = ["ListedSampler", "NoProposal", "RandomSampler", "Sampler", "SobolSampler", "sampler_of"]


def sampler_of(sweep: Sweep) -> Sampler:
    """Make the sampler that a sweep asks for."""
    match sweep.search.sampler:
        case "grid":
            return ListedSampler("grid", tuple(sweep.space.grid()))
        case "listed":
            return ListedSampler("listed", tuple(dict(row) for row in sweep.search.listed or ()))
        case "sobol":
            return SobolSampler(sweep.space, sweep.master_seed)
        case _:
            return RandomSampler(sweep.space, sweep.master_seed)
