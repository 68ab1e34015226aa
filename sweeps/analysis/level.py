"""The confidence level: what it may be."""

from __future__ import annotations

from sweeps.errors import ResultsError


def check_level(level: float) -> None:
    """Refuse a confidence level that is not between 0 and 1.

    Args:
        level: Confidence level, as a share and not in per cent.

    Raises:
        ResultsError: It is 0 or less, 1 or more, or NaN.
    """
    if not 0 < level < 1:
        message = f"`level` must lie between 0 and 1, got {level}. Pass 0.95 for 95 %."
        raise ResultsError(message)
