"""The form of a check, and the time that all of them together may take."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

T = TypeVar("T")

MOST_LISTED = 3


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What was looked at.
        is_ok: Whether it is as it should be.
        found: What was found.
        remedy: What to do, empty where all is well or `found` says it; beside what is well, a
            piece of advice.
    """

    name: str
    is_ok: bool
    found: str
    remedy: str = ""


def good(name: str, found: str, advice: str = "") -> Check:
    """Say that something is as it should be."""
    return Check(name, is_ok=True, found=found, remedy=advice)


def bad(name: str, found: object, remedy: str = "") -> Check:
    """Say that something is not as it should be, and what to do."""
    return Check(name, is_ok=False, found=str(found).strip().removesuffix("."), remedy=remedy)


class Deadline:
    """The time that all checks together may take.

    Args:
        total_s: Seconds from now.
    """

    def __init__(self, total_s: float) -> None:
        self._ends_at = time.monotonic() + total_s

    def left(self, most_s: float) -> float:
        """Give the seconds that one check may take: `most_s`, or what is left if that is less."""
        return max(0.0, min(most_s, self._ends_at - time.monotonic()))


def within(limit_s: float, function: Callable[[], T]) -> T:
    """Call a function that may hang; then its thread is left behind.

    Args:
        limit_s: Seconds that it may take.
        function: What to call.

    Raises:
        TimeoutError: The time is over.

    Example:
        >>> within(5, lambda: 1)
        1
    """
    outcome: list[T] = []
    raised: list[BaseException] = []

    def call() -> None:
        try:
            outcome.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            raised.append(error)

    thread = threading.Thread(target=call, daemon=True, name="sweeps-check")
    thread.start()
    thread.join(limit_s)
    if raised:
        raise raised[0]
    if not outcome:
        message = f"no answer within {limit_s:.3g} s"
        raise TimeoutError(message)
    return outcome[0]


def listed(names: Iterable[str], separator: str = ", ") -> str:
    """Name the first few of many.

    Example:
        >>> listed(["a", "b"]), listed("abcdef")
        ('a, b', 'a, b, c and 3 more')
    """
    words = list(names)
    more = len(words) - MOST_LISTED
    return separator.join(words[:MOST_LISTED]) + (f" and {more} more" if more > 0 else "")


def grouped(troubles: Mapping[str, str]) -> str:
    """Say who has which trouble, those with the same one together.

    Args:
        troubles: What is wrong, by name.

    Example:
        >>> grouped({"a": "no disk", "b": "no disk", "c": "late"})
        'a, b: no disk; c: late'
    """
    those = {text: [who for who in troubles if troubles[who] == text] for text in troubles.values()}
    return listed((f"{listed(names)}: {text}" for text, names in those.items()), "; ")
