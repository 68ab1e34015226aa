"""Seeds: different where they must be, equal where they must be, everywhere and for ever."""

from __future__ import annotations

import copy
import numbers
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.errors import SpecError
from sweeps.seeds import MAX_INDEX, ROLES, Seed, make_seed

MASTER_SEEDS = st.integers(0, 2**70)
INDICES = st.integers(0, MAX_INDEX)
SOURCES = st.text(max_size=8)


def draws(seed, source):
    """Give the start of a source's stream."""
    return seed.rng(source).random(4).tolist()


def parts(seed):
    """Give everything that a run can see of a seed."""
    return int(seed), seed.index, seed.role, seed.int("a"), seed.int("b"), draws(seed, "a")


def test_a_seed_is_an_integer():
    """It goes wherever a `random_state` goes, and knows its role and index."""
    seed = make_seed(0, "validation", 3)
    assert isinstance(seed, int)
    assert isinstance(seed, numbers.Integral)
    assert (seed.index, seed.role) == (3, "validation")
    assert np.random.RandomState(seed).rand() == np.random.RandomState(int(seed)).rand()
    assert f"{seed}" == repr(seed) == str(int(seed))


def test_seeds_never_change():
    """These are fixed for all time: stored results stand for them."""
    seed = make_seed(0, "race", 0)
    assert (int(seed), seed.int("split")) == (532977509, 1358439752)
    assert seed.rng("init").integers(1000, size=3).tolist() == [194, 141, 435]
    other = make_seed(7, "validation", 2, config_id="0123456789abcdef", varied=("split",))
    assert (int(other), other.int("split"), other.int("init")) == (
        1786863129,
        1641735457,
        1300435863,
    )


