"""Tree-structured Parzen estimators."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sweeps.planner.samplers import TpeSampler
from sweeps.space import Space
from tests.contracts.sampler_contract import SamplerContract
from tests.contracts.sampler_setting import PLAIN, Known, play, proposal, random_table

TREE = Space.from_mapping(
    {
        "kind": {"choice": ["a", "b"]},
        "x": {"float": [0, 1], "when": {"kind": "a"}},
        "n": {"int": [0, 100], "when": {"kind": "b"}},
    }
)


class TestTpe(SamplerContract):
    """What every sampler promises."""

    make = staticmethod(TpeSampler)


def test_startup_is_random():
    """Until enough are over, proposals are those of random search."""
    known = random_table(PLAIN, 9, "tpe", float)
    for _ in range(5):
        known.add(PLAIN.propose(0, len(known.configs) + 50), pending=1)
    assert proposal(TpeSampler(PLAIN, 0), 14, known) == PLAIN.propose(0, 14)
    known.finish({"x": 0.5, "y": 0.5}, 1.0)
    assert proposal(TpeSampler(PLAIN, 0), 14, known) != PLAIN.propose(0, 14)


@pytest.mark.slow
def test_a_branch_is_learnt_from_those_that_are_in_it():
    """Hyperparameters under a condition converge, although most configurations lack them."""

    def score(values):
        return 1 - abs(values["x"] - 0.9) if values["kind"] == "a" else -abs(values["n"] - 50) / 50

    known = play(TpeSampler(TREE, 0), 80, score)
    late = [config.values for config in known.configs[-20:]]
    assert Counter(values["kind"] for values in late)["a"] >= 15
    assert abs(np.median([values["x"] for values in late if "x" in values]) - 0.9) < 0.1


@pytest.mark.slow
@pytest.mark.parametrize("ending", [{"failed": 1}, {"mean": 9.0, "finished": 1, "failed": 1}])
def test_a_region_that_fails_is_left(ending):
    """Failures repel, and so do configurations of which only some seeds failed."""
    sampler, known = TpeSampler(PLAIN, 1), Known("tpe")
    n_bad = 0
    for k in range(100):
        values = proposal(sampler, k, known)
        if values["x"] < 0.5:
            n_bad += k >= 20
            known.add(values, **ending)
        else:
            known.finish(values, -abs(values["y"] - 0.5))
    assert n_bad <= 4


def test_large_tables_are_cut_down(monkeypatch):
    """The model never sees more than it can take in its few milliseconds."""
    sizes = []
    original = TpeSampler._densities

    def counted(self, good, rest):
        sizes.append((len(good), len(rest)))
        return original(self, good, rest)

    monkeypatch.setattr(TpeSampler, "_densities", counted)
    known = random_table(PLAIN, 1000, "tpe", float)
    for k in range(100):
        known.add(PLAIN.propose(77, k), pending=1)
    proposal(TpeSampler(PLAIN, 0), 1100, known)
    n_good, n_rest = sizes[0]
    assert n_good == 25
    assert n_rest <= 256
