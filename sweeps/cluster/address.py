"""Where a cluster takes jobs: from what the user wrote to a URL; asks nobody."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sweeps.errors import ClusterError
from sweeps.spec.secret import without_password

if TYPE_CHECKING:
    from collections.abc import Mapping

JOBS_PORT = 8265
AUTO = "auto"
VARIABLES = ("RAY_API_SERVER_ADDRESS", "RAY_ADDRESS")
"""Where an address is looked for that is not given, the first one first."""
_OTHER_PORTS = {6379: "Ray's own control service (GCS)", 10001: "Ray Client"}


def cluster_address(
    given: str | None = None, environment: Mapping[str, str] = os.environ
) -> str | None:
    """Give the URL at which a cluster takes jobs.

    Args:
        given: `http://HOST:8265`, `https://…`, `HOST:8265` or `HOST`; None for the environment
            variables `RAY_API_SERVER_ADDRESS` and `RAY_ADDRESS`; `auto` for these, else for the
            cluster whose head is this machine.
        environment: The environment variables.

    Returns:
        The URL, without a slash at its end; None where nothing names a cluster.

    Raises:
        ClusterError: The address belongs to something else, such as Ray Client.

    Example:
        >>> cluster_address("head:8265"), cluster_address("https://ray.example.org/")
        ('http://head:8265', 'https://ray.example.org')
    """
    if given and given != AUTO:
        return _url(given.strip(), "")
    for name in VARIABLES:
        if (found := environment.get(name)) and found not in {AUTO, "local"}:
            return _url(found.strip(), f" (environment variable `{name}`)")
    return f"http://localhost:{JOBS_PORT}" if given else None


def takes_jobs(address: str) -> bool:
    """Tell whether an address is that of a Jobs API, rather than one that a node connects to.

    Example:
        >>> [takes_jobs(each) for each in ("http://head:8265", "head", "auto", "head:6379")]
        [True, True, False, False]
    """
    if address in {"", AUTO, "local"}:
        return False
    scheme, separator, _ = address.partition("://")
    if separator:
        return scheme in {"http", "https"}
    port = address.rpartition(":")[2] if ":" in address else ""
    return port in {"", str(JOBS_PORT)}


def shown_address(url: str) -> str:
    """Give an address without a password, fit to be shown."""
    return without_password(url)


def _url(text: str, source: str) -> str:
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "http", text
    parts = urlsplit(f"//{rest}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    got = f"got {shown_address(text)!r}{source}"
    if scheme == "ray" or port in _OTHER_PORTS:
        what = _OTHER_PORTS.get(port or 10001, _OTHER_PORTS[10001])
        raise ClusterError(f"{_RULE}, {got}, which is the address of {what}. {_remedy(host)}")
    if scheme not in {"http", "https"} or not host:
        raise ClusterError(f"{_RULE}, {got}. {_remedy(host if scheme == 'http' else None)}")
    if not separator and port is None:
        rest = f"{rest.rstrip('/')}:{JOBS_PORT}"
    return f"{scheme}://{rest}".rstrip("/")


_RULE = "a cluster must be named by the address of its Jobs API"


def _remedy(host: str | None) -> str:
    shown = f"[{host}]" if host and ":" in host else host or "HOST"
    return (
        f"Write http://{shown}:{JOBS_PORT}. Where a firewall is between, open a tunnel with  "
        f"ssh -L {JOBS_PORT}:localhost:{JOBS_PORT} {host or 'HOST'}  "
        f"and write http://localhost:{JOBS_PORT}."
    )
