"""Ways in which a run goes wrong, provoked on purpose: for tests of whoever has to survive them.

The last three end the whole process and `hang` and `hang_c` never return: call `provoke` in a
process that can be spared.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PRINTED_MIB = 4
EXIT_CODE = 3


class ProvokedError(RuntimeError):
    """What the fault `raise` raises."""


def provoke(kind: str) -> float | None:
    """Announce a fault as the last thing printed, then let it happen.

    Args:
        kind: A key of `FAULTS`.

    Returns:
        The score that the run must report instead of its own; None leaves it as it is.

    Raises:
        ProvokedError: For the kind `raise`.
        SystemExit: For the kind `exit`.
        ValueError: There is no such kind.
    """
    if kind not in FAULTS:
        msg = f"`fault` must be one of {', '.join(['none', *FAULTS])}, got {kind!r}. Choose one."
        raise ValueError(msg)
    sys.stdout.write(announcement(kind) + "\n")
    sys.stdout.flush()
    return FAULTS[kind]()


def announcement(kind: str) -> str:
    """Give the line that `provoke` prints before the fault.

    Example:
        >>> announcement("kill")
        'synthetic: about to provoke kill'
    """
    return f"synthetic: about to provoke {kind}"


def _raise() -> None:
    msg = "synthetic: raised on purpose"
    raise ProvokedError(msg)


def _hang() -> None:
    """Loop in Python: threads and signal handlers still get their turn."""
    while True:
        pass


def _hang_c() -> None:
    """Loop in C without ever giving up the interpreter's lock or looking for signals.

    A catastrophic regular expression or a huge power would not do: both look for signals every
    few thousand steps, so an alarm's handler and other threads still run.
    """
    sum(itertools.repeat(0))


def _exit() -> None:
    sys.exit(EXIT_CODE)


def _kill() -> None:
    """Die as from the out-of-memory killer: nothing gets to clean up."""
    os.kill(os.getpid(), signal.SIGKILL)


def _segfault() -> None:
    ctypes.string_at(0)


def _print() -> None:
    line = "synthetic: printing on purpose".ljust(1023, ".") + "\n"
    for _ in range(PRINTED_MIB * 1024):
        sys.stdout.write(line)


FAULTS: dict[str, Callable[[], float | None]] = {
    "raise": _raise,
    "nan": lambda: math.nan,
    "inf": lambda: math.inf,
    "print": _print,
    "hang": _hang,
    "hang_c": _hang_c,
    "exit": _exit,
    "kill": _kill,
    "segfault": _segfault,
}
