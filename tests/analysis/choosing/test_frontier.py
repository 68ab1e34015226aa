"""Mean against spread: who is dominated, how sure a spread is, and who is there by luck."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.choosing.frontier import frontier_shares, on_frontier, sd_interval
from sweeps.errors import ResultsError


@pytest.mark.parametrize("number", range(30))
def test_the_frontier_is_whom_nobody_dominates(number):
    """By the definition, one pair at a time, ties included."""
    rng = np.random.default_rng(number)
    points = rng.integers(0, 5, (rng.integers(1, 12), 2)).astype(float)
    expected = [
        not any(a >= own_mean and b <= own_sd and (a > own_mean or b < own_sd) for a, b in points)
        for own_mean, own_sd in points
    ]
    assert on_frontier(*points.T).tolist() == expected


def test_many_frontiers_at_once_are_those_one_by_one():
    """Along the last axis."""
    rng = np.random.default_rng(0)
    mean, sd = rng.integers(0, 5, (2, 7, 9)).astype(float)
    together = on_frontier(mean, sd)
    for i in range(7):
        np.testing.assert_array_equal(together[i], on_frontier(mean[i], sd[i]))


def test_what_is_unknown_is_not_on_the_frontier():
    """A single seed has no spread; nobody else is kept off by it."""
    assert on_frontier([9.0, 1.0], [np.nan, 1.0]).tolist() == [False, True]
    assert on_frontier([], []).tolist() == []


def test_spreads_have_the_chi_square_interval():
    """As wide as it is: at 3 seeds a factor of twelve between the ends."""
    sd, n = np.array([1.0, 2.0, 3.0]), np.array([3, 20, 1])
    low, high = sd_interval(sd, n, level=0.9)
    for i in range(2):
        quantiles = stats.chi2.ppf([0.95, 0.05], n[i] - 1)
        np.testing.assert_allclose([low[i], high[i]], sd[i] * np.sqrt((n[i] - 1) / quantiles))
    assert np.isnan([low[2], high[2]]).all()
    with pytest.raises(ResultsError, match="level"):
        sd_interval(sd, n, level=0.0)


@pytest.mark.parametrize("paired", [True, False])
def test_shares_are_those_of_resamples(paired):
    """Clear cases are clear, and the same generator gives the same."""
    rng = np.random.default_rng(1)
    values = rng.normal(size=(3, 8)) * [[0.1], [1.0], [1.0]] + [[5.0], [9.0], [0.0]]
    shares, n_draws = frontier_shares(values, paired=paired, rng=np.random.default_rng(2))
    assert n_draws == 1000
    assert shares[:2].tolist() == [1.0, 1.0]
    assert shares[2] < 0.01
    again, _ = frontier_shares(values, paired=paired, rng=np.random.default_rng(2))
    np.testing.assert_array_equal(shares, again)


@pytest.mark.slow
@pytest.mark.parametrize("paired", [True, False])
def test_a_crowd_is_drawn_less_often(paired):
    """So that it takes about a second."""
    crowd = np.random.default_rng(1).normal(size=(5000, 6))
    shares, n_draws = frontier_shares(crowd, paired=paired, rng=np.random.default_rng(2))
    assert n_draws == 400
    assert 0 < shares.sum() < 50


def test_shared_seeds_are_drawn_for_all_at_once():
    """Two configurations that are a step apart under each seed stay so under any seeds."""
    seeds = np.random.default_rng(3).normal(0, 10, 8)
    values = np.stack([seeds, seeds - 1])
    together, _ = frontier_shares(values, paired=True, rng=np.random.default_rng(0))
    apart, _ = frontier_shares(values, paired=False, rng=np.random.default_rng(0))
    assert together.tolist() == pytest.approx([1.0, 0.0], abs=0.6)
    assert together[0] == 1.0
    assert 0.2 < apart[1] < 0.9
