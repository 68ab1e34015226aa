"""CMA-ES."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.planner.samplers import CmaesSampler
from sweeps.space import Space
from tests.contracts.sampler_contract import SamplerContract, bowl
from tests.contracts.sampler_setting import LEVELS, PLAIN, Known, play, proposal


class TestCmaes(SamplerContract):
    """What every sampler promises."""

    make = staticmethod(CmaesSampler)


def test_what_was_replayed_before_does_not_matter():
    """A score that changes later, and one that was missing, give what a fresh sampler gives."""
    used = CmaesSampler(PLAIN, 0)
    known = play(used, 40, bowl)
    used.propose(40, known)
    early = known.rows[3]
    for row in [(9.0, *early[1:]), (np.nan, 0, 0, 1, 0, np.nan), early]:
        known.rows[3] = row
        assert proposal(used, 40, known) == proposal(CmaesSampler(PLAIN, 0), 40, known)


def test_a_generation_counts_once_it_is_over():
    """While one of its configurations is pending, the distribution is the one before."""
    known = play(CmaesSampler(PLAIN, 0), 11, bowl)
    before = proposal(CmaesSampler(PLAIN, 0), 12, known)
    known.add(PLAIN.propose(1, 1), pending=1)
    assert proposal(CmaesSampler(PLAIN, 0), 12, known) == before
    known.rows[-1] = (0.0, 1, 0, 0, 0, np.nan)
    assert proposal(CmaesSampler(PLAIN, 0), 12, known) != before


def test_the_configurations_of_others_teach_it_nothing():
    """Only those of its own that it drew from its distribution can move it."""
    known = play(CmaesSampler(PLAIN, 0), 20, bowl)
    before = proposal(CmaesSampler(PLAIN, 0), 20, known)
    others = Known("defaults")
    others.finish({"x": 0.5, "y": 0.25}, 100.0)
    known.configs[:0], known.rows[:0] = others.configs, others.rows
    assert proposal(CmaesSampler(PLAIN, 0), 20, known) == before


@pytest.mark.slow
def test_a_single_axis_is_searched_too():
    """`cmaes` itself needs two."""
    space = Space.from_mapping({"x": {"float": [0, 1]}, "kind": {"choice": ["a", "b"]}})
    known = play(CmaesSampler(space, 0), 80, lambda values: -abs(float(str(values["x"])) - 0.3))
    late = [float(str(config.values["x"])) for config in known.configs[-20:]]
    assert abs(np.mean(late) - 0.3) < 0.05


@pytest.mark.slow
def test_it_starts_anew_where_it_has_converged():
    """On a flat function it stops moving, and is not stuck there for ever."""
    sampler = CmaesSampler(LEVELS, 0)
    known = Known("cmaes")
    for k in range(1200):
        known.finish(LEVELS.propose(0, k % 7), 0.0)
    sampler.propose(1200, known)
    assert sampler._states[-1].n_restarts > 0
