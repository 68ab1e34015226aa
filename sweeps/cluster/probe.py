"""Asks every node of a Ray cluster the same question, and waits only so long for an answer.

The caller is connected to Ray. A process that takes no CPUs is started on each node, so this works
beside runs, too; a node that hangs is named and not asked again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ray
from ray import cloudpickle
from ray.exceptions import RayActorError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from sweeps.cluster import probe_scout
from sweeps.cluster.probe_scout import Scout, first_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NODE_PREFIX = "node:"


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is alive.

    Attributes:
        id: Ray's name of it.
        name: What a person calls it: its address.
        resources: What it has in all, in Ray's words; memory in bytes.
        is_here: Whether it is the machine that this process is on.
    """

    id: str
    name: str
    resources: Mapping[str, float]
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a node answered.

    Attributes:
        value: The answer, None where there is none.
        error: Why there is none, a clause; empty where there is one.
    """

    value: Any = None
    error: str = ""


def nodes() -> list[Node]:
    """List the nodes that are alive, by name."""
    here = ray.get_runtime_context().get_node_id()
    alive = [node for node in ray.nodes() if node["Alive"]]
    addresses = [node["NodeManagerAddress"] for node in alive]
    found = [
        Node(
            id=node["NodeID"],
            # several nodes of one machine may share an address
            name=address if addresses.count(address) == 1 else f"{address} ({node['NodeID'][:6]})",
            resources={
                name: float(amount)
                for name, amount in node["Resources"].items()
                if not name.startswith(NODE_PREFIX)
            },
            is_here=node["NodeID"] == here,
        )
        for node, address in zip(alive, addresses, strict=True)
    ]
    return sorted(found, key=lambda node: node.name)


class Probe:
    """A process on each of some nodes, to be asked as long as it answers.

    Args:
        nodes: The nodes; used as a context manager it ends its processes.
    """

    def __init__(self, nodes: list[Node]) -> None:
        with _by_value():
            remote = ray.remote(num_cpus=0, max_restarts=0)(Scout)
            self._scouts = {node.name: _on(remote, node) for node in nodes}

    def __enter__(self) -> Probe:
        """Begin."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End the processes."""
        for scout in self._scouts.values():
            ray.kill(scout)

    @property
    def can_ask(self) -> bool:
        """Tell whether any node is left that answers."""
        return bool(self._scouts)

    def ask(self, question: str, *arguments: object, within_s: float) -> dict[str, Said]:
        """Ask every node that has answered so far.

        Args:
            question: Name of a method of `Scout`.
            arguments: Its arguments.
            within_s: Time limit in seconds for all nodes together.

        Returns:
            What each said, by name of the node.
        """
        asked = {
            getattr(scout, question).remote(*arguments): name
            for name, scout in self._scouts.items()
        }
        if not asked:
            return {}
        ready, late = ray.wait(list(asked), num_returns=len(asked), timeout=max(within_s, 0.0))
        said = {asked[answer]: _outcome(answer) for answer in ready}
        said |= {asked[answer]: Said(error=f"no answer within {within_s:.3g} s") for answer in late}
        for name, answer in said.items():
            if answer.error:
                ray.kill(self._scouts.pop(name))
        return {name: said[name] for name in asked.values()}


def _on(remote: Any, node: Node) -> Any:
    where = NodeAffinitySchedulingStrategy(node.id, soft=False)
    return remote.options(scheduling_strategy=where).remote()


def _outcome(answer: Any) -> Said:
    try:
        return Said(ray.get(answer))
    except RayActorError:
        return Said(error="it died, or ended the process that was started there")
    except Exception as error:  # noqa: BLE001 - whatever else Ray says
        return Said(error=first_line(error))


@contextmanager
def _by_value() -> Iterator[None]:
    """Let the class travel as it is, whatever a node has installed."""
    cloudpickle.register_pickle_by_value(probe_scout)
    try:
        yield
    finally:
        cloudpickle.unregister_pickle_by_value(probe_scout)
