"""Prints the nodes that are alive, as JSON, for each line of standard input.

Usage: python node_table.py ADDRESS
"""

from __future__ import annotations

import json
import socket
import sys

from ray._private.state import GlobalState
from ray._raylet import GcsClientOptions  # type: ignore[attr-defined] # it is compiled


def main() -> None:
    """Answer until standard input ends; no nodes as long as nobody is there."""
    address = sys.argv[1]
    state: GlobalState | None = None
    for _ in sys.stdin:
        if state is None and is_there(address):
            state = connected(address)
        print(json.dumps({} if state is None else alive(state)), flush=True)


def is_there(address: str) -> bool:
    """Tell whether somebody listens at an address; Ray's client would not come back."""
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


def connected(address: str) -> GlobalState:
    """Connect to the cluster's books, without being a node."""
    state = GlobalState()
    options = GcsClientOptions.create(
        address, None, allow_cluster_id_nil=True, fetch_cluster_id_if_nil=False
    )
    state._initialize_global_state(options)
    return state


def alive(state: GlobalState) -> dict[str, dict[str, float]]:
    """Give the resources of each host whose node is alive."""
    nodes = [node for node in state.node_table() if node["Alive"]]
    return {node["NodeManagerHostname"]: node["Resources"] for node in nodes}


if __name__ == "__main__":
    main()
