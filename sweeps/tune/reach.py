"""Finds out quickly whether a cluster can be used, and why not: Ray itself tries for minutes."""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys
import threading

import ray

from sweeps.errors import ClusterError

CONNECT_S = 5.0
ANSWER_S = 30.0
"""Importing Ray is part of it, on a machine that may be busy."""

_REFUSED = "InvalidAuthToken"
_MISSING = "no authentication token was found"
_PROBE = """
import sys
from ray._raylet import GcsClient
client = GcsClient(address=sys.argv[1])
found = client.internal_kv_get(b"CLUSTER_METADATA", namespace=b"cluster", timeout=10)
print((found or b"{}").decode())
"""


def check_reachable(address: str) -> None:
    """Refuse an address that no driver can use.

    Args:
        address: `HOST:PORT` of a cluster's head, or `auto` on one of its machines, which Ray finds
            out by itself.

    Raises:
        ClusterError: It is of another kind, nothing answers, or what answers refuses.
    """
    _check_kind(address)
    if address == "auto":
        return
    _connect(address)
    words, errors = _ask(address)
    if _REFUSED in errors or _MISSING in errors:
        raise ClusterError(_token_message(address, is_given=_MISSING not in errors))
    try:
        metadata = json.loads(words)
    except ValueError:
        message = (
            f"what answers at {address} gave no word of Ray's within {ANSWER_S:g} seconds"
            f"{_last(errors)}. Give the address of the cluster's head, `HOST:PORT` (the port is "
            "6379 by default, and not that of the dashboard)."
        )
        raise ClusterError(message) from None
    check_versions(metadata, address)


def check_versions(metadata: dict[str, str], address: str) -> None:
    """Refuse a cluster with another Ray or Python than this process.

    Args:
        metadata: What the cluster says of itself, `ray_version` and `python_version`.
        address: Where it is, for the message.

    Raises:
        ClusterError: They differ.
    """
    here = {"ray": ray.__version__, "python": platform.python_version()}
    there = {name: metadata.get(f"{name}_version", here[name]) for name in here}
    if here["ray"] == there["ray"] and _minor(here["python"]) == _minor(there["python"]):
        return
    message = (
        f"the cluster at {address} has Ray {there['ray']} and Python {there['python']}, this "
        f"process has Ray {here['ray']} and Python {here['python']}. Install the same Ray and the "
        "same Python (3.x) on both sides, or let the cluster run the sweep: `sweeps submit`."
    )
    raise ClusterError(message)


def _check_kind(address: str) -> None:
    kind, separator, _ = address.partition("://")
    if not separator:
        return
    if kind == "ray":
        what = "is for Ray Client, which Ray Tune cannot be driven through"
    elif kind in ("http", "https"):
        what = "is that of a cluster's dashboard, which takes jobs"
    else:
        what = "is of a kind that is not known"
    message = (
        f"the address {_without_password(address)} {what}. Send the sweep to the cluster with "
        "`sweeps submit FILE --address http://HEAD:8265`, or run it on a machine of the cluster "
        "with `--address auto`."
    )
    raise ClusterError(message)


def _connect(address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
    except (OSError, ValueError, OverflowError) as error:
        message = (
            f"no Ray cluster can be reached at {_without_password(address)}: {error}. Give the "
            "address of its head, `HOST:PORT` (the port is 6379 by default), or `auto` on a "
            "machine of the cluster; leave it out to run on this machine alone."
        )
        raise ClusterError(message) from error


def _ask(address: str) -> tuple[str, str]:
    """Let a process of its own ask, since Ray's asking cannot be interrupted."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", _PROBE, address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - they are pipes
    assert process.stderr is not None  # noqa: S101
    timer = threading.Timer(ANSWER_S, process.kill)
    timer.start()
    errors = []
    try:
        with process:
            for line in process.stderr:
                errors.append(line)
                if _REFUSED in line:  # it would ask again and again
                    process.kill()
                    break
            return process.stdout.read(), "".join(errors)
    finally:
        timer.cancel()


def _token_message(address: str, *, is_given: bool) -> str:
    is_given = is_given and os.environ.get("RAY_AUTH_MODE") == "token"
    what = "refuses the token that was given" if is_given else "needs a token, and none was given"
    return (
        f"the cluster at {address} {what}. Set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN to the "
        "cluster's token or RAY_AUTH_TOKEN_PATH to a file with it."
    )


def _last(errors: str) -> str:
    lines = errors.strip().splitlines()
    return f" ({lines[-1][:200]})" if lines else ""


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def _without_password(address: str) -> str:
    """Leave out what may stand before the host."""
    kind, separator, rest = address.rpartition("://")
    return f"{kind}{separator}{rest.rpartition('@')[2]}"
