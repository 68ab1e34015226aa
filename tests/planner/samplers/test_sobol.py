"""The Sobol sequence."""

from __future__ import annotations

from sweeps.planner.samplers import SobolSampler
from tests.contracts.sampler_contract import SamplerContract


class TestSobol(SamplerContract):
    """What every sampler promises."""

    make = staticmethod(SobolSampler)
