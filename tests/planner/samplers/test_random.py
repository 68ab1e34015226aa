"""Random draws."""

from __future__ import annotations

from sweeps.planner.samplers import RandomSampler
from tests.contracts.sampler_contract import SamplerContract


class TestRandom(SamplerContract):
    """What every sampler promises."""

    make = staticmethod(RandomSampler)
