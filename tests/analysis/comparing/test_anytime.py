"""Figures for looking at any time against published values and their promise by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from sweeps.analysis.comparing.anytime import (
    bayes_factor,
    confidence_sequence,
    critical_t,
    fewest,
    p_value,
    running_p,
)
from sweeps.errors import ResultsError


@pytest.mark.parametrize(
    ("n", "expected"),
    [(5, 8.4532), (6, 5.4498), (8, 4.2509), (10, 3.8698), (20, 3.4248), (50, 3.3197)],
)
def test_critical_t_has_the_published_values(n, expected):
    """At g = 1 and 95 %, to the printed digits."""
    assert float(critical_t(n)) == pytest.approx(expected, abs=5e-5)


def test_critical_t_is_where_the_p_value_reaches_the_level():
    """Interval and p-value are the same statement."""
    n = np.array([5, 9, 100, 10_000])
    for g in (0.1, 1.0, 4.0):
        t = critical_t(n, g=g, level=0.9)
        known = np.isfinite(t)
        assert p_value(t[known], n[known], g=g) == pytest.approx(np.full(known.sum(), 0.1))


def test_so_few_differences_never_suffice():
    """Fewer than 5 differences give no interval at 95 %, and a strict level takes more."""
    assert np.isinf(critical_t([1, 2, 3, 4])).all()
    assert fewest() == 5
    assert fewest(level=0.99) > 5
    assert fewest(level=0.5) < 5


@pytest.mark.parametrize("g", [0.5, 1.0])
def test_bayes_factor_is_the_mean_likelihood_ratio_over_effects(g):
    """The closed form equals the integral of noncentral over central t densities."""
    t, n = 2.3, 7

    def weighted(effect):
        density = stats.nct.pdf(t, n - 1, effect * np.sqrt(n))
        return density * stats.norm.pdf(effect, 0, np.sqrt(g))

    expected = integrate.quad(weighted, -8, 8)[0] / stats.t.pdf(t, n - 1)
    assert float(bayes_factor(t, n, g=g)) == pytest.approx(expected, rel=1e-5)


def test_extreme_t_overflows_nothing():
    """A difference without spread has a finite factor at few seeds and p near 0 at many."""
    assert float(bayes_factor(np.inf, 5)) == pytest.approx(36.0)
    assert float(p_value(np.inf, 100_000)) == 0.0
    assert float(bayes_factor(7.0, 1)) == 1.0


def test_running_p_is_the_smallest_of_the_looks():
    """Each look has the p-value of its t; what was once seen stays."""
    values = np.random.default_rng(0).normal(0.8, 1.0, 12)
    looks = [1.0]
    for n in range(2, 13):
        t = stats.ttest_1samp(values[:n], 0).statistic
        looks.append(float(p_value(t, n)))
    assert running_p(values) == pytest.approx(np.minimum.accumulate(looks))


def test_running_p_is_vectorised_and_free_of_scale():
    """Each row has its own, in any unit; equal scores have p = 1."""
    values = np.random.default_rng(1).normal(size=(4, 9))
    for i in range(4):
        assert running_p(values)[i] == pytest.approx(running_p(values[i] * 1e300))
    assert running_p([0.0, 0.0, 0.0]).tolist() == [1.0, 1.0, 1.0]
    assert running_p([]).shape == (0,)


def test_interval_is_the_mean_and_so_many_standard_errors():
    """It is centred and as wide as the critical t says; NaN where that is infinite."""
    interval = confidence_sequence(2.0, 3.0, [4, 9])
    assert not interval.is_known[0]
    assert interval.high[1] - 2.0 == pytest.approx(float(critical_t(9)) * 1.0)
    assert interval.low[1] == pytest.approx(4.0 - interval.high[1])


@pytest.mark.parametrize("g", [0.0, -1.0, np.nan])
def test_variance_of_effects_is_above_zero(g):
    """There is no test for effects of no size."""
    with pytest.raises(ResultsError, match="`g` must be above 0"):
        bayes_factor(1.0, 5, g=g)


def test_level_outside_its_range_is_refused():
    """A level in per cent is told from one between 0 and 1."""
    with pytest.raises(ResultsError, match="`level` must lie between 0 and 1"):
        critical_t(5, level=95)


@pytest.mark.slow
def test_looking_at_every_seed_keeps_the_level():
    """Looking at 3 to 200 seeds errs 3 times in 100, where the t test errs 42 times."""
    values = np.random.default_rng(2).normal(size=(10_000, 200))
    assert (running_p(values)[:, -1] <= 0.05).mean() == pytest.approx(0.031, abs=0.006)
    n = np.arange(3, 201)
    mean = np.cumsum(values, axis=1)[:, 2:] / n
    squares = np.cumsum(values**2, axis=1)[:, 2:] - n * mean**2
    t = mean / np.sqrt(squares / (n - 1) / n)
    naive = np.abs(t) > stats.t.ppf(0.975, n - 1)
    assert naive.any(axis=1).mean() == pytest.approx(0.416, abs=0.015)


@pytest.mark.slow
def test_all_intervals_together_hold_the_mean():
    """Of 5,000 sequences of intervals, at most 5 % ever miss the mean."""
    values = np.random.default_rng(3).normal(4.0, 2.0, (5_000, 60))
    n = np.arange(1, 61)
    mean = np.cumsum(values, axis=1) / n
    sd = np.sqrt(np.maximum(np.cumsum(values**2, axis=1) - n * mean**2, 0) / np.maximum(n - 1, 1))
    interval = confidence_sequence(mean[:, 4:], sd[:, 4:], n[4:])
    assert (~interval.contains(4.0)).any(axis=1).mean() <= 0.05
