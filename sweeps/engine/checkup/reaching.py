"""Why a Ray cannot be reached, and what to do: from what Ray says, which is long."""

from __future__ import annotations

import re

from sweeps.engine.checkup.check import Check, bad

OUTSIDE = "From a machine outside of the cluster, give its dashboard: --address http://HOST:8265"
_VERSIONS = re.compile(r"Ray: (\S+)\s+Python: (\S+)")


def unreached(text: str, address: str | None) -> Check:
    """Say what keeps this process from a Ray.

    Args:
        text: What Ray said.
        address: Where it was looked for, None for one of this machine's own.
    """
    if address in {None, "local"}:
        return bad("Ray", text, "See the message; `ray.init()` alone should work in this Python.")
    versions = [f"Ray {ray} and Python {python}" for ray, python in _VERSIONS.findall(text)]
    if len(versions) == 2:
        found = f"the cluster has {versions[0]}, this machine {versions[1]}"
        return bad("Ray", found, "Install the same on both sides, to the last number.")
    if "any running Ray instance" in text or "no node of" in text:
        found = f"{address} is for nodes of a Ray cluster, and this machine is none"
        return bad("Ray", found, f"Run this on a node of the cluster. {OUTSIDE}")
    if "nobody answers" in text:
        return bad("Ray", text, f"Is the head up, and is that its port? {OUTSIDE}")
    if "no answer within" in text:
        return bad("Ray", f"{text} from {address}", "Its head hangs: look there, or restart it.")
    return bad("Ray", text.splitlines()[0] if text else "it cannot be reached", OUTSIDE)
