"""Record: what a sweep did, kept in a database; the only truth, from which a sweep resumes.

Planner and Tune hand over what happened (`Writer`), results and command line read it (`Store`).
Nothing here decides anything or knows Ray.
"""

from sweeps.store.driver import Driver
from sweeps.store.lease import Lease
from sweeps.store.opening import open_store
from sweeps.store.record import SweepRow, SweepStatus, SweepSummary
from sweeps.store.store import Store
from sweeps.store.url import is_server, redacted
from sweeps.store.writer import Writer

__all__ = [
    "Driver",
    "Lease",
    "Store",
    "SweepRow",
    "SweepStatus",
    "SweepSummary",
    "Writer",
    "is_server",
    "open_store",
    "redacted",
]
