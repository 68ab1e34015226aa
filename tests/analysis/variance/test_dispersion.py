"""The log of a sample variance against published numbers and simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sweeps.analysis.variance.dispersion import log_variance_bias, log_variance_error


def test_the_sampling_variance_is_the_trigamma_function():
    """For one degree of freedom it is half of pi squared, for two a sixth of it."""
    found = log_variance_error([1, 2, 3, 4, 9]).round(4).tolist()
    assert found == [4.9348, 1.6449, 0.9348, 0.6449, 0.2487]
    assert float(log_variance_error(1)) == pytest.approx(math.pi**2 / 2)


def test_bias_and_variance_are_what_a_simulation_finds():
    """Of the log variance of 5 normal scores of true variance 9."""
    logs = np.log(np.random.default_rng(0).normal(0, 3, (40_000, 5)).var(axis=1, ddof=1))
    assert logs.mean() - math.log(9) == pytest.approx(float(log_variance_bias(4)), abs=0.012)
    assert logs.var() == pytest.approx(float(log_variance_error(4)), rel=0.03)


def test_both_vanish_with_many_seeds_and_are_unknown_without_any():
    """One seed has no variance."""
    assert abs(float(log_variance_bias(1e9))) < 1e-8
    assert abs(float(log_variance_error(1e9))) < 1e-8
    assert np.isnan(log_variance_bias([0, np.nan])).all()
    assert np.isnan(log_variance_error([0, np.nan])).all()
