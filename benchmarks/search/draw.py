"""Random numbers that are pure functions of what they are for."""

from __future__ import annotations

import hashlib
from statistics import NormalDist

_NORMAL = NormalDist()


def uniform(*parts: object) -> float:
    """Hash the parts to a number strictly between 0 and 1."""
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=8).digest()
    return ((int.from_bytes(digest, "big") >> 12) + 0.5) / 2**52


def normal(*parts: object) -> float:
    """Hash the parts to a standard normal number."""
    return _NORMAL.inv_cdf(uniform(*parts))
