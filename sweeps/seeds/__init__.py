"""Seeds: from the sweep's master seed to the random numbers of one run, and nothing else."""

from __future__ import annotations

from sweeps.seeds.design import DESIGNS, SeedDesign
from sweeps.seeds.ladder import rungs
from sweeps.seeds.seed import MAX_INDEX, ROLES, Seed, make_seed

__all__ = ["DESIGNS", "MAX_INDEX", "ROLES", "Seed", "SeedDesign", "make_seed", "rungs"]
