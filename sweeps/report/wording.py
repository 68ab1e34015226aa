"""Numbers and counts as people write them."""

from __future__ import annotations

import math
from dataclasses import dataclass

MISSING = "-"


def count(n: int, noun: str, plural: str | None = None) -> str:
    """Give a number with its noun.

    Example:
        >>> count(1, "run"), count(1200, "run"), count(0, "try", "tries")
        ('1 run', '1,200 runs', '0 tries')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def number(value: float, digits: int = 4) -> str:
    """Give a number with a few significant digits and no needless zeros.

    Example:
        >>> number(0.00123456), number(1234567.0), number(30.0), number(float("nan"))
        ('0.001235', '1234567', '30', '-')
    """
    if math.isnan(value):
        return MISSING
    if math.isfinite(value) and value == round(value) and abs(value) < 1e9:
        return str(round(value))
    return f"{value:.{digits}g}"


def value(content: object) -> str:
    """Give a hyperparameter's value.

    Example:
        >>> value(0.1), value("rbf"), value(True), value(None), value([50, 50])
        ('0.1', 'rbf', 'True', 'None', '[50, 50]')
    """
    if isinstance(content, float):
        return number(content)
    return str(content)


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean and its interval, with as many digits as the interval supports.

    Attributes:
        mean: The mean.
        half_width: Half the width of the interval; empty where there is none.
        low: Lower bound; empty where there is none.
        high: Upper bound; empty where there is none.
    """

    mean: str
    half_width: str
    low: str
    high: str

    def __str__(self) -> str:
        """Give `mean ± half width`, or the mean alone."""
        return f"{self.mean} ± {self.half_width}" if self.half_width else self.mean

    @property
    def interval(self) -> str:
        """Give `[low, high]`, or nothing."""
        return f"[{self.low}, {self.high}]" if self.low else ""


def measured(mean: float, low: float, high: float) -> Measured:
    """Write a mean with the digits that its interval supports: two of its half width.

    Args:
        mean: A mean, in any unit.
        low: Lower bound of its interval, NaN where there is none.
        high: Upper bound of its interval, NaN where there is none.

    Example:
        >>> str(measured(0.98312, 0.97891, 0.98733))
        '0.9831 ± 0.0042'
        >>> measured(1234.5, 1134.5, 1334.5).interval
        '[1134, 1334]'
        >>> str(measured(1.5, float("nan"), float("nan")))
        '1.5'
        >>> measured(-0.001, -0.131, 0.129).mean
        '0.00'
    """
    half = (high - low) / 2
    if not math.isfinite(half) or not math.isfinite(mean):
        return Measured(number(mean), "", "", "")
    if half == 0:
        text = number(mean, 6)
        return Measured(text, "0", text, text)
    style = _style(max(abs(low), abs(high)), half)
    return Measured(*(_unsigned(style.format(part)) for part in (mean, half, low, high)))


def _unsigned(text: str) -> str:
    """Take the sign off what was rounded to nothing."""
    return text.removeprefix("-") if float(text) == 0 else text


def _style(largest: float, half: float) -> str:
    """Give the format in which two digits of `half` show."""
    decimals = 1 - math.floor(math.log10(half))
    if 1e-4 <= largest < 1e7 and decimals <= 12:
        return f"{{:.{max(decimals, 0)}f}}"
    digits = math.floor(math.log10(largest)) + decimals
    return f"{{:.{min(max(digits, 1), 15)}e}}"


def duration(seconds: float) -> str:
    """Give a duration in its two largest units.

    Example:
        >>> duration(0.25), duration(59.6), duration(125), duration(7322), duration(200000)
        ('0.2 s', '60 s', '2 min 05 s', '2 h 02 min', '2 d 7 h')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 61:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def short_id(config_id: str) -> str:
    """Give the first characters of a configuration's identifier, as tables show it.

    Example:
        >>> short_id("0123456789abcdef")
        '01234567'
    """
    return config_id[:8]
