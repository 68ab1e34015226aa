"""Ranks that neighbours correct."""

from __future__ import annotations

import numpy as np

from sweeps.planner.samplers.axis import axes_of
from sweeps.planner.samplers.smoothing import smoothed_ranks
from tests.contracts.sampler_setting import MIXED, PLAIN


def ranked(noise, n_seeds, seed=0):
    """Give true losses of random points, best observed first, and their smoothed ranks."""
    rng = np.random.default_rng(seed)
    points = rng.random((100, 2))
    truth = points.sum(axis=1)
    order = np.argsort(truth + noise * rng.normal(size=100))
    seeds = np.full(100, n_seeds)
    return truth[order], smoothed_ranks(points[order], seeds, axes_of(PLAIN))


def agreement(truth, ranks):
    return np.corrcoef(truth, ranks)[0, 1]


def test_smoothing_brings_noisy_ranks_nearer_to_the_truth():
    """Where one seed says little, the neighbours say more."""
    truth, smoothed = ranked(noise=0.6, n_seeds=1)
    assert agreement(truth, smoothed) > agreement(truth, np.arange(100)) + 0.05


def test_many_seeds_are_trusted_more_than_neighbours():
    """The rank of a mean over many seeds hardly moves."""
    _, smoothed = ranked(noise=0.6, n_seeds=99)
    assert np.abs(smoothed - np.arange(100)).max() < 1


def test_inactive_and_unordered_values_have_neighbours():
    """NaN takes no part, and nothing that comes out is NaN."""
    rows = [MIXED.to_unit(MIXED.propose(0, k)) for k in range(20)]
    ranks = smoothed_ranks(np.array(rows), np.zeros(20, dtype=np.int64), axes_of(MIXED))
    assert np.isfinite(ranks).all()


def test_equal_points_are_no_fault():
    """Levels of a small grid coincide once their conditions are left out."""
    ranks = smoothed_ranks(np.full((5, 2), 0.5), np.ones(5, dtype=np.int64), axes_of(PLAIN))
    assert np.argsort(ranks).tolist() == [0, 1, 2, 3, 4]
