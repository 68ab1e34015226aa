"""Random numbers of samplers: each use its own stream, a function of master seed and position."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Use(IntEnum):
    """First word of a stream's key; 1 belongs to the space's own draws."""

    TPE = 2
    CMAES = 3
    GP = 4
    LATIN_HYPERCUBE = 5
    CMAES_RESTART = 6
    FALLBACK = 7
    MUTATION = 8
    SALTELLI = 9
    MORRIS = 10


def stream(use: Use, k: int, master_seed: int) -> np.random.Generator:
    """Give the generator of one use at position `k`."""
    sequence = np.random.SeedSequence([use, k, master_seed])
    return np.random.Generator(np.random.PCG64(sequence))


def legacy_seed(use: Use, k: int, master_seed: int) -> int:
    """Give a seed for libraries that want an integer below 2**32."""
    return int(np.random.SeedSequence([use, k, master_seed]).generate_state(1)[0])
