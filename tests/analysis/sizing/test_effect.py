"""Differences in units of the spread, at the edges."""

from __future__ import annotations

import math

import pytest

from sweeps.analysis.sizing.effect import (
    check_confidence,
    check_probability,
    squared_ratio,
    standardised,
)
from sweeps.errors import ResultsError


def test_the_edges_are_numbers():
    """No difference is 0 even without spread, and overflow is infinite."""
    assert standardised(-3.0, 2.0) == 1.5
    assert standardised(0.0, 0.0) == 0
    assert standardised(1e300, 1e-300) == standardised(1.0, 0.0) == math.inf
    assert math.isnan(standardised(0.0, math.nan))
    assert math.isnan(standardised(math.nan, 0.0))
    assert math.isnan(standardised(math.inf, math.inf))
    assert math.isnan(squared_ratio(math.inf, math.inf))


def test_what_is_no_spread_level_or_probability_is_refused():
    """The message says which argument."""
    with pytest.raises(ResultsError, match="`sd` must not be negative"):
        standardised(1.0, -1.0)
    for level in (0.05, 0.49, 1.0, math.nan):
        with pytest.raises(ResultsError, match="`level` must lie between"):
            check_confidence(level)
    for value in (0.0, 1.0, 80.0, math.nan):
        with pytest.raises(ResultsError, match="`power` must lie between 0 and 1"):
            check_probability("power", value)
