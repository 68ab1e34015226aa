"""The unit scale: exact both ways, and safe at both ends of what a float holds."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.unit import ROUNDING, UnitScores, without_rounding


@pytest.mark.parametrize("scores", [[3.0, -1.0, 0.1], [1e308, -1e308], [5e-324, 0.0], [7.0], [0.0]])
def test_scores_come_back(scores):
    """What was scaled is found again, and no scaled value exceeds 2."""
    unit = UnitScores.of(np.array(scores))
    assert [unit.score(value) for value in unit.values] == pytest.approx(scores, rel=1e-15)
    assert unit.values.min() == 0.0
    assert unit.values.max() <= 2.0


def test_equal_scores_are_exactly_zero():
    """No rounding is left that could pass for spread."""
    assert UnitScores.of(np.full((2, 2), 0.1)).values.tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_missing_scores_stay_missing():
    """NaN marks a cell without a score; without any score there is no offset."""
    assert np.isnan(UnitScores.of(np.array([1.0, np.nan, 2.0])).values).tolist() == [0, 1, 0]
    assert UnitScores.of(np.full(2, np.nan)).offset == 0.0


def test_squares_overflow_to_infinity_without_a_warning():
    """Nothing stays nothing at any scale."""
    unit = UnitScores.of(np.array([1e300, 0.0]))
    assert unit.squared([0.0, 1.0]).tolist() == [0.0, np.inf]
    assert unit.difference(0.0) == 0.0


def test_rounding_counts_as_nothing():
    """Only what exceeds the rounding of the largest score is a mean square."""
    found = without_rounding(np.array([0.0, ROUNDING, 1e-20, np.nan]))
    assert found[:3].tolist() == [0.0, 0.0, 1e-20]
    assert np.isnan(found[3])
