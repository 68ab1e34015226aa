"""Order statistics against published tables and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.sizing.order import bechhofer_h, expected_maximum
from sweeps.errors import ResultsError


def test_the_expected_maximum_is_that_of_the_tables():
    """Of 2 to 1000 standard normal figures; for 2 and 3 there are closed forms."""
    found = expected_maximum([1, 2, 3, 5, 10, 20, 50, 100, 1000]).round(6).tolist()
    assert found[0] == 0
    assert found[1] == round(1 / math.sqrt(math.pi), 6) == 0.564190
    assert found[2] == round(1.5 / math.sqrt(math.pi), 6) == 0.846284
    assert found[3:] == [1.162964, 1.538753, 1.867475, 2.249074, 2.507594, 3.241436]


def test_the_expected_maximum_keeps_its_shape_and_grows_slowly():
    """Even of a billion figures it is near the square root of twice the logarithm."""
    assert expected_maximum([[2, 3]]).shape == (1, 2)
    assert 5.9 < float(expected_maximum(10**9)) < math.sqrt(2 * math.log(10**9))


@pytest.mark.parametrize("k", [0, -1, np.nan, [2, 0.5], 1e16])
def test_a_maximum_of_nothing_is_refused(k):
    """So is a number beyond the grid."""
    with pytest.raises(ResultsError, match="`k` must lie between"):
        expected_maximum(k)


@pytest.mark.parametrize(
    ("n_configs", "h"), [(2, 2.3262), (3, 2.7101), (4, 2.9162), (5, 3.0552), (10, 3.4182)]
)
def test_bechhofers_distances_are_those_of_the_tables(n_configs, h):
    """At a probability of 0.95."""
    assert round(bechhofer_h(n_configs, 0.95), 4) == h


def test_bechhofers_distance_at_the_ends():
    """0 where guessing does, close to 0 just above, finite for many configurations."""
    assert bechhofer_h(1, 0.99) == bechhofer_h(4, 0.25) == 0
    assert 0 < bechhofer_h(2, 0.500001) < 1e-5
    assert bechhofer_h(10_000, 0.95) == pytest.approx(5.5767, abs=1e-4)
    assert bechhofer_h(2, 1 - 1e-12) == pytest.approx(9.948, abs=1e-2)
