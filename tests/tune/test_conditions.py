"""What all runs of a sweep have in common, and the seed that each of them gets."""

from __future__ import annotations

import pytest

import sweeps
from sweeps.errors import SpecError
from sweeps.planner.stopping import Milestones
from sweeps.seeds import SeedDesign, make_seed
from sweeps.tune.conditions import Conditions, conditions_of


@pytest.fixture
def make_sweep():
    """Make a sweep; keywords change the definition."""

    def make(**changes):
        definition = {
            "name": "a",
            "metric": "loss",
            "mode": "min",
            "space": {"x": {"float": [0, 1]}},
            "search": {"sampler": "random", "configs": 2},
            "seeds": 2,
        }
        return sweeps.Sweep(**{**definition, **changes})

    return make


def test_a_seed_is_that_of_its_index():
    """Paired: the configuration does not matter."""
    conditions = Conditions("loss", master_seed=5)
    seed = conditions.seed("race", 3, "one")
    assert (seed, seed.index, seed.role) == (make_seed(5, "race", 3), 3, "race")
    assert conditions.seed("race", 3, "two").int("split") == seed.int("split")


def test_unpaired_seeds_depend_on_the_configuration():
    """Each configuration has seeds of its own."""
    conditions = Conditions("loss", master_seed=5, paired=False)
    assert conditions.seed("race", 3, "one") == make_seed(5, "race", 3, config_id="one")
    assert conditions.seed("race", 3, "one") != conditions.seed("race", 3, "two")


def test_sources_that_do_not_vary_stay():
    """Only the named ones change from seed to seed."""
    conditions = Conditions("loss", master_seed=5, sources=("init",))
    one, two = (conditions.seed("race", i, "c") for i in range(2))
    assert one.int("split") == two.int("split")
    assert one.int("init") != two.int("init")


@pytest.mark.parametrize("value", [0, 12, 2**31, 2**32 - 1])
def test_a_listed_seed_is_handed_over_as_it_is(value):
    """Over the whole range that a definition allows; the index is its place in the list."""
    conditions = Conditions("loss", master_seed=5, listed=(7, value))
    seed = conditions.seed("race", value, "c")
    assert (int(seed), seed.index) == (value, 1)


def test_a_seed_that_is_not_listed_comes_after_the_list():
    """It may be tried, though the sweep has it not; numbers that are no seed stay refused."""
    conditions = Conditions("loss", master_seed=5, listed=(7, 8))
    seed = conditions.seed("race", 3, "c")
    assert (int(seed), seed.index) == (3, 2)
    with pytest.raises(SpecError, match="seed"):
        conditions.seed("race", 2**32, "c")


def test_validation_seeds_are_nobody_elses():
    """They follow from the master seed, also where the race's seeds are listed."""
    for listed in (None, (7, 3)):
        conditions = Conditions("loss", master_seed=5, listed=listed)
        seed = conditions.seed("validation", 3, "c")
        assert (seed, seed.index, seed.role) == (make_seed(5, "validation", 3), 3, "validation")
        assert seed.int("split") != conditions.seed("race", 3, "c").int("split")


def test_the_seeds_of_a_design_have_its_levels():
    """In the race; the validation is fresh in every source."""
    design = SeedDesign("crossed", (("split", 2), ("init", 3)))
    conditions = Conditions("loss", master_seed=5, sources=("split", "init"), design=design)
    race = [conditions.seed("race", k, "c") for k in range(6)]
    assert len(set(race)) == 6
    splits, inits = ([seed.int(source) for seed in race] for source in ("split", "init"))
    assert splits == [splits[0]] * 3 + [splits[3]] * 3
    assert inits == inits[:3] * 2
    fresh = [conditions.seed("validation", k, "c") for k in range(6)]
    for source, known in (("split", splits), ("init", inits)):
        numbers = {seed.int(source) for seed in fresh}
        assert len(numbers) == 6
        assert not numbers & set(known)


class Counter:
    """A class objective that can be saved."""

    STEPS = 7

    def setup(self, config, seed): ...

    def step(self): ...

    def save(self, directory): ...

    def load(self, directory): ...


@pytest.mark.parametrize(("stopping", "max_steps"), [({}, 7), ({"max_steps": 5}, 5)])
def test_a_class_ends_after_its_steps(make_sweep, stopping, max_steps):
    """After `STEPS`, unless the sweep says otherwise; it is saved where it should be."""
    sweep = make_sweep(objective=Counter, stopping=stopping, checkpoint={"every_s": 5})
    milestones = Milestones((1, 3))
    conditions = conditions_of(sweep, milestones=milestones, checkpoint_path="/there")
    assert (conditions.max_steps, conditions.milestones) == (max_steps, milestones)
    assert (conditions.checkpoint_path, conditions.checkpoint_every_s) == ("/there", 5)
    assert conditions.code == sweep.objective.code_hash


def test_only_a_class_is_saved_and_cut_by_its_own_steps(make_sweep):
    """A function cannot be saved, and a generator ends when it likes."""

    def train(config, seed):
        yield {"loss": 1.0}

    vars(train)["STEPS"] = 7
    conditions = conditions_of(make_sweep(objective=train), checkpoint_path="/there")
    assert (conditions.max_steps, conditions.checkpoint_path) == (None, None)


def test_conditions_follow_from_the_definition(make_sweep):
    """Every field says what the sweep says."""

    def train(config, seed, data): ...

    vars(train)["load_data"] = list
    sweep = make_sweep(
        objective=train,
        master_seed=9,
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
        code=sweep.objective.code_hash,
    )


def test_a_design_comes_from_the_definition(make_sweep):
    """Its sources vary, and it says which level each of them has."""

    def train(config, seed): ...

    counts = {"split": 2, "init": 3}
    conditions = conditions_of(
        make_sweep(objective=train, seeds={"design": "nested", "sources": counts})
    )
    assert conditions.sources == ("split", "init")
    assert conditions.design == SeedDesign("nested", (("split", 2), ("init", 3)))


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
