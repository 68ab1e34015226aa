"""Effect sizes against the noncentral t distribution of scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.comparing.effect_size import effect_of_pairs, effect_of_samples
from sweeps.analysis.moments import group_moments
from sweeps.errors import ResultsError


def moments(values):
    return group_moments(values, np.zeros(len(values), dtype=int), 1)


@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(("n", "mean"), [(2, 0.5), (5, -1.0), (30, 0.0), (200, 3.0)])
def test_bounds_leave_the_tails_of_the_noncentral_t(n, mean, level):
    """Were the bound the truth, an effect as far out would have the probability of a tail."""
    values = np.random.default_rng(n).normal(mean, 1.0, n)
    found = effect_of_pairs(moments(values), level=level)
    t = found.value * np.sqrt(n)
    tails = [stats.nct.sf(t, n - 1, bound * np.sqrt(n)) for bound in (found.low, found.high)]
    assert tails == pytest.approx([(1 - level) / 2, (1 + level) / 2], abs=1e-6)


def test_samples_of_different_size_share_one_spread():
    """Hedges' g of 4 and 8 runs, computed by hand."""
    a, b = np.array([1.0, 2.0, 3.0, 4.0]), np.arange(8.0)
    sd = np.sqrt((3 * a.var(ddof=1) + 7 * b.var(ddof=1)) / 10)
    found = effect_of_samples(moments(a), moments(b), level=0.95)
    # The factor for 10 degrees of freedom is 0.9228 in Hedges' table.
    assert found.value == pytest.approx(0.9228 * (2.5 - 3.5) / sd, rel=1e-4)


def test_effect_without_spread_or_runs_has_a_reason():
    """Nothing is divided by 0."""
    for found in (
        effect_of_pairs(moments([1.0, 1.0]), level=0.95),
        effect_of_pairs(moments([1.0]), level=0.95),
        effect_of_samples(moments([1.0, 1.0]), moments([2.0, 2.0]), level=0.95),
        effect_of_samples(moments([1.0]), moments([2.0, 3.0]), level=0.95),
    ):
        assert np.isnan(found.value)
        assert found.reason


def test_level_outside_its_range_is_refused():
    """A level in per cent is told from one between 0 and 1."""
    with pytest.raises(ResultsError, match="`level` must lie between 0 and 1"):
        effect_of_pairs(moments([1.0, 2.0]), level=95)


@pytest.mark.slow
def test_hedges_effect_is_not_biased():
    """The mean of 5,000 estimates from 5 runs each is the truth."""
    rng = np.random.default_rng(0)
    a, b = rng.normal(1.0, 1.0, (5_000, 5)), rng.normal(0.0, 1.0, (5_000, 5))
    sd = np.sqrt((a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / 2)
    one = effect_of_samples(moments(a[0]), moments(b[0]), level=0.95).value
    factor = one / ((a[0].mean() - b[0].mean()) / sd[0])
    assert (factor * (a.mean(axis=1) - b.mean(axis=1)) / sd).mean() == pytest.approx(1.0, abs=0.03)
