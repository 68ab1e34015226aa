"""A designed experiment from its definition to its indices, on a real Ray."""

from __future__ import annotations

import pytest

import sweeps
from sweeps.results.sensitivity.indices import indices_answer

pytestmark = pytest.mark.usefixtures("shared_ray")


@pytest.mark.parametrize(("sampler", "n"), [("saltelli", 16), ("morris", 6)])
def test_a_designed_sweep_tells_its_indices(make_sweep, sampler, n):
    """Every row of the design is found again in the store, under seeds that nobody shares."""

    def train(config, seed):
        return {"quality": config["x"] + 3 * config["y"] + 0.01 * seed.rng("luck").normal()}

    fixed = {"lr": 0.1, "optimizer": "sgd"}
    sweep = make_sweep(
        {"x": {"float": [0, 1]}, "y": {"float": [0, 1]}, **fixed},
        objective=train,
        metric="quality",
        mode="max",
        search={"sampler": sampler, "options": {"n": n}},
        n_seeds=2,
    )
    results = sweeps.run(sweep, progress=False)
    found = indices_answer(results._evidence, results._source.decisions())
    assert found["term"].tolist() == ["y", "x"]
    assert (found.sampler, found.design, found.reasons) == (sampler, "unpaired", ())
    if sampler == "saltelli":
        assert found.n_blocks == n
        assert found["total"].iloc[0] > 0.7
    else:
        assert found["mu"].round(1).tolist() == [3.0, 1.0]
