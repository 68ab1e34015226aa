"""The t intervals against scipy.stats, closed forms and invariances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sweeps.analysis.interval import interval_of_mean, mean_interval
from sweeps.analysis.moments import Moments
from sweeps.errors import ResultsError


def moments(n, mean, sd):
    """Give moments from plain numbers or lists."""
    return Moments(*(np.asarray(part, dtype=np.float64) for part in (n, mean, sd)))


@pytest.mark.parametrize("n", [2, 3, 5, 30, 1000])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_interval_of_a_mean_equals_that_of_scipy(n, level):
    """The bounds are those of `scipy.stats.t.interval` for any number of values and level."""
    values = np.random.default_rng(n).normal(3.0, 2.0, n)
    expected = stats.t.interval(level, n - 1, values.mean(), stats.sem(values))
    interval = mean_interval(values, level=level)
    np.testing.assert_allclose([interval.low, interval.high], expected, rtol=1e-10)
    assert interval.level == level


def test_two_values_have_the_interval_computed_by_hand():
    """Two values 0 and 2: mean 1, standard error 1, quantile tan(0.475 pi) of one freedom."""
    interval = mean_interval([0.0, 2.0])
    half = np.tan(0.475 * np.pi)
    assert interval.estimate == 1.0
    np.testing.assert_allclose([interval.low, interval.high], [1 - half, 1 + half])


def test_intervals_are_vectorised_over_the_last_axis():
    """Each row of a table gets the interval that it has alone."""
    table = np.random.default_rng(0).normal(size=(2, 3, 7))
    together = mean_interval(table)
    assert together.estimate.shape == (2, 3)
    for i, j in np.ndindex(2, 3):
        alone = mean_interval(table[i, j])
        np.testing.assert_allclose(together.low[i, j], alone.low)
        np.testing.assert_allclose(together.high[i, j], alone.high)


def test_values_and_their_moments_give_the_same_interval():
    """Sufficient statistics suffice."""
    values = np.random.default_rng(1).normal(size=11)
    by_values = mean_interval(values)
    by_moments = interval_of_mean(moments(11, values.mean(), values.std(ddof=1)))
    np.testing.assert_allclose(by_moments.low, by_values.low)
    np.testing.assert_allclose(by_moments.high, by_values.high)


@pytest.mark.parametrize("values", [[], [4.0]])
def test_fewer_than_two_values_have_no_bounds(values):
    """One seed says nothing of the spread: the bounds are NaN and `is_known` is False."""
    interval = mean_interval(values)
    assert np.isnan(interval.low)
    assert np.isnan(interval.high)
    assert not interval.is_known
    assert not interval.contains(4.0)


@pytest.mark.parametrize("value", [0.1, -1 / 3, 1e300, 5e-324, 0.0])
def test_equal_values_have_an_interval_of_no_width(value):
    """Rounding does not widen the interval of a score that never changes."""
    interval = mean_interval([value] * 30)
    assert interval.estimate == interval.low == interval.high == value
    assert interval.contains(value)


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.floats(-100, 100), min_size=2, max_size=20),
    scale=st.floats(0.01, 100),
    shift=st.floats(-100, 100),
)
def test_interval_moves_with_the_unit_of_the_scores(values, scale, shift):
    """Scaling and shifting the scores scales and shifts the bounds."""
    before = mean_interval(values)
    after = mean_interval(np.asarray(values) * scale + shift)
    np.testing.assert_allclose(after.low, before.low * scale + shift, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(after.high, before.high * scale + shift, rtol=1e-6, atol=1e-6)


def test_negated_scores_have_the_mirrored_interval():
    """A loss and its negative tell the same story."""
    values = np.random.default_rng(2).normal(size=8)
    interval, mirrored = mean_interval(values), mean_interval(-values)
    assert mirrored.low == -interval.high
    assert mirrored.high == -interval.low


def test_bounds_that_coincide_with_the_value_hold_it():
    """An interval holds its own bounds."""
    assert interval_of_mean(moments(4, 0.0, 0.0)).contains(0.0)


def test_interval_cannot_be_changed():
    """A result is frozen, its arrays too."""
    interval = mean_interval([1.0, 2.0])
    with pytest.raises(ValueError, match="read-only"):
        interval.low[...] = 0.0


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_level_outside_its_range_is_refused(level):
    """A level in per cent is told from one between 0 and 1."""
    with pytest.raises(ResultsError, match=r"`level` must lie between 0 and 1, got .*0\.95"):
        mean_interval([1.0, 2.0], level=level)


@pytest.mark.slow
def test_interval_covers_the_mean_as_often_as_it_says():
    """Of 20,000 intervals at 95 %, 95 % hold the true mean (three standard errors)."""
    samples = np.random.default_rng(4).normal(7.0, 3.0, (20_000, 5))
    covered = mean_interval(samples).contains(7.0).mean()
    assert abs(covered - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 20_000)
