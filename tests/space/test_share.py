"""Shares of the unit interval: they are those that `decode` gives."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.space.number import Integer
from sweeps.space.share import start_of


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(("low", "high"), [(1, 2), (1, 7), (3, 40), (1, 100_000)])
def test_a_share_begins_where_decode_changes(low, high, log):
    """Just below its start `decode` gives less than a value, just above it the value."""
    integer = Integer("n", (), low, high, log)
    for value in {low + 1, (low + high + 1) // 2, high}:
        start = start_of(integer, value)
        assert integer.decode(start - 1e-12) == value - 1
        assert integer.decode(start + 1e-12) == value


@pytest.mark.parametrize("log", [False, True])
def test_shares_fill_the_interval(log):
    """From 0 at the lowest value to 1 above the highest."""
    integer = Integer("n", (), 2, 9, log)
    starts = [start_of(integer, value) for value in range(2, 11)]
    assert (starts[0], starts[-1]) == (0.0, 1.0)
    assert (np.diff(starts) > 0).all()
    assert np.allclose(np.diff(starts), 1 / 8) is not log
