"""The data of an objective on their way to the workers: once to each node, and never too early."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ray
from ray.exceptions import ObjectStoreFullError

from sweeps.errors import ResourceError

GIB = 2**30


@dataclass(frozen=True)
class Box:
    """Data in Ray's object store, in the form of a reference that nobody follows but `open`.

    Data may carry classes of the user's own, which a worker can read only once it has loaded the
    objective. So they must not be unpacked with the rest of what it gets.

    Attributes:
        content: The reference, packed so that Ray's own unpacking stops at it.
    """

    content: tuple[ray.ObjectRef[Any]]

    def open(self) -> Any:
        """Give the data: arrays are mapped read-only, without a copy.

        Raises:
            ResourceError: The object store of this node has no room for them.
        """
        try:
            return ray.get(self.content[0])
        except ObjectStoreFullError as error:
            raise ResourceError(_too_large("this node")) from error


def box(data: Any) -> Box:
    """Put data into the object store, once.

    Raises:
        ResourceError: There is no room for them.
    """
    try:
        return Box((ray.put(data),))
    except ObjectStoreFullError as error:
        raise ResourceError(_too_large("the machine of the driver")) from error


def _too_large(where: str) -> str:
    there = ray.cluster_resources().get("object_store_memory", 0.0) / GIB
    return (
        f"what `load_data` gave does not fit into the object store of {where} (all nodes together "
        f"have {there:.3g} GiB). Give Ray a larger one (`ray start --object-store-memory BYTES`), "
        "or let `load_data` give less, for example the path of a file."
    )
