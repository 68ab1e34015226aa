"""Looks at the Ray that this process is connected to."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
import ray
from ray._private import worker

from sweeps.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

REACH_S = 5.0
RAYLET = "raylet"
SOCKET = "--raylet_socket_name"
GCS = "--gcs-address"
HEAD = "--head"


@dataclass(frozen=True, slots=True)
class RayFacts:
    """What was seen of a Ray that answers.

    Attributes:
        version: Its version.
        n_nodes: Nodes that are alive.
        resources: Cores, GPUs and memory of all of them, in words.
    """

    version: str
    n_nodes: int
    resources: str


@contextlib.contextmanager
def silent() -> Iterator[None]:
    """Keep what Ray says of nodes and processes that die to itself: the check-up finds it out."""
    print_line = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *_args, **_kwargs: None
    try:
        yield
    finally:
        worker.print_to_stdstream = print_line


def ray_facts() -> RayFacts:
    """Look around; to be called while this process is connected to Ray."""
    there = ray.cluster_resources()
    words = [f"{there.get('CPU', 0):g} cores", f"{there.get('memory', 0) / 2**30:.1f} GiB"]
    if there.get("GPU"):
        words.append(f"{there['GPU']:g} GPUs")
    n_nodes = sum(bool(node["Alive"]) for node in ray.nodes())
    return RayFacts(ray.__version__, n_nodes, ", ".join(words))


def check_is_node(address: str) -> None:
    """See whether a node of that cluster runs here, and takes connections.

    Without one, Ray would look for it for a minute; with one that is out of reach, as in another
    container, it would end this process.

    Args:
        address: `HOST:PORT`; for anything else, any cluster will do.

    Raises:
        ClusterError: None does.
    """
    found = [said for said in _raylets() if _is_meant(said.get(GCS, ""), address)]
    # of several on one machine, Ray takes the head
    meant = [said for said in found if HEAD in said] or found
    if not any(_takes_connections(said.get(SOCKET, "")) for said in meant):
        message = "this machine is no node of a Ray cluster"
        raise ClusterError(message)


def _raylets() -> Iterator[dict[str, str]]:
    """Give the options of all nodes that run here."""
    for process in psutil.process_iter():
        try:
            command = process.cmdline() if process.name() == RAYLET else []
        except psutil.Error:  # gone in the meantime, or another user's
            continue
        if command:
            yield {name: value for name, _, value in (word.partition("=") for word in command)}


def _takes_connections(path: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(REACH_S)
            line.connect(path)
    except OSError:
        return False
    return True


def check_reachable(address: str) -> None:
    """See whether somebody listens there; Ray itself would try for minutes.

    Args:
        address: `HOST:PORT`; anything else is left to Ray.

    Raises:
        ClusterError: Nobody does.
    """
    if (place := _place(address)) is None:
        return
    try:
        with contextlib.closing(socket.create_connection(place, REACH_S)):
            return
    except OSError as error:
        message = f"nobody answers at {address} ({error})"
        raise ClusterError(message) from error


def _place(address: str) -> tuple[str, int] | None:
    host, _, port = address.rpartition(":")
    return (host.strip("[]"), int(port)) if host and port.isdigit() else None


def _is_meant(theirs: str, address: str) -> bool:
    """Tell whether the cluster of a raylet is the one at an address."""
    wanted, found = _place(address), _place(theirs)
    if wanted is None or found is None:
        return wanted is None
    if wanted[1] != found[1]:
        return False
    hosts = {str(entry[4][0]) for entry in socket.getaddrinfo(*wanted, type=socket.SOCK_STREAM)}
    # a head on this machine is known by its address in the network
    return found[0] in {wanted[0], *hosts} or any(map(_is_loopback, hosts))


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
