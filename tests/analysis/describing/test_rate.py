"""Wilson's interval against scipy, and at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.describing.rate import group_rates, wilson
from sweeps.errors import ResultsError


@pytest.mark.parametrize("n", [1, 5, 40])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_interval_equals_that_of_scipy(n, level):
    """For every possible number of successes at once."""
    found = wilson(range(n + 1), n, level=level)
    for hits in range(n + 1):
        test = stats.binomtest(hits, n)
        expected = test.proportion_ci(level, method="wilson")
        np.testing.assert_allclose([found.low[hits], found.high[hits]], expected, atol=1e-14)


def test_rate_of_zero_or_one_has_a_width_and_an_exact_end():
    """No failure in five runs does not prove that there is none."""
    found = wilson([0, 5], 5)
    assert found.low[0] == 0.0
    assert found.high[1] == 1.0
    np.testing.assert_allclose([found.high[0], found.low[1]], [0.4345, 0.5655], atol=1e-4)


def test_no_run_has_no_rate():
    """Nothing of nothing is unknown, without a warning."""
    found = wilson(0, 0)
    assert np.isnan([found.estimate, found.low, found.high]).all()


def test_failures_mirror_successes():
    """The interval of the failure rate is that of the success rate turned over."""
    hits = np.arange(8)
    ups, downs = wilson(hits, 7), wilson(7 - hits, 7)
    np.testing.assert_allclose(ups.low, 1 - downs.high, atol=1e-15)


def test_rates_of_groups_do_not_depend_on_the_order_of_runs():
    """Each group is counted on its own, an empty one is unknown."""
    rng = np.random.default_rng(0)
    hits, groups = rng.random(50) < 0.3, rng.integers(0, 3, 50)
    order = rng.permutation(50)
    found = group_rates(hits, groups, 4)
    shuffled = group_rates(hits[order], groups[order], 4)
    np.testing.assert_array_equal(found.low, shuffled.low)
    expected = [hits[groups == group].mean() for group in range(3)]
    np.testing.assert_allclose(found.estimate, [*expected, np.nan])


def test_level_in_per_cent_is_refused():
    """The message names the rule."""
    with pytest.raises(ResultsError, match="`level` must lie between 0 and 1, got 95"):
        wilson(1, 2, level=95)
