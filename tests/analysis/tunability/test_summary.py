"""Intervals of gains, within a sweep and over sweeps."""

from __future__ import annotations

import numpy as np
import pytest

from sweeps.analysis.tunability.summary import Summary, mean_over, median_over


def test_all_splits_of_seeds_give_the_t_interval_of_a_mean():
    """Where the choice never changes a gain is a mean over seeds."""
    seeds = np.random.default_rng(0).normal(size=4)
    splits = [([0, 1], [2, 3]), ([0, 2], [1, 3]), ([0, 3], [1, 2])]
    halves = [[[seeds[first].mean(), seeds[second].mean()]] for first, second in splits]
    figures = np.repeat(np.array(halves)[..., None, None], 2, axis=-1)
    found = Summary.of(figures, np.ones((3, 2)), n_seeds=4, level=0.95)
    assert found.estimates[0, 0].tolist() == pytest.approx(mean_over(seeds))


def test_noise_does_not_shrink_its_own_interval():
    figures = np.array([1.0, -1.0]).reshape(1, 2, 1, 1, 1).repeat(2, axis=-1)
    flat = Summary.of(figures, np.array([[0.0, 1.0]]), n_seeds=1, level=0.95)
    plain = Summary.of(figures, np.array([[1.0, 1.0]]), n_seeds=1, level=0.95)
    assert flat.slope == 0
    assert flat.estimates[0, 0, 2] == plain.estimates[0, 0, 2] == pytest.approx(1.96, abs=0.001)


def test_the_upper_bound_starts_from_the_naive_gain():
    figures = np.array([1.0, 0.0]).reshape(1, 2, 1, 1, 1).repeat(2, axis=-1)
    found = Summary.of(figures, np.ones((1, 2)), n_seeds=1, level=0.95)
    value, low, high = found.reaching(np.array([[0.7, np.nan]]))[0, 0]
    assert (value, value - low) == (0.5, pytest.approx(0.98, abs=0.001))
    assert high == pytest.approx(0.7 + 0.98, abs=0.001)


def test_a_median_needs_six_sweeps_for_an_interval():
    assert median_over([1, 2, 3, 4, 5, 6]) == (3.5, 1, 6)
    assert np.isnan(median_over([1, 2, 3, 4, 5])[1])
    assert median_over(np.arange(20.0)) == (9.5, 5, 14)


def test_one_sweep_gives_no_interval():
    value, low, high = mean_over([1.0])
    assert value == 1
    assert np.isnan([low, high]).all()


def test_unknown_gains_are_left_out():
    assert mean_over([1.0, np.nan, 3.0])[0] == median_over([1.0, np.nan, 3.0])[0] == 2
    assert np.isnan(mean_over([np.nan])).all()
    assert np.isnan(median_over([np.nan])).all()


def test_noise_of_single_runs_counts_once():
    """Four quarters of independent noise of variance 1: their mean has a variance of a quarter."""
    figures = np.random.default_rng(0).normal(size=(4000, 2, 2, 1, 1)).repeat(2, axis=-1)
    found = Summary.of(figures, np.ones((4000, 2)), n_seeds=10**6, level=0.95)
    value, low, _ = found.estimates[0, 0]
    assert value - low == pytest.approx(1.96 * 0.5, rel=0.05)
