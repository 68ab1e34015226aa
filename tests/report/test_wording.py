"""Numbers as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.report.wording import duration, measured, number, value


@pytest.mark.parametrize(
    ("mean", "half", "text"),
    [
        (0.98312, 0.00421, "0.9831 ± 0.0042"),
        (0.98312, 0.0996, "0.983 ± 0.100"),
        (0.5, 0.25, "0.50 ± 0.25"),
        (1234.56, 98.7, "1235 ± 99"),
        (123456.0, 9870.0, "123456 ± 9870"),
        (-3.0, 1.5, "-3.0 ± 1.5"),
        (0.0, 0.012, "0.000 ± 0.012"),
        (0.7, 0.0, "0.7 ± 0"),
        (1.23456e-7, 4.2e-9, "1.235e-07 ± 4.200e-09"),
        (3.21e12, 4.2e10, "3.210e+12 ± 4.200e+10"),
    ],
)
def test_mean_has_the_digits_that_its_interval_supports(mean, half, text):
    """Two significant digits of the half width decide where the mean ends."""
    assert str(measured(mean, mean - half, mean + half)) == text


def test_mean_without_an_interval_stands_alone():
    """One seed gives a mean and nothing else."""
    alone = measured(0.123456, math.nan, math.nan)
    assert (str(alone), alone.interval) == ("0.1235", "")


def test_mean_of_nothing_is_a_dash():
    """A configuration without a finished run has no mean."""
    assert str(measured(math.nan, math.nan, math.nan)) == "-"


@given(st.floats(-1e300, 1e300), st.floats(0, 1e300))
def test_any_mean_can_be_written(mean, half):
    """No figure is too large or too small, and none takes more than 24 characters."""
    written = measured(mean, mean - half, mean + half)
    assert all(0 < len(text) <= 24 for text in (written.mean, written.half_width or "-"))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (1e-3, "0.001"),
        (0.1 + 0.2, "0.3"),
        (1e-12, "1e-12"),
        (7, "7"),
        (2**60, "1152921504606846976"),
        (True, "True"),
        ([1, 2], "[1, 2]"),
        (math.inf, "inf"),
    ],
)
def test_values_are_short_and_whole_numbers_exact(content, text):
    """Fractions have four significant digits, everything else is written in full."""
    assert value(content) == text


def test_huge_floats_are_written_with_an_exponent():
    """A float of 1e300 does not fill the screen."""
    assert number(1e300) == "1e+300"


def test_durations_never_show_sixty_of_anything():
    """Every duration up to ten days reads as a time."""
    for seconds in range(61, 10 * 86400, 977):
        assert " 60" not in duration(seconds)
