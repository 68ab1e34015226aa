"""Which configurations count as drawn evenly: by where they came from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sweeps.planner.samplers import (
    CmaesSampler,
    LatinHypercubeSampler,
    ListedSampler,
    MorrisSampler,
    RandomSampler,
    SaltelliSampler,
    SobolSampler,
    TpeSampler,
)
from sweeps.results import from_frame
from sweeps.results.sensitivity.drawn import drawn_of
from sweeps.space import Space, config_id
from tests.results.sensitivity.playing import MASTER_SEED, SPACE, played

FREE = Space.from_mapping({"a": {"float": [0, 1]}, "b": {"int": [1, 3]}})


def drawn_ids(results):
    """Give the configurations that count as drawn."""
    evidence = results._evidence
    is_drawn = drawn_of(evidence).is_drawn
    return {name for name, is_in in zip(evidence.ids, is_drawn, strict=True) if is_in}


def proposed(results, k):
    """Give the configuration that was proposed as the k-th."""
    return results._configs.ids[k]


@pytest.mark.parametrize(
    "sampler",
    [
        RandomSampler(SPACE, MASTER_SEED),
        pytest.param(SobolSampler(SPACE, MASTER_SEED), marks=pytest.mark.slow),
        pytest.param(LatinHypercubeSampler(SPACE, MASTER_SEED, 40), marks=pytest.mark.slow),
    ],
    ids=lambda sampler: sampler.name,
)
def test_samplers_that_do_not_learn_draw_evenly_and_the_defaults_are_no_draw(sampler):
    """All but the first configuration, which the objective declares."""
    first = SPACE.check({"C": 1.0, "kernel": "linear"})
    results = played(sampler, first=first)
    assert drawn_ids(results) == set(results._configs.ids) - {config_id(first)}
    assert drawn_of(results._evidence).reasons == ()


def test_what_a_user_listed_or_a_normal_distribution_gave_is_no_draw():
    """And the reason names where they come from."""
    rows = tuple(SPACE.propose(0, k) for k in range(5))
    for sampler in (ListedSampler("listed", rows), CmaesSampler(SPACE, MASTER_SEED)):
        results = played(sampler, n_configs=5)
        assert drawn_ids(results) == set()
        assert drawn_of(results._evidence).reasons == (
            f"No configuration was drawn evenly from the space: they come from `{sampler.name}`.",
        )


@pytest.mark.slow
def test_tpe_draws_evenly_until_it_learns():
    """Its first configurations are the space's own draws, those after them are not."""
    results = played(TpeSampler(SPACE, MASTER_SEED, n_startup=12), score=lambda each: each["C"])
    ids = results._configs.ids
    assert drawn_ids(results) == set(ids[:12])
    assert [config_id(SPACE.propose(MASTER_SEED, k)) for k in range(12)] == list(ids[:12])


def test_draws_that_the_pilot_had_made_do_not_hide_those_of_tpe():
    """Both take the space's draws from the first on, so that the sampler passes over some."""
    results = played(
        TpeSampler(SPACE, MASTER_SEED, n_startup=30),
        pilot=RandomSampler(SPACE, MASTER_SEED),
        n_pilot=4,
        rungs=(1, 2),
        n_configs=9,
    )
    origins = results._configs.origins
    assert origins == ("pilot",) * 4 + ("tpe",) * 5
    assert drawn_ids(results) == set(results._configs.ids)


@pytest.mark.slow
def test_of_saltellis_design_the_base_sample_is_drawn():
    """The first and the last row of each block of four; the others copy all values but one."""
    results = played(SaltelliSampler(FREE, MASTER_SEED, 8), FREE, n_configs=None)
    rows = [each for _, each in results._evidence.decided() if each.kind == "design_row"]
    base = {each.config_id for each in rows if each.detail["part"] in {"A", "B"}}
    assert len(rows) == 8 * 4
    assert drawn_ids(results) == base != set(results._configs.ids)


@pytest.mark.slow
def test_walks_on_four_levels_are_no_draw():
    """Morris's trajectories visit few values of a float."""
    results = played(MorrisSampler(FREE, MASTER_SEED, 4), FREE, n_configs=None)
    assert drawn_ids(results) == set()


def test_a_grid_counts_once_it_is_complete():
    """Its points come in order, so half of it is one half of the space."""
    points = tuple(SPACE.grid())
    whole = played(ListedSampler("grid", points), n_configs=None)
    assert drawn_ids(whole) == set(whole._configs.ids)
    assert len(whole._configs.ids) == len(points) == 4 * (3 * 4 + 3 + 1)
    half = played(ListedSampler("grid", points), n_configs=None, n_known=30)
    assert drawn_ids(half) == set()
    assert "The grid is not complete" in drawn_of(half._evidence).reasons[0]


def test_a_configuration_beside_the_grid_is_no_point_of_it():
    """The defaults may lie between its points."""
    first = SPACE.check({"C": 2.0, "kernel": "linear"})
    results = played(ListedSampler("grid", tuple(SPACE.grid())), first=first, n_configs=None)
    assert drawn_ids(results) == set(results._configs.ids) - {config_id(first)}


@pytest.mark.parametrize("space", [None, FREE], ids=["unknown space", "given space"])
def test_a_table_counts_as_drawn(space):
    """It is the space where there is no other, and is assumed to fill the given one."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"a": rng.random(20), "b": rng.integers(1, 4, 20), "seed": 0, "y": 1.0})
    results = from_frame(table, metric="y", mode="max", hyperparameters=["a", "b"], space=space)
    found = drawn_of(results._evidence)
    assert found.is_drawn.all()
    assert found.reasons == (
        ()
        if space is None
        else ("It is assumed that the configurations were drawn evenly from the space.",)
    )
