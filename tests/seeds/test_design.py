"""Designs over seed sources: which level each source has, and that a level is the same luck."""

from __future__ import annotations

import itertools
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.errors import SpecError
from sweeps.seeds import DESIGNS, SeedDesign, make_seed

if TYPE_CHECKING:
    from sweeps.seeds import Seed

SPLIT_INIT = (("split", 5), ("init", 6))
COUNTS = st.lists(st.integers(2, 5), min_size=2, max_size=4).map(
    lambda counts: tuple(zip("abcd", counts, strict=False))
)


def seeds_of(design: SeedDesign, **changes: Any) -> list[Seed]:
    """Make all seeds of a design."""
    return [
        make_seed(0, "race", k, varied=design.sources, levels=design.levels_of(k), **changes)
        for k in range(design.n)
    ]


def draws(seed: Seed, source: str) -> list[float]:
    """Give the start of a source's stream."""
    start: list[float] = seed.rng(source).random(3).tolist()
    return start


def test_a_crossed_design_combines_every_level_with_every_other():
    """30 seeds of 5 splits and 6 initialisations; the first source changes slowest."""
    design = SeedDesign("crossed", SPLIT_INIT)
    levels = [design.levels_of(k) for k in range(design.n)]
    assert [tuple(each.values()) for each in levels] == [*itertools.product(range(5), range(6))]
    assert all(each == {"split": k // 6, "init": k % 6} for k, each in enumerate(levels))


def test_in_a_nested_design_a_source_has_new_levels_under_each_of_another():
    """Every split has six initialisations of its own, so that none of them comes back."""
    design = SeedDesign("nested", SPLIT_INIT)
    levels = [design.levels_of(k) for k in range(design.n)]
    assert all(each == {"split": k // 6, "init": k} for k, each in enumerate(levels))


def test_three_sources_follow_the_same_rule():
    """Crossed like an odometer; nested, the middle one is new under each level of the first."""
    counts = (("split", 2), ("order", 3), ("init", 4))
    crossed = SeedDesign("crossed", counts)
    found = [tuple(crossed.levels_of(k).values()) for k in range(crossed.n)]
    assert found == [*itertools.product(range(2), range(3), range(4))]
    nested = SeedDesign("nested", counts)
    assert all(
        nested.levels_of(k) == {"split": k // 12, "order": k // 4, "init": k} for k in range(24)
    )


@given(st.sampled_from(DESIGNS), COUNTS)
def test_equal_levels_are_equal_luck_and_other_levels_other_luck(
    kind: Any, counts: tuple[tuple[str, int], ...]
):
    """A source's number follows from its level alone; the seeds' own numbers all differ."""
    design = SeedDesign(kind, counts)
    seeds = seeds_of(design)
    assert len(set(seeds)) == design.n
    for source in design.sources:
        numbers: dict[int, set[int]] = {}
        for k, seed in enumerate(seeds):
            numbers.setdefault(design.levels_of(k)[source], set()).add(seed.int(source))
        assert {len(each) for each in numbers.values()} == {1}
        assert len(set().union(*numbers.values())) == len(numbers)


def test_a_level_has_its_randomness_whatever_the_design():
    """Crossed, nested or none: level 2 of a source is what seed 2 has without a design."""
    plain = make_seed(0, "race", 2, varied=("split", "init"))
    crossed = seeds_of(SeedDesign("crossed", SPLIT_INIT))
    nested = seeds_of(SeedDesign("nested", SPLIT_INIT))
    for source in ("split", "init"):
        at_level_2 = 12 if source == "split" else 2
        for seeds in (crossed, nested):
            assert seeds[at_level_2].int(source) == plain.int(source)
            assert draws(seeds[at_level_2], source) == draws(plain, source)
    assert draws(crossed[12], "split") == draws(crossed[17], "split") != draws(crossed[18], "split")


def test_sources_that_the_design_does_not_name_stay_fixed():
    """As with a list of sources: one value for all seeds."""
    seeds = seeds_of(SeedDesign("crossed", SPLIT_INIT))
    assert len({seed.int("order") for seed in seeds}) == 1


@given(st.sampled_from(DESIGNS), COUNTS, st.integers(1, 3))
def test_more_levels_of_the_first_source_change_no_seed_that_exists(
    kind: Any, counts: tuple[tuple[str, int], ...], more: int
):
    """They come behind the seeds that are there."""
    (name, count), *rest = counts
    small, large = SeedDesign(kind, counts), SeedDesign(kind, ((name, count + more), *rest))
    assert all(small.levels_of(k) == large.levels_of(k) for k in range(small.n))
    assert large.n > small.n


def test_levels_survive_pickling():
    """A seed of a design is the same one in another process."""
    seed = seeds_of(SeedDesign("crossed", SPLIT_INIT))[13]
    again = pickle.loads(pickle.dumps(seed))  # noqa: S301 - our own bytes
    assert (again, again.int("split"), again.int("init")) == (
        seed,
        seed.int("split"),
        seed.int("init"),
    )


def test_a_level_outside_its_range_is_refused():
    """A level counts like the index of a seed."""
    with pytest.raises(SpecError, match=r"the index of a seed must lie between 0 and .*, got -1"):
        make_seed(0, "race", 0, levels={"split": -1})


def test_a_design_is_read_from_the_plan_that_is_stored():
    """Without a design there is none, whether or not sources are named."""
    plan = {"design": "nested", "sources": dict(SPLIT_INIT)}
    assert SeedDesign.from_plan(plan) == SeedDesign("nested", SPLIT_INIT)
    assert SeedDesign.from_plan({"sources": ["split"]}) is None
    assert SeedDesign.from_plan({"n": 3, "design": None, "sources": None}) is None
