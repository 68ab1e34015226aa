"""Waiting for something to become true, without sleeping longer than it takes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PERIOD_S = 0.05
WITHIN_S = 120.0  # far more than it takes on a machine at rest


def until(condition: Callable[[], object], what: str, *, within_s: float = WITHIN_S) -> float:
    """Poll a condition; give the seconds that it took.

    Raises:
        TimeoutError: It did not become true in time.
    """
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > within_s:
            message = f"Waited {within_s:g} s in vain for {what}."
            raise TimeoutError(message)
        time.sleep(PERIOD_S)
    return time.monotonic() - started
