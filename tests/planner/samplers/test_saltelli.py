"""Saltelli's design: which rows share which values."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from sweeps.planner.samplers import Designed, NoProposal, SaltelliSampler
from sweeps.space import Space
from tests.contracts.sampler_contract import SamplerContract
from tests.contracts.sampler_setting import PLAIN, Known

MIXED = Space.from_mapping(
    {
        "x": {"float": [1e-3, 1e3], "log": True},
        "n": {"int": [1, 3]},
        "kind": {"choice": ["a", "b", "c"]},
        "tol": 1e-3,
    }
)


class TestSaltelli(SamplerContract):
    """What every sampler promises, in spaces in which it is allowed."""

    @staticmethod
    def make(space, master_seed):
        return SaltelliSampler(space, master_seed, 32)

    def maker(self):
        return (
            "from sweeps.planner.samplers import SaltelliSampler\n"
            "make = lambda space, seed: SaltelliSampler(space, seed, 32)"
        )


def rows(sampler: SaltelliSampler) -> list[tuple[dict[str, object], dict[str, Any]]]:
    found = []
    for k in range(sampler.n_proposals):
        values = sampler.propose(k, Known())
        assert not isinstance(values, NoProposal)
        found.append((dict(values), dict(sampler.place(k))))
    return found


@pytest.mark.parametrize("second_order", [False, True])
def test_parts_share_what_their_place_says(second_order):
    """AB is A with one value from B, BA is B with one from A; constants stay."""
    sampler = SaltelliSampler(MIXED, 3, 16, second_order=second_order)
    assert sampler.n_proposals == 16 * (8 if second_order else 5)
    blocks: dict[int, dict[object, dict[str, object]]] = {}
    for values, place in rows(sampler):
        assert values == MIXED.check(values)
        blocks.setdefault(place["block"], {})[place["part"], place["changed"]] = values
    parts = product(("AB", "BA") if second_order else ("AB",), ("x", "n", "kind"))
    for block in blocks.values():
        a, b = block["A", None], block["B", None]
        own = {"AB": (a, b), "BA": (b, a)}
        for part, name in parts:
            here, other = own[part]
            assert block[part, name] == here | {name: other[name]}


def test_rows_are_numbered_and_end():
    """After the last row there is none, so that a sweep ends there."""
    sampler = SaltelliSampler(PLAIN, 0, 4)
    assert isinstance(sampler, Designed)
    assert [place["row"] for _, place in rows(sampler)] == list(range(16))
    assert sampler.propose(16, Known()) is NoProposal.EXHAUSTED


def test_a_larger_design_begins_with_the_smaller_one():
    """So that a sweep can grow."""
    small, large = (rows(SaltelliSampler(MIXED, 1, n)) for n in (8, 32))
    assert large[: len(small)] == small


def test_each_axis_is_covered_evenly():
    """The 64 values of A in x fall one into each 64th."""
    found = rows(SaltelliSampler(PLAIN, 0, 64))
    places = sorted(int(64 * values["x"]) for values, at in found if at["part"] == "A")  # type: ignore[operator]
    assert places == list(range(64))
