"""Which spaces a sweep can go on in."""

from __future__ import annotations

import pytest

from sweeps.space import Space

SVM = {
    "C": {"float": [1e-3, 1e3], "log": True},
    "kernel": {"choice": ["rbf", "poly", "linear"]},
    "gamma": {"float": [1e-4, 10], "log": True, "when": {"kernel": ["rbf", "poly"]}},
    "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
    "tol": 1e-3,
}
FORBID = [{"kernel": "poly", "degree": 5}]


def with_entry(name, entry, forbid=FORBID):
    """Give the space with one entry replaced."""
    return Space.from_mapping(SVM | {name: entry}, forbid)


@pytest.mark.parametrize(
    "wider",
    [
        with_entry("C", {"float": [1e-4, 1e3], "log": True}),
        with_entry("kernel", {"choice": ["linear", "sigmoid", "poly", "rbf"]}),
        with_entry("degree", {"int": [1, 6], "when": {"kernel": ["poly"]}}),
    ],
)
def test_wider_spaces_are_recognised(svm, wider):
    """Wider bounds and more choices make a space that a sweep can go on in, but not back."""
    assert wider.is_wider_than(svm)
    assert not svm.is_wider_than(wider)


def test_equal_spaces_count_as_wider(svm):
    """A space is as wide as itself, whatever the points of its grid."""
    finer = with_entry("C", {"float": [1e-3, 1e3], "log": True, "grid": 5})
    assert svm.is_wider_than(svm)
    assert finer.is_wider_than(svm)
    assert svm.is_wider_than(finer)


@pytest.mark.parametrize(
    "other",
    [
        with_entry("C", {"float": [1e-2, 1e4], "log": True}),
        with_entry("C", {"float": [1e-3, 1e3]}),
        with_entry("C", {"int": [0, 10_000]}),
        with_entry("kernel", {"ordinal": ["rbf", "poly", "linear"]}),
        with_entry("kernel", {"choice": ["rbf", "poly", "sigmoid"]}),
        with_entry("gamma", {"float": [1e-4, 10], "log": True, "when": {"kernel": "rbf"}}),
        with_entry("tol", 1e-4),
        with_entry("tol", {"choice": [1e-3, 1e-4]}),
        with_entry("extra", 1),
        with_entry("tol", 1e-3, forbid=[]),
    ],
)
def test_other_spaces_are_not_wider(svm, other):
    """Anything lost, moved, added or put under another rule makes another space."""
    assert not other.is_wider_than(svm)


def test_ordinals_keep_their_order():
    """An ordinal may gain values anywhere, but the old ones stay in order."""
    old = Space.from_mapping({"x": {"ordinal": ["s", "l"]}})
    assert Space.from_mapping({"x": {"ordinal": ["xs", "s", "m", "l"]}}).is_wider_than(old)
    assert not Space.from_mapping({"x": {"ordinal": ["l", "m", "s"]}}).is_wider_than(old)
