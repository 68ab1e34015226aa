"""How many runs fit into a cluster, node by node: a run never spans two."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ray
from ray._private import state

from sweeps.errors import ResourceError
from sweeps.spec.amounts import in_words
from sweeps.tune.autoscaler import NodeType, node_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

HEAD = "node:__internal_head__"
"""A resource that Ray gives to the head alone, of which no second one is started."""
_EPSILON = 1e-9
"""Ten times a tenth of a core are a core, whatever floating point makes of it."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many runs fit at the same time.

    Attributes:
        now: Into the nodes that are alive.
        most: Into those that there may be when the cluster has grown by itself; None where it
            does not grow, or where nobody can say how far.
        can_grow: Whether nodes are started when there is work for them.
    """

    now: int
    most: int | None = None
    can_grow: bool = False


def capacity_of(wanted: Mapping[str, float]) -> Capacity:
    """Count how many runs fit into the cluster that this process is connected to.

    Args:
        wanted: What one run reserves, in Ray's words, from `Resources.reserved`.
    """
    return capacity(wanted, ray.nodes(), growth())


def capacity(
    wanted: Mapping[str, float],
    nodes: Iterable[Mapping[str, Any]],
    types: Sequence[NodeType] | None,
) -> Capacity:
    """Count how many runs fit, from what is known of the cluster.

    Args:
        wanted: What one run reserves.
        nodes: Nodes as `ray.nodes` describes them, dead ones too.
        types: Kinds of nodes that may be started, empty where nobody knows them, None where none.
    """
    alive = [node["Resources"] for node in nodes if node["Alive"]]
    now = sum(fitting(wanted, has) for has in alive)
    if not types:
        return Capacity(now, None, types is not None)
    on_head = sum(fitting(wanted, has) for has in alive if HEAD in has)
    more = sum(fitting(wanted, each.resources) * each.most for each in types)
    return Capacity(now, max(now, on_head + more), can_grow=True)


def fitting(wanted: Mapping[str, float], has: Mapping[str, float]) -> int:
    """Count how many runs fit into one node.

    Example:
        >>> fitting({"CPU": 0.1, "GPU": 0.5}, {"CPU": 4.0, "GPU": 1.0})
        2
        >>> fitting({"CPU": 1.0, "licence": 1.0}, {"CPU": 4.0})
        0
    """
    shares = (has.get(name, 0.0) / need for name, need in wanted.items() if need > 0)
    return int(min(shares, default=0.0) + _EPSILON)


def growth() -> Sequence[NodeType] | None:
    """List the kinds of nodes that the cluster can start; empty where nobody knows them.

    Returns:
        None where the cluster does not grow by itself. Takes a tenth of a second.
    """
    if (config := state.state.get_cluster_config()) is not None and config.node_group_configs:
        return [
            NodeType(group.name, dict(group.resources), _most(group.max_count))
            for group in config.node_group_configs
            if group.max_count
        ]
    return node_types(ray.get_runtime_context().gcs_address)


def _most(max_count: int) -> int:
    """Read a limit in which -1 means none."""
    return max_count if max_count >= 0 else sys.maxsize


def check_fits(
    wanted: Mapping[str, float],
    nodes: Iterable[Mapping[str, Any]],
    types: Sequence[NodeType] | None,
) -> Capacity:
    """Refuse what fits into no node that there is or may be; give what fits otherwise.

    Args:
        wanted: As for `capacity`, like the others.
        nodes: The nodes.
        types: The node types.

    Raises:
        ResourceError: Not even one run fits.
    """
    nodes = list(nodes)
    there = capacity(wanted, nodes, types)
    is_unknown = types is not None and not types
    if there.now or there.most or is_unknown:
        return there
    alive = [node for node in nodes if node["Alive"]]
    listed = [f"{_address(node)} has {in_words(node['Resources'], wanted)}" for node in alive]
    listed += [f"`{each.name}` has {in_words(each.resources, wanted)}" for each in types or ()]
    message = (
        f"a run asks for {in_words(wanted)} of one machine (`resources`), and none has "
        f"that: {'; '.join(listed) or 'no node is alive'}. Ask for less, or add a larger machine "
        "to the cluster."
    )
    raise ResourceError(message)


def _address(node: Mapping[str, Any]) -> str:
    return f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})"
