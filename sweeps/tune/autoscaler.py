"""What the autoscaler of a cluster could start, as far as Ray can be asked.

Ray keeps no list of node types where a driver can read it. But its monitor runs beside the driver
on the head, and its command line names the file that `ray up` wrote. Where it runs elsewhere, as
in Kubernetes, its reports at least tell that there is one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from ray.experimental import internal_kv
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STATUS_KEY = "__autoscaling_status"
READ_ONLY = "node_"
"""Without an autoscaler every node is reported as a type of its own, whose name begins so."""
_OPTION = "--autoscaling-config="
_ADDRESS = "--gcs-address="


@dataclass(frozen=True, slots=True)
class NodeType:
    """A kind of node that can be started.

    Attributes:
        name: Its name in the cluster's file.
        resources: What one node of it has, in Ray's words.
        most: Nodes of it at most.
    """

    name: str
    resources: Mapping[str, float]
    most: int


def node_types(address: str) -> tuple[NodeType, ...] | None:
    """List the kinds of nodes that the cluster can start by itself.

    Args:
        address: Where the head keeps the cluster's state, `host:port`.

    Returns:
        The node types; empty where there is an autoscaler that cannot be asked, None where there
        is none.
    """
    file = _file_of_monitor(address)
    if file is not None:
        return types_in(file)
    status: bytes | None = internal_kv._internal_kv_get(STATUS_KEY)  # noqa: SLF001 - no other way
    return () if status is not None and is_scaling(status) else None


def types_in(file: Path) -> tuple[NodeType, ...]:
    """Read the node types of a cluster's file, empty where it cannot be read."""
    try:
        document = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
        types = dict(document.get("available_node_types") or {})
        limit = int(document.get("max_workers", 2))  # Ray's own default
        head = document.get("head_node_type")
        return tuple(
            NodeType(name, dict(node.get("resources") or {}), _most(node, limit))
            for name, node in types.items()
            if name != head and _most(node, limit) > 0
        )
    except (OSError, ValueError, AttributeError, TypeError, YAMLError):
        return ()


def is_scaling(status: bytes) -> bool:
    """Tell from the monitor's report whether it can start nodes, or only counts them."""
    try:
        report: dict[str, Any] = json.loads(status)["autoscaler_report"]
        names = [*report["active_nodes"], *(report.get("pending_launches") or {})]
    except (ValueError, KeyError, TypeError):
        return False
    return any(not str(name).startswith(READ_ONLY) for name in names)


def option_in(command: Sequence[str], address: str) -> Path | None:
    """Find the cluster's file in the command line of a monitor of that cluster, else None."""
    if f"{_ADDRESS}{address}" not in command:
        return None
    named = [word.removeprefix(_OPTION) for word in command if word.startswith(_OPTION)]
    return Path(named[0]).expanduser() if named else None


def _file_of_monitor(address: str) -> Path | None:
    for process in psutil.process_iter():
        try:
            file = option_in(process.cmdline(), address)
        except psutil.Error:  # gone in the meantime, or another user's
            continue
        if file is not None:
            return file
    return None


def _most(node: Mapping[str, Any], limit: int) -> int:
    return min(int(node.get("max_workers", limit)), limit)
