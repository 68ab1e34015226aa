"""Options that are handed on: plain data, frozen, hashable, there and back."""

from __future__ import annotations

import json
import pickle

import pytest

from sweeps.spec.options import Options, options_or_none

GIVEN = {"n": 3, "nested": {"list": [1, [2.5, None]], "on": True}, "word": "a"}


def test_options_come_back_as_they_were_given():
    """A document is equal to what was given, JSON-able, and nobody's but the caller's."""
    options = Options(GIVEN)
    assert options.document() == GIVEN
    assert json.loads(json.dumps(options.document())) == GIVEN
    options.document()["nested"]["list"].append(9)
    assert options.document() == GIVEN


def test_equal_options_have_equal_hashes():
    """Neither the order of names nor the kind of list matters; another value does."""
    same = Options({"word": "a", "nested": {"on": True, "list": (1, (2.5, None))}, "n": 3})
    assert (same, hash(same)) == (Options(GIVEN), hash(Options(GIVEN)))
    assert same != Options(GIVEN | {"n": 4})
    assert pickle.loads(pickle.dumps(same)) == same  # noqa: S301 - our own bytes


def test_what_was_given_cannot_change_them():
    """Lists are copied, and there is no way to set an item."""
    given = {"list": [1]}
    options = Options(given)
    given["list"].append(2)
    assert options["list"] == (1,)
    with pytest.raises(TypeError):
        options["list"] = 5  # type: ignore[index]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([1], "must be a mapping of names to values"),
        ({"a": object()}, "must be text, a number, a list or a mapping, not object"),
        ({"a": {"b": [float("inf")]}}, "every number in it must be finite"),
        ({1: 2}, "every option must have text as its name, not 1"),
    ],
)
def test_what_is_no_plain_data_is_refused(given: object, message: str):
    """Objects, numbers without a JSON form and unnamed values have no place in a definition."""
    with pytest.raises(ValueError, match=message):
        options_or_none(given)


def test_no_options_are_as_good_as_none():
    """An empty mapping makes no other sweep."""
    assert options_or_none({}) is None
