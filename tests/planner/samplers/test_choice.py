"""Which sampler a sweep gets, with which options."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sweeps.errors import SpecError
from sweeps.planner.samplers import TpeSampler, checked_options, sampler_of
from tests.contracts.sampler_setting import LEVELS


def sweep(sampler, *, options=None, configs=10):
    search = SimpleNamespace(
        sampler=sampler, configs=configs, listed=((("a", 1), ("b", 2), ("c", 3)),), options=options
    )
    return SimpleNamespace(search=search, space=LEVELS, master_seed=0)


@pytest.mark.parametrize(
    "name", ["random", "sobol", "latin_hypercube", "grid", "listed", "tpe", "cmaes"]
)
def test_each_name_gives_its_sampler(name):
    """And the sampler says the same name, which is what decisions and origins carry."""
    sampler = sampler_of(sweep(name))
    assert sampler.name == name
    assert sampler.is_model == (name in ("tpe", "cmaes"))


def test_options_reach_the_sampler():
    """They are keyword arguments, given as a mapping."""
    sampler = sampler_of(sweep("tpe", options={"n_startup": 3}))
    assert isinstance(sampler, TpeSampler)
    assert sampler._n_startup == 3


def test_a_searcher_of_ray_tune_is_not_made_here():
    """The shell of Ray Tune makes it."""
    with pytest.raises(SpecError, match="driven by Ray Tune"):
        sampler_of(sweep("ray.tune.search.hyperopt:HyperOptSearch"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_start": 1}, "no option of that name, got `n_start`. Did you mean `n_startup`"),
        ({"n_startup": 0}, "must be a whole number at least 2, got 0"),
        ({"n_startup": True}, "must be a whole number"),
        ({"n_startup": 2.0}, "must be a whole number"),
        ({"gamma": 0}, "must be a number above 0 and at most 1, got 0"),
        ({"gamma": float("nan")}, "must be a number above 0"),
        ({"multivariate": 1}, "must be true or false, got 1"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, said):
    """With the rule, what came, and where."""
    with pytest.raises(SpecError, match=r"search\.options") as caught:
        checked_options("tpe", options)
    assert said in str(caught.value)


def test_every_problem_is_told_at_once():
    """Also for samplers that have no options."""
    with pytest.raises(SpecError, match="2 problems"):
        checked_options("cmaes", {"x": 1, "sigma": 2})
    with pytest.raises(SpecError, match="it has no options"):
        checked_options("random", {"x": 1})
