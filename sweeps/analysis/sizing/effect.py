"""Differences in units of the spread, and the checks of what questions about power take."""

from __future__ import annotations

import math

import numpy as np

from sweeps.errors import ResultsError


def standardised(difference: float, sd: float) -> float:
    """Give the size of a difference in standard deviations.

    Args:
        difference: Difference of two means, in the unit of the scores; its sign is ignored.
        sd: Standard deviation, in the same unit.

    Returns:
        0 for no difference, infinity for one without any spread, NaN for unknown figures and for
        an infinite difference with an infinite spread.

    Raises:
        ResultsError: `sd` is negative.

    Example:
        >>> standardised(-1.0, 2.0), standardised(1.0, 0.0)
        (0.5, inf)
    """
    if sd < 0:
        message = f"`sd` must not be negative, got {sd}. Pass a standard deviation."
        raise ResultsError(message)
    if math.isnan(difference) or math.isnan(sd):
        return math.nan
    if difference == 0:
        return 0.0
    with np.errstate(over="ignore", divide="ignore", under="ignore", invalid="ignore"):
        return float(np.abs(np.float64(difference)) / np.float64(sd))


def squared_ratio(wanted: float, given: float) -> float:
    """Give (wanted / given)², the number of seeds that a standardised difference takes.

    Args:
        wanted: How many standard errors apart two figures must be.
        given: How many standard deviations apart they are.

    Returns:
        0 where nothing is wanted, infinity where nothing is given, NaN for unknown figures and
        where both are infinite.

    Example:
        >>> squared_ratio(3.0, 1.0), squared_ratio(3.0, 0.0), squared_ratio(0.0, 0.0)
        (9.0, inf, 0.0)
    """
    if wanted == 0 and not math.isnan(given):
        return 0.0
    with np.errstate(over="ignore", divide="ignore", under="ignore", invalid="ignore"):
        return float(np.square(np.float64(wanted) / np.float64(given)))


def check_confidence(level: float) -> None:
    """Refuse a confidence level below one half, which is mostly meant as its complement.

    Args:
        level: Confidence level of a test, as a share and not in per cent.

    Raises:
        ResultsError: It is below 0.5, 1 or more, or NaN.
    """
    if not 0.5 <= level < 1:
        message = (
            f"`level` must lie between 0.5 and 1, got {level}. It is the confidence level: pass "
            "0.95 for 5 % false alarms."
        )
        raise ResultsError(message)


def check_probability(name: str, value: float) -> None:
    """Refuse a probability that is not strictly between 0 and 1.

    Args:
        name: Name of the argument.
        value: What was passed for it.

    Raises:
        ResultsError: It is 0 or less, 1 or more, or NaN.
    """
    if not 0 < value < 1:
        message = f"`{name}` must lie between 0 and 1, got {value}. Pass 0.8 for 80 %."
        raise ResultsError(message)
