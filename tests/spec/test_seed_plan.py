"""The plan of the seeds: the rungs and defaults of a race, and designs over seed sources."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.errors import SpecError
from sweeps.seeds import SeedDesign, rungs
from sweeps.spec import SeedPlan


@pytest.mark.parametrize(
    ("race", "reduction", "expected"),
    [
        (27, 3, (1, 3, 9, 27)),
        (20, 3, (1, 3, 9, 20)),
        (28, 3, (1, 3, 9, 27, 28)),
        (2, 3, (1, 2)),
        (3, 3, (1, 3)),
        (16, 2, (1, 2, 4, 8, 16)),
    ],
)
def test_rungs_are_powers_up_to_the_race(race: int, reduction: int, expected: tuple[int, ...]):
    """The last rung is the race itself, whether or not it is a power."""
    assert rungs(race, reduction) == expected
    assert SeedPlan(race=race, reduction=reduction).rungs == expected


@given(st.integers(2, 10**6), st.integers(2, 1000))
def test_rungs_rise_from_one_to_the_race(race: int, reduction: int):
    """No rung is there twice, and none asks for more than `reduction` times the one before."""
    steps = rungs(race, reduction)
    assert (steps[0], steps[-1]) == (1, race)
    assert all(a < b <= a * reduction for a, b in itertools.pairwise(steps))


def test_a_race_is_validated_unless_said_otherwise():
    """20 seeds after a race, none after a fixed number, and 0 can be asked for."""
    assert SeedPlan(race=27).validate == 20
    assert SeedPlan(n=5).validate == 0
    assert SeedPlan(race=27, validate=0).validate == 0
    assert SeedPlan(n=5, validate=7).validate == 7


def test_the_number_of_seeds_of_a_race_is_its_last_rung():
    """`n` is there for whoever only counts; without a race there are no rungs."""
    assert (SeedPlan(race=9).n, SeedPlan(race=9).pilot, SeedPlan(race=9).contenders) == (9, None, 4)
    assert SeedPlan(n=9).rungs == ()


# ------------------------------------------------------------------------- designs


def test_a_design_has_one_seed_for_each_combination_of_levels():
    """A mapping is enough; `n` may be said as well, where it is right."""
    counts = {"split": 5, "init": 6}
    plan = SeedPlan(design="crossed", sources=counts)  # type: ignore[arg-type]
    assert (plan.n, plan.varied, plan.levels) == (30, ("split", "init"), counts)
    assert plan.seed_design == SeedDesign("crossed", (("split", 5), ("init", 6)))
    assert plan == SeedPlan(n=30, design="crossed", sources=(("split", 5), ("init", 6)))


def test_the_order_of_the_sources_of_a_design_counts():
    """The first one changes slowest, so that another order is another plan."""
    one = SeedPlan(design="crossed", sources=(("split", 5), ("init", 6)))
    other = SeedPlan(design="crossed", sources=(("init", 6), ("split", 5)))
    assert one != other


def test_levels_may_be_numbers_of_numpy():
    """They become plain ones."""
    levels = {"split": np.int64(2), "init": np.int32(3)}
    plan = SeedPlan(design="nested", sources=levels)  # type: ignore[arg-type]
    assert plan.document()["sources"] == {"split": 2, "init": 3}
    assert [type(n) for n in plan.levels.values()] == [int, int]


def test_listed_sources_are_no_design():
    """They vary together, as they always did; no source named means all of them."""
    plan = SeedPlan(n=3, sources=("split", "init"))
    assert (plan.varied, plan.levels, plan.seed_design) == (("split", "init"), {}, None)
    assert SeedPlan(n=3).varied is None


def test_all_problems_of_a_design_come_at_once():
    """What is wrong with the levels hides neither `values` nor `paired`."""
    given = {"values": (1, 2), "paired": False, "design": "crossed", "sources": {"a": 2, "b": 1}}
    with pytest.raises(SpecError, match="3 problems"):
        SeedPlan(**given)  # type: ignore[arg-type]
