"""Morris's design: walks that change one value at a time."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from sweeps.planner.samplers import Designed, MorrisSampler, NoProposal
from sweeps.space import Space
from tests.contracts.sampler_contract import SamplerContract
from tests.contracts.sampler_setting import PLAIN, Known

ORDERED = Space.from_mapping(
    {
        "x": {"float": [1e-3, 1e3], "log": True},
        "n": {"int": [1, 3]},
        "size": {"ordinal": ["small", "medium", "large"]},
        "flag": {"choice": [False, True]},
        "tol": 1e-3,
    }
)


class TestMorris(SamplerContract):
    """What every sampler promises, in spaces in which it is allowed."""

    @staticmethod
    def make(space, master_seed):
        return MorrisSampler(space, master_seed, 40, 1000)

    def maker(self):
        return (
            "from sweeps.planner.samplers import MorrisSampler\n"
            "make = lambda space, seed: MorrisSampler(space, seed, 40, 1000)"
        )


def rows(sampler: MorrisSampler) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = []
    for k in range(sampler.n_proposals):
        values = sampler.propose(k, Known())
        assert not isinstance(values, NoProposal)
        found.append((dict(values), dict(sampler.place(k))))
    return found


@pytest.mark.parametrize("levels", [2, 4, 8])
def test_each_step_changes_what_its_place_says(levels):
    """Every hyperparameter once in a trajectory, by half of its range, up and down."""
    found = rows(MorrisSampler(ORDERED, 2, 12, levels))
    assert len(found) == 12 * 5
    steps = set()
    for trajectory in range(12):
        walk = [row for row in found if row[1]["trajectory"] == trajectory]
        assert walk[0][1]["changed"] is None
        assert sorted(place["changed"] for _, place in walk[1:]) == ["flag", "n", "size", "x"]
        for (before, _), (after, place) in pairwise(walk):
            name = place["changed"]
            assert after == ORDERED.check(before | {name: after[name]})
            steps.add(place["step"])
            if name == "x":
                assert (after["x"] > before["x"]) == (place["step"] > 0)
    assert steps == {-0.5, 0.5}


def test_no_step_is_lost_where_there_are_as_many_values_as_it_spans():
    """A step of half the range moves integers and ordinals of two or three values."""
    found = rows(MorrisSampler(ORDERED, 0, 50))
    for (before, _), (after, place) in pairwise(found):
        if place["changed"] is not None:
            assert before != after


def test_rows_are_numbered_and_end():
    """After the last row there is none, so that a sweep ends there."""
    sampler = MorrisSampler(PLAIN, 0, 4)
    assert isinstance(sampler, Designed)
    assert [place["row"] for _, place in rows(sampler)] == list(range(12))
    assert sampler.propose(12, Known()) is NoProposal.EXHAUSTED


def test_a_larger_design_begins_with_the_smaller_one():
    """So that a sweep can grow."""
    small, large = (rows(MorrisSampler(ORDERED, 1, n)) for n in (5, 30))
    assert large[: len(small)] == small
