"""Takes the lease of a sweep, with patience for a driver that may be dead."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from sweeps.errors import LeaseError, StoreUnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack
    from types import TracebackType

    from sweeps.store import Lease, Store

RETRY_S = 1.0


def acquire(
    store: Store,
    sweep_id: int,
    note: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Lease:
    """Take the right to write to a sweep; wait while it may be that of a dead driver.

    Of a driver on another machine only the heartbeat is seen, every five seconds. Another one
    refuses us. Without one its lease runs out, and who submits a sweep again after a machine was
    lost need not find out for how long to wait.

    Args:
        store: The store.
        sweep_id: The sweep.
        note: Says something to the user.
        sleep: Waits for so many seconds.

    Raises:
        LeaseError: A live driver holds it.
        UnknownSweepError: There is no such sweep.
        StoreError: The store cannot be written.
    """
    first: float | None = None
    while True:
        try:
            return store.acquire(sweep_id)
        except LeaseError as error:
            is_alive = error.heartbeat is None or first not in {None, error.heartbeat}
            if is_alive:
                raise
            if first is None:
                note("A driver on another machine holds this sweep; seeing whether it lives …")
            first = error.heartbeat
        sleep(RETRY_S)


def hold(stack: ExitStack, lease: Lease) -> Lease:
    """Keep a lease until a stack is left; it is given back then, where the store can be reached.

    Whatever was to be stored is stored by then, and a lease left behind runs out by itself.

    Args:
        stack: Gives it back.
        lease: The lease.
    """

    def give_back(
        kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(StoreUnreachableError):
            lease.__exit__(kind, error, trace)

    stack.push(give_back)
    return lease
