"""Starts Ray the way a sweep does, and looks at it from outside."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

import psutil
import ray

from sweeps.tune.local import connected


@dataclass(frozen=True, slots=True)
class RayFacts:
    """What was seen of a Ray that answers.

    Attributes:
        version: Its version.
        resources: Cores, GPUs and memory, in words.
        open_addresses: Addresses beyond loopback that its processes listen on; None for a cluster.
    """

    version: str
    resources: str
    open_addresses: tuple[str, ...] | None


def ray_facts(address: str | None) -> RayFacts:
    """Connect, run one task, and look around.

    Raises:
        ExecutionError: Ray cannot be started or reached.
    """
    with connected(address, None):
        ray.get(ray.remote(_nothing).remote())
        there = ray.cluster_resources()
        words = [f"{there.get('CPU', 0):g} cores", f"{there.get('memory', 0) / 2**30:.1f} GiB"]
        if there.get("GPU"):
            words.append(f"{there['GPU']:g} GPUs")
        is_own = address in (None, "local")
        return RayFacts(ray.__version__, ", ".join(words), open_addresses() if is_own else None)


def open_addresses() -> tuple[str, ...]:
    """List where the processes that this one started listen beyond loopback."""
    found = set[str]()
    for process in psutil.Process().children(recursive=True):
        try:
            connections = process.net_connections(kind="inet")
        except (psutil.AccessDenied, psutil.NoSuchProcess):
            continue
        for connection in connections:
            if connection.status == psutil.CONN_LISTEN and not _is_loopback(connection.laddr.ip):
                found.add(f"{connection.laddr.ip}:{connection.laddr.port} ({process.name()})")
    return tuple(sorted(found))


def _is_loopback(text: str) -> bool:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _nothing() -> None:
    pass
