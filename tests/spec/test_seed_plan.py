"""The seeds of a race: its rungs, its defaults, and what it leaves no room for."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.seeds import rungs
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
