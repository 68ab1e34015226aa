"""How many seeds a configuration earns, and who is validated in the end."""

from __future__ import annotations

from sweeps.planner.allocation.base import Allocation
from sweeps.planner.allocation.contender import Contender, contenders
from sweeps.planner.allocation.fixed import FixedAllocation
from sweeps.planner.allocation.race import RaceAllocation, race_cost

__all__ = [
    "Allocation",
    "Contender",
    "FixedAllocation",
    "RaceAllocation",
    "contenders",
    "race_cost",
]
