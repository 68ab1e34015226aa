"""A cluster of one node on a machine of its own, and this process beside it, on its network."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from sweeps.cli.main import main
from sweeps.cluster import Jobs
from sweeps.errors import ClusterError
from tests.cluster.machines import Network, why_not
from tests.cluster.raylets import Head
from tests.cluster.waiting import until
from tests.postgres import reason_to_skip, start_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cluster.machines import Machine

TOKEN = "0123456789abcdef0123456789abcdef-secret"  # noqa: S105 - of a cluster that lives a minute
CLONE_NEWNET = 0x40000000
HIDDEN = (
    "RAY_ADDRESS",
    "RAY_API_SERVER_ADDRESS",
    "RAY_AUTH_MODE",
    "RAY_AUTH_TOKEN",
    "RAY_AUTH_TOKEN_PATH",
    "SWEEPS_STORE",
)


@contextmanager
def on_network_of(machine: Machine) -> Iterator[None]:
    """Let this thread use the network of a machine; its folders stay those of the host."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(namespace: int) -> None:
        if libc.setns(namespace, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    there = os.open(f"/proc/{machine.holder.pid}/ns/net", os.O_RDONLY)
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        enter(there)
        yield
    finally:
        enter(here)
        os.close(there)
        os.close(here)


@pytest.fixture(scope="package")
def network() -> Iterator[Network]:
    """Two machines: the office, where whoever submits sits, and one for the node."""
    if reason := why_not():
        pytest.skip(reason)
    with Network(1) as made:
        yield made


@pytest.fixture(scope="package")
def head(network) -> Iterator[Head]:
    """The only node of a cluster that asks for a token."""
    settings = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
    node = Head(network.machines[0], cpus=2, settings=settings)
    try:
        with on_network_of(network.office), pytest.MonkeyPatch.context() as patch:
            clean(patch)
            patch.setenv("RAY_AUTH_TOKEN", TOKEN)
            until(lambda: takes_jobs(node), "the cluster to take jobs")
        yield node
    finally:
        node.kill()


@pytest.fixture
def alone(monkeypatch, tmp_path) -> None:
    """No cluster, no token and no store but those that a test names."""
    clean(monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def url(head, network, alone) -> Iterator[str]:
    """Address of the cluster; this process is on its network, and has no token."""
    with on_network_of(network.office):
        yield head.url


@pytest.fixture
def jobs(url, monkeypatch) -> Jobs:
    """The cluster's jobs, asked with its token."""
    monkeypatch.setenv("RAY_AUTH_TOKEN", TOKEN)
    return Jobs(url)


@pytest.fixture(scope="package")
def database(network) -> Iterator[str]:
    """The address of a database that the cluster reaches, and this process on its network."""
    if reason := reason_to_skip():
        pytest.skip(reason)
    with on_network_of(network.office), start_server(host=network.office.ip) as server:
        yield server.create_database()


@pytest.fixture
def program(jobs, monkeypatch, capsys):
    """Call the program in this process, with the cluster's token; gives code, output, errors."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["sweeps", *map(str, arguments)])
        monkeypatch.setenv("COLUMNS", "160")
        monkeypatch.setenv("RAY_API_SERVER_ADDRESS", jobs.url)
        capsys.readouterr()
        with pytest.raises(SystemExit) as info:
            main()
        said = capsys.readouterr()
        return int(info.value.code or 0), said.out, said.err

    return call


def clean(patch) -> None:
    """Hide what this machine's environment says about clusters, stores and proxies."""
    proxies = [name for name in os.environ if name.lower().endswith("_proxy")]
    for name in (*HIDDEN, *proxies):
        patch.delenv(name, raising=False)


def takes_jobs(node: Head) -> bool:
    """Tell whether a cluster answers; it takes some seconds to start."""
    assert node.is_running, node.log.read_text(encoding="utf-8")
    try:
        return Jobs(node.url).find() == []
    except ClusterError:
        return False
