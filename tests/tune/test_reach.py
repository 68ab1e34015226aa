"""Addresses that no driver can use are refused in seconds, with the way out."""

from __future__ import annotations

import platform
import socket
import time

import pytest
import ray

from sweeps.errors import ClusterError
from sweeps.tune.reach import check_reachable, check_versions


@pytest.fixture
def listener():
    """A server that is none of Ray's: it takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ray://head:10001", "is for Ray Client, which Ray Tune cannot be driven through"),
        ("http://head:8265", "is that of a cluster's dashboard, which takes jobs"),
        ("https://head:8265", "is that of a cluster's dashboard"),
        ("tcp://head:1", "is of a kind that is not known"),
    ],
)
def test_other_kinds_of_address_are_refused(address, reason):
    """With what to do instead."""
    with pytest.raises(ClusterError, match=reason) as caught:
        check_reachable(address)
    assert f"the address {address} " in str(caught.value)
    assert "`sweeps submit FILE --address http://HEAD:8265`" in str(caught.value)


def test_a_password_is_in_no_message():
    """Whatever was pasted there."""
    with pytest.raises(ClusterError) as caught:
        check_reachable("https://me:s3cret@head:8265")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:99999", "127.0.0.1", "nonsense:x"])
def test_an_address_where_nothing_is_fails_at_once(address):
    """Ray would try for two minutes and more."""
    began = time.monotonic()
    with pytest.raises(ClusterError, match=r"no Ray cluster can be reached at .*`HOST:PORT`"):
        check_reachable(address)
    assert time.monotonic() - began < 5.0


@pytest.mark.slow
def test_a_server_that_is_none_of_rays_is_found_out(listener, monkeypatch):
    """Such as the port of something else."""
    monkeypatch.setattr("sweeps.tune.reach.ANSWER_S", 1.0)
    with pytest.raises(ClusterError, match=r"gave no word of Ray's within 1 seconds"):
        check_reachable(listener)


def test_the_same_versions_are_accepted():
    """The last number of Python's may differ."""
    minor = platform.python_version().rpartition(".")[0]
    check_versions({"ray_version": ray.__version__, "python_version": f"{minor}.99"}, "head:6379")


@pytest.mark.parametrize(
    "other",
    [{"ray_version": "1.0.0"}, {"ray_version": ray.__version__, "python_version": "2.7.18"}],
)
def test_other_versions_are_refused(other):
    """With those of both sides."""
    with pytest.raises(ClusterError, match=r"cluster at head:6379 has Ray .* this process has Ray"):
        check_versions(other, "head:6379")
