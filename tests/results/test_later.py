"""Columns that are read on demand: once, together, and only if somebody asks."""

from __future__ import annotations

import numpy as np

from sweeps.results.later import Later, taken


class Shelf:
    """Gives columns, and counts how often it was asked."""

    def __init__(self):
        self.n_read = 0

    def __call__(self):
        self.n_read += 1
        return {"a": np.arange(4), "b": np.arange(4) * 10, "known": np.zeros(4)}


def test_what_is_at_hand_needs_no_reading():
    """Neither it, nor the list of names, nor a choice of rows."""
    shelf = Shelf()
    columns = Later(("known", "a", "b"), shelf, {"known": np.ones(4)})
    assert columns["known"].tolist() == [1] * 4
    assert list(columns) == ["known", "a", "b"]
    assert len(columns.taken(np.array([2, 1]))) == 3
    assert shelf.n_read == 0


def test_the_rest_is_read_once():
    """For all columns, and for whatever was chosen from them."""
    shelf = Shelf()
    columns = Later(("known", "a", "b"), shelf, {"known": np.ones(4)})
    chosen = columns.taken(np.array([3, 1]))
    assert chosen["a"].tolist() == [3, 1]
    assert (columns["b"].tolist(), chosen["known"].tolist()) == ([0, 10, 20, 30], [1, 1])
    assert shelf.n_read == 1


def test_plain_columns_are_taken_at_once():
    """Results of foreign frames have all of theirs."""
    assert taken({"a": np.arange(4)}, np.array([2]))["a"].tolist() == [2]
