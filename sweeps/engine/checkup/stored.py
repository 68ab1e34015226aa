"""What the store holds under the name of a sweep, and what its data weigh."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sweeps.cluster.folder import mib
from sweeps.engine.admission import code_change, refuse_code_change
from sweeps.engine.checkup.check import Check, bad, good, within
from sweeps.engine.provenance import data_hash
from sweeps.engine.session import admitted, load_data
from sweeps.errors import CodeChangedError, IdentityError, StoreMissingError, SweepError
from sweeps.store import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.cluster.probe import Node
    from sweeps.spec import Sweep
    from sweeps.store import Store

MOST_LOADING_S = 10.0
MOST_HASHED_BYTES = 1 << 28
"""Hashing takes about a second for each GiB; more is compared when the sweep starts."""


@dataclass(frozen=True, slots=True)
class Data:
    """What `load_data` gave, as far as that was quick.

    Attributes:
        check: What to tell.
        n_bytes: Their size, None where it is not known.
        is_hashed: Whether `hashed` can be compared.
        hashed: Their hash; None also where there are none.
    """

    check: Check | None
    n_bytes: int | None = None
    is_hashed: bool = False
    hashed: str | None = None


def data_of(sweep: Sweep, nodes: Sequence[Node], limit_s: float) -> Data:
    """Load the data where that is quick, and see whether they fit into every node.

    Each node keeps one copy in its object store, which its runs share.
    """
    if sweep.objective.load_data is None:
        return Data(None, n_bytes=0, is_hashed=True)
    limit_s = min(limit_s, MOST_LOADING_S)
    try:
        return within(limit_s, lambda: _measured(load_data(sweep), nodes))
    except TimeoutError:
        return Data(good("data", f"not looked at: `load_data()` takes more than {limit_s:.0f} s"))
    except SweepError as error:
        return Data(bad("data", error))


def _measured(data: Any, nodes: Sequence[Node]) -> Data:
    try:
        n_bytes = size_of(data)
    except Exception as error:  # noqa: BLE001 - whatever cannot be pickled
        remedy = "Give data that can be pickled, such as arrays, from `load_data()`."
        return Data(bad("data", f"they cannot travel to the nodes: {error}", remedy))
    is_hashed = n_bytes <= MOST_HASHED_BYTES
    hashed = data_hash(data) if is_hashed else None
    return Data(fitting(n_bytes, nodes), n_bytes, is_hashed, hashed)


def fitting(n_bytes: int, nodes: Sequence[Node]) -> Check:
    """Say whether data fit into the object store of every node that runs may come to."""
    rooms = {node.name: node.resources.get("object_store_memory") for node in nodes}
    tight = [name for name, room in rooms.items() if room is not None and room < n_bytes]
    size = f"{mib(n_bytes)}, once a node"
    if not tight:
        return good("data", size)
    rooms_shown = ", ".join(f"{name} has {mib(rooms[name] or 0)}" for name in tight)
    remedy = "Start Ray there with a larger `--object-store-memory`, or let runs read from a file."
    return bad("data", f"{size}, but in the object store {rooms_shown}", remedy)


def size_of(data: Any) -> int:
    """Give the bytes that data take when they travel; arrays are not copied for that.

    Example:
        >>> import numpy as np
        >>> size_of(np.zeros(1000)) // 1000
        8
    """
    buffers: list[pickle.PickleBuffer] = []
    n_bytes = len(pickle.dumps(data, protocol=5, buffer_callback=buffers.append))
    return n_bytes + sum(buffer.raw().nbytes for buffer in buffers)


def stored_sweep(sweep: Sweep, store: str | None, data: Data, *, accept_code_change: bool) -> Check:
    """Say what a run of this sweep would meet in the store.

    Raises:
        StoreError: It cannot be read.
    """
    try:
        opened = open_store(store, create=False)
    except StoreMissingError:
        return good("stored sweep", f"none called `{sweep.name}` yet")
    with opened:
        try:
            return _found(opened, sweep, data, accept_code_change=accept_code_change)
        except (IdentityError, CodeChangedError) as error:
            return bad("stored sweep", error)


def _found(store: Store, sweep: Sweep, data: Data, *, accept_code_change: bool) -> Check:
    row = admitted(store, sweep)
    if row is None:
        return good("stored sweep", f"none called `{sweep.name}` with runs yet")
    summary = store.summary(sweep.name)
    if summary is not None and (driver := summary.driver) is not None:
        remedy = "Wait until it is done, or stop it first; two drivers never share a sweep."
        return bad("stored sweep", f"`{sweep.name}` is being run by {driver}", remedy)
    sessions = row.provenance.get("sessions") or [{}]
    if not sessions[-1].get("objective"):
        return good("stored sweep", f"`{sweep.name}` goes on where it stopped")
    hashed = data.hashed if data.is_hashed else sessions[-1].get("data_hash")
    change = code_change(sessions, sweep.objective, hashed)
    if change is None:
        return good("stored sweep", f"`{sweep.name}` goes on where it stopped")
    if not accept_code_change:
        refuse_code_change(sweep.name, change)
    return good("stored sweep", f"`{sweep.name}` goes on with code that changed, as accepted")
