"""Designed experiments: what they ask of space, seeds and size."""

from __future__ import annotations

from typing import Any

import pytest

from sweeps.errors import SpecError
from sweeps.spec import Sweep, identity_difference

SPACE = {"x": {"float": [0, 1]}, "n": {"int": [1, 3]}}
KINDS = {"kind": {"choice": ["a", "b", "c"]}}
SALTELLI = {"sampler": "saltelli", "options": {"n": 8}}
MORRIS = {"sampler": "morris", "options": {"n": 5}}


def sweep(**changes: Any) -> Sweep:
    given: dict[str, Any] = {
        "name": "a",
        "objective": "objectives.mlp",
        "space": SPACE,
        "search": SALTELLI,
        "seeds": 3,
    }
    return Sweep.from_mapping(given | changes)


@pytest.mark.parametrize("search", [SALTELLI, MORRIS])
@pytest.mark.parametrize("seeds", [3, {"n": 3}, {"n": 3, "paired": False}])
def test_seeds_are_unpaired_by_default(search: dict[str, Any], seeds: object):
    """And the definition says so when it is written down, and reads back to the same."""
    made = sweep(search=search, seeds=seeds)
    assert not made.seeds.paired
    written: dict[str, Any] = made.document()
    assert written["seeds"]["paired"] is False
    assert Sweep.from_mapping(written) == made


def test_other_samplers_keep_shared_seeds():
    """The default of all others is what it was."""
    assert sweep(search={"sampler": "random", "configs": 3}).seeds.paired


@pytest.mark.parametrize("search", [SALTELLI, MORRIS])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": {"n": 3, "paired": True}}, r"seeds\.paired: .* needs `paired: false`: under s"),
        ({"seeds": [1, 2]}, r"seeds\.values: .* takes no listed seeds: .* Write `n: 2`"),
        ({"seeds": {"race": 9}}, r"seeds\.race: .* takes no race: .* looks like an effect"),
        (
            {"seeds": {"design": "crossed", "sources": {"split": 2, "init": 2}}},
            r"seeds\.design: .* takes no design of seeds",
        ),
        ({"stopping": {"rule": "median"}}, r"stopping\.rule: .* takes no stopping rule"),
        (
            {"space": SPACE | {"y": {"float": [0, 1], "when": {"n": 2}}}},
            r"space\.y\.when: `y` cannot have a condition, .* or take `sampler: random`",
        ),
        ({"forbid": [{"n": 2}]}, r"forbid: no combination can be forbidden"),
        ({"space": {"x": 1.0}}, r"needs a hyperparameter that varies"),
    ],
)
def test_what_would_bias_the_indices_is_refused(
    search: dict[str, Any], changes: dict[str, Any], message: str
):
    """With the reason and a way out."""
    with pytest.raises(SpecError, match=message):
        sweep(search=search, **changes)


@pytest.mark.parametrize(
    ("sampler", "options", "message"),
    [
        ("saltelli", None, r"options\.n: sampler `saltelli` needs the size of its design"),
        ("morris", {"levels": 4}, r"options\.n: sampler `morris` needs the size of its design"),
        ("saltelli", {"n": True}, r"whole number from 2, got True"),
        ("saltelli", {"n": 100}, r"must be a power of two, .* got 100\. Write 64 or 128\."),
        ("saltelli", {"n": 2**20}, r"at most 1,000,000 rows, .* has 4, .* Write 131072 at most"),
        ("saltelli", {"n": 2**18, "second_order": True}, r"each unit of `n` has 6"),
        ("morris", {"n": 400_000}, r"each unit of `n` has 3, got 400000\. Write 333333 at most"),
        ("morris", {"n": 5, "levels": 3}, r"options\.levels: `levels` must be even, .* Write 4\."),
    ],
)
def test_a_size_that_does_not_fit_is_refused(sampler: str, options: object, message: str):
    """With one that does."""
    with pytest.raises(SpecError, match=message):
        sweep(search={"sampler": sampler, "options": options})


def test_the_design_sets_the_number_of_configurations():
    """So that `configs` would only contradict it."""
    with pytest.raises(SpecError, match=r"takes no `configs`, since `options\.n` sets their"):
        sweep(search=SALTELLI | {"configs": 9})


def test_unordered_values_fit_where_no_step_is_taken():
    """Saltelli's design takes them, that of Morris only two of them."""
    assert sweep(space=SPACE | KINDS).search.sampler == "saltelli"
    two = {"kind": {"choice": ["a", "b"]}}
    assert sweep(space=SPACE | two, search=MORRIS).search.sampler == "morris"
    with pytest.raises(SpecError, match=r"kind\.choice: `kind` must have an order, .* `ordinal`"):
        sweep(space=SPACE | KINDS, search=MORRIS)


@pytest.mark.parametrize(("search", "more"), [(SALTELLI, 64), (MORRIS, 50)])
def test_a_larger_design_is_growth(search: dict[str, Any], more: int):
    """Its first rows are those of the smaller one; other options make another design."""
    stored = sweep(search=search).identity()
    grown = search | {"options": search["options"] | {"n": more}}
    assert identity_difference(stored, sweep(search=grown)) == []
    key, value = ("levels", 6) if search is MORRIS else ("second_order", True)
    other = search | {"options": search["options"] | {key: value}}
    assert len(identity_difference(stored, sweep(search=other))) == 1


def test_a_wrong_space_or_wrong_seeds_are_told_alone():
    """What depends on them says nothing."""
    with pytest.raises(SpecError, match="2 problems"):
        sweep(space={"x": {"float": [1, 0]}}, seeds=0)
