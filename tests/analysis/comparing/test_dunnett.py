"""Dunnett's distribution against his tables and Student's t."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sweeps.analysis.comparing.dunnett import largest_t_p_value, largest_t_quantile
from sweeps.errors import ResultsError


@pytest.mark.parametrize(
    ("n_compared", "freedom", "expected"),
    [(2, 5, 3.03), (3, 10, 2.76), (5, 20, 2.73), (9, 60, 2.77)],
)
def test_critical_values_are_those_of_the_published_table(n_compared, freedom, expected):
    """Dunnett 1964, two-sided, 5 %."""
    assert largest_t_quantile(n_compared, freedom, level=0.95) == pytest.approx(expected, abs=0.006)


@pytest.mark.parametrize("freedom", [2, 10, 1000])
def test_one_comparison_is_students_t(freedom):
    """Without others there is nothing to correct."""
    t = np.array([0.0, 0.5, 2.0, 4.0])
    assert largest_t_p_value(t, 1, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), abs=1e-6)
    quantile = largest_t_quantile(1, freedom, level=0.9)
    assert quantile == pytest.approx(stats.t.ppf(0.95, freedom))


def test_correlation_saves_part_of_the_correction():
    """Between one comparison and Bonferroni; the less correlated, the more to correct."""
    bonferroni = stats.t.ppf(1 - 0.025 / 8, 15)
    values = [largest_t_quantile(8, 15, level=0.95, rho=rho) for rho in (0.8, 0.5, 0.1)]
    assert stats.t.ppf(0.975, 15) < values[0] < values[1] < values[2] < bonferroni


@pytest.mark.slow
def test_many_values_are_read_off_a_curve():
    """Of thousands of values each has its p to 4 digits."""
    t = np.linspace(0, 6, 2_000)
    few = t[::100]
    many = largest_t_p_value(t, 50, 40)[::100]
    assert many == pytest.approx(largest_t_p_value(few, 50, 40), rel=1e-4, abs=1e-12)


def test_unknown_and_infinite_values_are_answered():
    """NaN stays; an infinite t has p 0."""
    found = largest_t_p_value([np.nan, np.inf, -np.inf], 3, 10)
    assert found == pytest.approx([np.nan, 0.0, 0.0], nan_ok=True, abs=1e-9)


def test_level_outside_its_range_is_refused():
    """A level in per cent is told from one between 0 and 1."""
    with pytest.raises(ResultsError, match="`level` must lie between 0 and 1"):
        largest_t_quantile(3, 10, level=95)
