"""The Gaussian process."""

from __future__ import annotations

import warnings

import pytest

from sweeps.planner.samplers import GpSampler
from tests.contracts.sampler_contract import SamplerContract
from tests.contracts.sampler_setting import PLAIN, Known, proposal, random_table

pytest.importorskip("torch")
import optuna


@pytest.mark.slow
class TestGp(SamplerContract):
    """What every sampler promises."""

    make = staticmethod(GpSampler)
    n_asked = 4
    n_repeats = 1

    def test_master_seed_and_position_change_it(self):
        """Its startup does; from then on the highest expected improvement is the same for all."""
        drawn = [
            proposal(GpSampler(PLAIN, seed), k, Known()) for seed, k in ((0, 0), (0, 1), (1, 0))
        ]
        assert len({str(values) for values in drawn}) == 3


@pytest.mark.slow
def test_optuna_talks_to_others_as_before():
    """Its log level and the warning filters are left as they were."""
    before = optuna.logging.get_verbosity(), list(warnings.filters)
    proposal(GpSampler(PLAIN, 0), 12, random_table(PLAIN, 12, "gp", float))
    assert (optuna.logging.get_verbosity(), list(warnings.filters)) == before
