"""Conditions and clauses: what is active, and what is forbidden, for which values."""

from __future__ import annotations

import pytest

from sweeps.errors import SpaceError
from sweeps.space import Space


def active(space, **values):
    """Say which hyperparameters the checked configuration has."""
    return set(space.check(values))


def test_several_keys_mean_and():
    """A hyperparameter is active where all parts of its condition hold."""
    others = {"k": {"choice": ["a", "b"]}, "n": {"int": [1, 5]}}
    when = {"k": "a", "n": {"above": 1, "below": 4}}
    space = Space.from_mapping({**others, "x": {"float": [0, 1], "when": when}})
    assert active(space, k="a", n=2, x=0.5) == {"k", "n", "x"}
    assert active(space, k="a", n=1) == active(space, k="b", n=2) == {"k", "n"}
    assert active(space, k="a", n=4) == {"k", "n"}


def test_what_depends_on_the_inactive_is_inactive():
    """Conditions chain: no parent, no child, whatever values stand there."""
    space = Space.from_mapping(
        {
            "c": {"int": [0, 1], "when": {"b": 1}},
            "b": {"int": [0, 1], "when": {"a": 1}},
            "a": {"int": [0, 1]},
        }
    )
    assert active(space, a=0) == {"a"}
    assert active(space, a=1, b=0) == {"a", "b"}
    assert active(space, a=1, b=1, c=0) == {"a", "b", "c"}
    assert space.size() == 1 + 1 + 2
    assert space.names == ("c", "b", "a")


@pytest.mark.parametrize(
    ("parent", "wanted", "inside", "outside"),
    [
        ({"float": [0, 1]}, {"above": 0.25}, [0.2500001, 1.0], [0.0, 0.25]),
        ({"float": [1e-6, 1], "log": True}, {"below": 1e-3}, [1e-6, 9.99e-4], [1e-3, 1.0]),
        ({"float": [0, 1], "grid": 3}, 0.5, [0.5], [0.4999, 0.0]),
        ({"float": [1e-12, 1], "log": True, "grid": 4}, [1e-8], [1e-8], [1e-12]),
        ({"int": [1, 9]}, {"above": 2.5}, [3, 9], [1, 2]),
        ({"int": [1, 9]}, {"below": 2.5}, [1, 2], [3, 9]),
        ({"int": [1, 9], "log": True}, [2, 7], [2, 7], [1, 3, 9]),
        ({"choice": [1, 10, 100]}, {"above": 1}, [10, 100], [1]),
        ({"choice": [1, True]}, True, [True], [1]),
        ({"choice": [[64, 32], [128]]}, [[64, 32]], [(64, 32)], [[128]]),
        ({"choice": [None, "a"]}, [None], [None], ["a"]),
        ({"ordinal": ["s", "m", "l"]}, {"above": "s"}, ["m", "l"], ["s"]),
        ({"ordinal": ["s", "m", "l"]}, {"above": "s", "below": "l"}, ["m"], ["s", "l"]),
        ({"ordinal": [8, 2, 4]}, {"above": 3}, [8, 4], [2]),
    ],
)
def test_each_way_to_require_a_value(parent, wanted, inside, outside):
    """Conditions and clauses agree on which values meet a requirement."""
    child = {"int": [0, 1], "when": {"p": wanted}}
    conditional = Space.from_mapping({"p": parent, "x": child})
    forbidding = Space.from_mapping({"p": parent}, [{"p": wanted}])
    for value in inside:
        assert active(conditional, p=value, x=1) == {"p", "x"}
        with pytest.raises(SpaceError, match=r"`forbid\[0\]` forbids this combination"):
            forbidding.check({"p": value})
    for value in outside:
        assert active(conditional, p=value) == {"p"}
        forbidding.check({"p": value})


def test_a_constant_can_be_conditional():
    """A constant with a condition is carried where the condition holds."""
    space = Space.from_mapping(
        {"k": {"choice": ["a", "b"]}, "c": {"constant": 5, "when": {"k": "a"}}}
    )
    assert list(space.grid()) == [{"k": "a", "c": 5}, {"k": "b"}]
    assert space.n_dimensions == 1
