"""Grids and counts: every legal configuration once."""

from __future__ import annotations

import pytest

from sweeps.errors import SpaceError
from sweeps.space import Space


def test_grid_gives_every_legal_configuration_once():
    """Inactive values collapse, forbidden combinations are left out, the last changes fastest."""
    space = Space.from_mapping(
        {
            "kernel": {"choice": ["rbf", "poly"]},
            "C": {"float": [0.01, 100], "log": True, "grid": 3},
            "degree": {"int": [2, 4], "when": {"kernel": "poly"}},
        },
        [{"degree": 3, "C": {"above": 1}}],
    )
    found = [tuple(each.values()) for each in space.grid()]
    assert found == [
        *(("rbf", C) for C in (0.01, 1.0, 100.0)),
        *(("poly", C, degree) for C in (0.01, 1.0) for degree in (2, 3, 4)),
        *(("poly", 100.0, degree) for degree in (2, 4)),
    ]


def test_grid_forgets_what_became_inactive():
    """Values of an earlier branch neither activate nor forbid anything in a later one."""
    falling = {"choice": [1, 0]}
    chain = {"a": falling, "b": falling | {"when": {"a": 1}}, "c": falling | {"when": {"b": 0}}}
    found = [tuple(each.values()) for each in Space.from_mapping(chain, [{"b": 0, "a": 0}]).grid()]
    assert found == [(1, 1), (1, 0, 1), (1, 0, 0), (0,)]


@pytest.mark.parametrize(
    ("entry", "points"),
    [
        ({"float": [0, 1], "grid": 5}, [0, 0.25, 0.5, 0.75, 1]),
        ({"float": [0, 0.3], "grid": 4}, [0, 0.1, 0.2, 0.3]),
        ({"float": [1e-3, 1e3], "log": True, "grid": 7}, [1e-3, 1e-2, 0.1, 1, 10, 100, 1e3]),
        ({"float": [1e-12, 1 / 3], "grid": 2}, [1e-12, 1 / 3]),
        ({"int": [1, 100], "log": True, "grid": 3}, [1, 10, 100]),
        ({"int": [0, 100], "grid": 5}, [0, 25, 50, 75, 100]),
        ({"int": [1, 10], "log": True, "grid": 8}, [1, 2, 3, 4, 5, 7, 10]),
        ({"int": [2, 4]}, [2, 3, 4]),
    ],
)
def test_grid_points_are_evenly_spaced(entry, points):
    """Points include both bounds, follow the scale and have few digits."""
    assert [each["x"] for each in Space.from_mapping({"x": entry}).grid()] == points


def test_close_grid_points_stay_apart():
    """Where twelve digits would make points meet, they keep all their digits."""
    low, high = 1.0, 1.0 + 2**-48
    space = Space.from_mapping({"x": {"float": [low, high], "grid": 5}})
    assert [each["x"] for each in space.grid()] == [low + i * 2**-50 for i in range(5)]


def test_a_grid_needs_points():
    """Floats without `grid` are named, all at once and before the first configuration."""
    space = Space.from_mapping({"a": {"float": [0, 1]}, "b": {"float": [0, 1]}, "n": 1})
    with pytest.raises(SpaceError, match=r"(?s)2 problems.*space.a.grid: a float.*space.b.grid"):
        space.grid()


@pytest.mark.parametrize(
    ("mapping", "forbid", "size"),
    [
        ({"a": {"int": [1, 10]}, "b": {"choice": [1, 2, 3]}}, [], 30),
        ({"a": {"int": [1, 10]}, "b": {"int": [1, 3], "when": {"a": {"above": 5}}}}, [], 20),
        ({"a": {"int": [1, 10]}, "b": {"int": [1, 10]}}, [{"a": 1, "b": 1}], 99),
        ({"a": {"int": [1, 1000]}, "b": {"int": [1, 1000]}}, [], 1_000_000),
        ({"a": {"int": [1, 1000]}, "b": {"int": [1, 1001]}}, [], None),
        ({"a": {"float": [0, 1], "grid": 3}}, [], None),
        ({"a": {"int": [1, 500]}, "b": {"int": [1, 500]}}, [{"a": 1, "b": 1}], None),
    ],
)
def test_size_counts_distinct_configurations(mapping, forbid, size):
    """The number is exact, or None where it is infinite, too large or long to count."""
    assert Space.from_mapping(mapping, forbid).size() == size
