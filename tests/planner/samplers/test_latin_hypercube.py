"""Latin hypercubes."""

from __future__ import annotations

import numpy as np

from sweeps.planner.samplers import LatinHypercubeSampler
from tests.contracts.sampler_contract import SamplerContract
from tests.contracts.sampler_setting import PLAIN, Known, proposal


class TestLatinHypercube(SamplerContract):
    """What every sampler promises."""

    @staticmethod
    def make(space, master_seed):
        return LatinHypercubeSampler(space, master_seed, 50)

    def maker(self):
        return (
            "from sweeps.planner.samplers import LatinHypercubeSampler\n"
            "make = lambda space, seed: LatinHypercubeSampler(space, seed, 50)"
        )


def test_each_stratum_holds_one_configuration():
    """Of ten configurations one has its value in each tenth of every range, then anew."""
    sampler = LatinHypercubeSampler(PLAIN, 0, 10)
    for block in (0, 1):
        drawn = [proposal(sampler, 10 * block + k, Known()) for k in range(10)]
        for name in ("x", "y"):
            tenths = [int(10 * values[name]) for values in drawn]
            assert sorted(tenths) == list(range(10))


def test_blocks_differ():
    """The second hypercube is another one."""
    sampler = LatinHypercubeSampler(PLAIN, 0, 10)
    first = np.array([proposal(sampler, k, Known())["x"] for k in range(20)])
    assert len(set(first)) == 20
