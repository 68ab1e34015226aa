"""What all runs of a sweep have in common, and the seed that each of them gets."""

from __future__ import annotations

import pytest

import sweeps
from sweeps.errors import SpecError
from sweeps.seeds import make_seed
from sweeps.tune.conditions import Conditions, conditions_of


def test_a_seed_is_that_of_its_index():
    """Paired: the configuration does not matter."""
    conditions = Conditions("loss", master_seed=5)
    seed = conditions.seed(3, "one")
    assert (seed, seed.index, seed.role) == (make_seed(5, "race", 3), 3, "race")
    assert conditions.seed(3, "two").int("split") == seed.int("split")


def test_unpaired_seeds_depend_on_the_configuration():
    """Each configuration has seeds of its own."""
    conditions = Conditions("loss", master_seed=5, paired=False)
    assert conditions.seed(3, "one") == make_seed(5, "race", 3, config_id="one")
    assert conditions.seed(3, "one") != conditions.seed(3, "two")


def test_sources_that_do_not_vary_stay():
    """Only the named ones change from seed to seed."""
    conditions = Conditions("loss", master_seed=5, sources=("init",))
    one, two = (conditions.seed(i, "c") for i in range(2))
    assert one.int("split") == two.int("split")
    assert one.int("init") != two.int("init")


@pytest.mark.parametrize("value", [0, 12, 2**31, 2**32 - 1])
def test_a_listed_seed_is_handed_over_as_it_is(value):
    """Over the whole range that a definition allows; the index is its place in the list."""
    conditions = Conditions("loss", master_seed=5, listed=(7, value))
    seed = conditions.seed(value, "c")
    assert (int(seed), seed.index) == (value, 1)


def test_a_seed_that_is_not_listed_comes_after_the_list():
    """It may be tried, though the sweep has it not; numbers that are no seed stay refused."""
    conditions = Conditions("loss", master_seed=5, listed=(7, 8))
    seed = conditions.seed(3, "c")
    assert (int(seed), seed.index) == (3, 2)
    with pytest.raises(SpecError, match="seed"):
        conditions.seed(2**32, "c")


def test_conditions_follow_from_the_definition():
    """Every field says what the sweep says."""

    def train(config, seed, data): ...

    vars(train)["load_data"] = list
    sweep = sweeps.Sweep(
        name="a",
        objective=train,
        metric="loss",
        mode="min",
        master_seed=9,
        space={"x": {"float": [0, 1]}},
        search={"sampler": "random", "configs": 2},
        seeds={"values": [4, 5], "paired": False, "sources": ["split"]},
        resources={"cpu": 2},
        failures={"timeout_s": 8},
    )
    assert conditions_of(sweep) == Conditions(
        metric="loss",
        master_seed=9,
        paired=False,
        listed=(4, 5),
        sources=("split",),
        takes_data=True,
        timeout_s=8,
        n_threads=2,
    )


def test_a_share_of_a_core_is_one_thread():
    """A numerical library cannot have less."""
    sweep = sweeps.Sweep(
        name="a",
        objective="objectives.synthetic",
        search={"sampler": "random", "configs": 2},
        seeds=[1, 2],
        resources={"cpu": 0.25},
    )
    conditions = conditions_of(sweep)
    assert (conditions.n_threads, conditions.listed) == (1, (1, 2))
