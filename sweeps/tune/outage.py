"""What the driver does while the server of its store is away: it keeps what it has, and goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from sweeps.errors import StoreUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MOST_S = 600.0
"""A store that was away for so long ends the sweep: what waits is kept in memory only."""

RETRY_S = 1.0
"""Between two attempts."""

SHARE = 10
"""An attempt may wait for an answer itself, and the driver with it: for a tenth of its time."""


class Outage:
    """Writes to a store that may be away for a while.

    Args:
        write: Writes all that waits; can be called again after `StoreUnreachableError`.
        note: Says something to the user.
        clock: Seconds of a clock that is never set.
    """

    def __init__(
        self,
        write: Callable[[], None],
        note: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._note = note
        self._clock = clock
        self._written_at = clock()
        self._retry_at = 0.0
        self._is_away = False

    def write(self) -> bool:
        """Write what waits, unless the store is away; tell whether it was written.

        Raises:
            StoreUnreachableError: The store has been away for ten minutes.
        """
        began_at = self._clock()
        if began_at < self._retry_at:
            return False
        try:
            self._write()
        except StoreUnreachableError as error:
            self._keep(error, began_at)
            return False
        self._written_at = self._clock()
        self._retry_at = 0.0
        if self._is_away:
            self._is_away = False
            self._note("The store is back; everything that waited is stored.")
        return True

    def write_all(self, sleep: Callable[[float], None] = time.sleep) -> None:
        """Write what waits, and wait for the store if it is away.

        Raises:
            StoreUnreachableError: The store has been away for ten minutes.
        """
        while not self.write():
            sleep(RETRY_S)

    def _keep(self, error: StoreUnreachableError, began_at: float) -> None:
        now = self._clock()
        away_s = now - self._written_at
        if away_s >= MOST_S:
            message = (
                f"the store has been out of reach for {away_s / 60:.0f} minutes, so the sweep "
                "ends. What was stored before is intact; run the same command again to go on. "
                f"{error}"
            )
            raise StoreUnreachableError(message) from error
        self._retry_at = now + max(RETRY_S, SHARE * (now - began_at))
        if not self._is_away:
            self._is_away = True
            self._note(
                f"The store cannot be reached; runs go on, and what they report is kept for up to "
                f"{MOST_S / 60:.0f} minutes. {error}"
            )


def patiently(
    ask: Callable[[], T],
    note: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """Ask something of the store, and wait for it if it is away; no run is left to wait with us.

    Args:
        ask: Reads or writes; can be called again after `StoreUnreachableError`.
        note: Says something to the user.
        sleep: Waits for so many seconds.
        clock: Seconds of a clock that is never set.

    Returns:
        What was asked for.

    Raises:
        StoreUnreachableError: The store has been away for ten minutes.
    """
    since = clock()
    is_away = False
    while True:
        try:
            answer = ask()
        except StoreUnreachableError as error:
            if clock() - since >= MOST_S:
                raise
            if not is_away:
                note(
                    "The store cannot be reached; all runs are over, and what is still to be "
                    f"stored is kept for up to {MOST_S / 60:.0f} minutes. {error}"
                )
            is_away = True
            sleep(RETRY_S)
            continue
        if is_away:
            note("The store is back.")
        return answer
