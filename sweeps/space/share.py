"""The share of the unit interval that whole numbers have: the counterpart of `Integer.decode`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sweeps.space.number import Integer


def start_of(integer: Integer, value: int) -> float:
    """Give the unit position at which the share of a value begins.

    Args:
        integer: The hyperparameter.
        value: A whole number from its lower bound to one above its upper bound.

    Returns:
        A position in [0, 1]: below it `decode` gives lower values, above it this one or higher
        ones. The share of a value ends where that of the next one begins.

    Example:
        >>> from sweeps.space.number import Integer
        >>> start_of(Integer("depth", (), 1, 4), 2)
        0.25
        >>> round(start_of(Integer("units", (), 1, 4, log=True), 2), 3)
        0.5
    """
    if value <= integer.low:
        return 0.0
    if value > integer.high:
        return 1.0
    if not integer.log:
        return (value - integer.low) / (integer.high - integer.low + 1)
    log_low, log_high = math.log(integer.low - 0.5), math.log(integer.high + 0.5)
    return (math.log(value - 0.5) - log_low) / (log_high - log_low)