@pytest.mark.slow
def test_seeds_are_the_same_in_another_process():
    """Python's randomised `hash` plays no part."""
    code = (
        "from sweeps.seeds import make_seed; s = make_seed(1, 'race', 2);"
        "print(int(s), s.int('split'), s.rng('init').random())"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    seed = make_seed(1, "race", 2)
    assert done.stdout.split() == [
        str(int(seed)),
        str(seed.int("split")),
        str(seed.rng("init").random()),
    ]


@given(MASTER_SEEDS, st.sampled_from(ROLES), INDICES, SOURCES)
def test_numbers_fit_a_signed_integer(master_seed, role, index, source):
    """Numbers lie in [0, 2**31) for every master seed and index, the largest included."""
    seed = make_seed(master_seed, role, index)
    assert 0 <= seed < 2**31
    assert 0 <= seed.int(source) < 2**31
    assert type(seed.int(source)) is int


@given(MASTER_SEEDS, st.integers(0, MAX_INDEX - 50), st.integers(0, MAX_INDEX - 50), SOURCES)
def test_no_two_seeds_share_a_number(master_seed, first_race, first_validation, source):
    """Race and validation are disjoint, for the seeds themselves and for every source."""
    seeds = [make_seed(master_seed, "race", first_race + i) for i in range(20)]
    seeds += [make_seed(master_seed, "validation", first_validation + i) for i in range(20)]
    assert len(set(seeds)) == 40
    assert len({seed.int(source) for seed in seeds}) == 40


@given(MASTER_SEEDS, st.text(max_size=4))
def test_unpaired_seeds_do_not_share_numbers_either(master_seed, config_id):
    """Within one configuration all seeds differ, as they do when paired."""
    seeds = {
        make_seed(master_seed, role, i, config_id=config_id) for role in ROLES for i in range(20)
    }
    assert len(seeds) == 40


@pytest.mark.slow
def test_many_seeds_look_uniform():
    """Neighbouring seeds are unrelated and spread evenly (statistics at about 1e-4)."""
    numbers_drawn = np.array([make_seed(0, "race", i) for i in range(20_000)], dtype=float)
    counts = np.histogram(numbers_drawn, 16, (0, 2**31))[0]
    assert ((counts - 1250) ** 2 / 1250).sum() < 44.3
    assert abs(np.corrcoef(numbers_drawn[:-1], numbers_drawn[1:])[0, 1]) < 3.9 / 20_000**0.5
    low_bits = numbers_drawn % 2
    assert abs(low_bits.mean() - 0.5) < 3.9 * 0.5 / 20_000**0.5


def test_everything_that_should_matter_matters():
    """Master seed, role, index and source each change the streams."""
    base = make_seed(0, "race", 0)
    others = [make_seed(1, "race", 0), make_seed(0, "validation", 0), make_seed(0, "race", 1)]
    for other in others:
        assert int(other) != int(base)
        assert other.int("split") != base.int("split")
        assert draws(other, "split") != draws(base, "split")
    assert base.int("split") != base.int("init") != int(base)
    assert draws(base, "split") != draws(base, "init")


def test_a_stream_starts_anew_each_time():
    """Asking twice gives the same stream from its beginning."""
    seed = make_seed(0, "race", 0)
    seed.rng("init").random(100)
    assert draws(seed, "init") == draws(make_seed(0, "race", 0), "init")


# ------------------------------------------------------------------------- pairing


def test_unpaired_seeds_depend_on_the_configuration():
    """With `config_id` every configuration has seeds of its own; without, all share them."""
    paired, first, second = (make_seed(0, "race", 0, config_id=each) for each in (None, "a", "b"))
    assert len({paired, first, second}) == 3
    assert len({seed.int("split") for seed in (paired, first, second)}) == 3
    assert draws(first, "split") != draws(second, "split")
    assert parts(make_seed(0, "race", 0, config_id="a")) == parts(first)


# ------------------------------------------------------------------------- sources that stay


def test_sources_that_do_not_vary_are_fixed():
    """A source outside `varied` is the same for every index, role and configuration."""
    seeds = [
        make_seed(0, role, index, config_id=config_id, varied=("split",))
        for role in ROLES
        for index in range(3)
        for config_id in (None, "a")
    ]
    assert len({seed.int("init") for seed in seeds}) == 1
    assert len({tuple(draws(seed, "init")) for seed in seeds}) == 1
    assert len({seed.int("split") for seed in seeds}) == len(seeds)
    assert len(set(seeds)) == len(seeds)


def test_fixed_sources_follow_the_master_seed():
    """Another master seed gives other fixed values, and another source too."""
    one, two = (make_seed(master_seed, "race", 0, varied=()) for master_seed in (0, 1))
    assert one.int("init") != two.int("init")
    assert one.int("init") != one.int("split")


def test_varying_a_source_does_not_move_another():
    """What varies has the same values whether or not something else varies too."""
    alone = make_seed(0, "race", 4, varied=("split",))
    everything = make_seed(0, "race", 4)
    assert alone.int("split") == everything.int("split")
    assert draws(alone, "split") == draws(everything, "split")
    assert int(alone) == int(everything)


# ------------------------------------------------------------------------- listed seeds


@pytest.mark.parametrize("value", [0, 1, 42, 2**31, 2**32 - 1])
def test_listed_seeds_keep_their_value(value):
    """A seed that the user listed is that number; its sources follow from it, not its index."""
    seed = make_seed(0, "race", 0, value=value)
    assert int(seed) == value
    assert parts(make_seed(0, "race", 5, value=value))[3:] == parts(seed)[3:]
    assert make_seed(0, "race", 0, value=value ^ 1).int("a") != seed.int("a")
    assert make_seed(1, "race", 0, value=value).int("a") != seed.int("a")
    assert make_seed(0, "validation", 0, value=value).int("a") != seed.int("a")
    assert 0 <= seed.int("a") < 2**31


# ------------------------------------------------------------------------- travelling


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_seeds_survive_pickling(protocol):
    """Everything comes along to another process, and in copies."""
    seed = make_seed(5, "validation", 9, config_id="a", varied=("a",), value=77)
    again = pickle.loads(pickle.dumps(seed, protocol))  # noqa: S301 - our own bytes
    for other in (again, copy.copy(seed), copy.deepcopy(seed)):
        assert type(other) is Seed
        assert parts(other) == parts(seed)


def test_numpy_numbers_make_the_same_seed():
    """Numbers that come out of a table do not change the seed."""
    master_seed, index, value = np.array([3, 2, 9], dtype=np.int8)
    assert parts(make_seed(master_seed, "race", index)) == parts(make_seed(3, "race", 2))
    seed = make_seed(master_seed, "race", index, value=value)
    assert parts(seed) == parts(make_seed(3, "race", 2, value=9))
    assert type(seed.index) is int


def test_a_seed_is_frozen():
    """Nothing of a seed can be replaced."""
    with pytest.raises(AttributeError, match="A `Seed` never changes, so `index` cannot be set"):
        make_seed(0, "race", 0).index = 1


# ------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, "race", 0, None), "`master_seed` must be 0 or more, got -1"),
        ((0, "validate", 0, None), "there is no such role, got 'validate'. Did you mean `validat"),
        ((0, "race", -1, None), "the index of a seed must lie between 0 and 1073741823, got -1"),
        ((0, "race", 2**30, None), "the index of a seed must lie between"),
        ((0, "race", 0, 2**32), "a listed seed must lie between 0 and 4294967295, got 4294967296"),
        ((0, "race", 0, -1), "a listed seed must lie between"),
    ],
)
def test_arguments_outside_their_range_are_refused(arguments, message):
    """Each range has its message."""
    *given_arguments, value = arguments
    with pytest.raises(SpecError) as caught:
        make_seed(*given_arguments, value=value)
    assert message in str(caught.value)


def test_all_problems_come_at_once():
    """Every argument outside its range is named."""
    with pytest.raises(SpecError, match="3 problems in the seeds"):
        make_seed(-1, "x", -1)
