"""Can this machine read and write the store?

Only the driver ever touches a store: the nodes that execute runs send what they found to the
driver, and need no way to the store and no password. So it is tried where the driver is going to
be, and nowhere else. Nothing that is tried stays.
"""

from __future__ import annotations

from sweeps.engine.checkup.check import Check, bad, good, within
from sweeps.errors import StoreMissingError, SweepError
from sweeps.report.wording import count
from sweeps.store import open_store
from sweeps.store.trying import try_to_write

REMEDY = "Mend that, or name another store."


def store_check(url: str | None, limit_s: float) -> Check:
    """Read the store, and try to write it.

    Args:
        url: Its address; None for the default one.
        limit_s: Seconds that it may take to answer.
    """
    try:
        return good("store", within(limit_s, lambda: _tried(url)))
    except SweepError as error:
        return bad("store", error, REMEDY)
    except TimeoutError as error:
        return bad("store", error, "Look whether its server or its disk is well.")


def _tried(url: str | None) -> str:
    try_to_write(url)
    try:
        with open_store(url, create=False) as store:
            return f"{store.url} with {count(len(store.sweeps()), 'sweep')}"
    except StoreMissingError:
        return "none yet; the first sweep makes it"
