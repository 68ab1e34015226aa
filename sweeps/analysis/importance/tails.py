"""Whether a few configurations make up most of the variance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats

FEW = 0.01
"""Share of the configurations that counts as few."""
MOST = 1 / 3
"""Share of the variance that few of them may make up; of normal scores they make up .08."""


def tail_warning(scores: Floats) -> str:
    """Say so where few configurations make up most of the variance.

    Args:
        scores: Score of each configuration, not all equal.

    Returns:
        A sentence, or "" where there is nothing to say.

    Example:
        >>> tail_warning(np.array([0.0, 1.0] * 50))
        ''
        >>> tail_warning(np.array([0.0, 1.0] * 49 + [1e3, 0.0]))[:45]
        '1 of 100 configurations make up 99 % of the v'
    """
    squares = np.sort((scores - scores.mean()) ** 2)[::-1]
    few = max(1, math.floor(FEW * len(scores)))
    share = float(squares[:few].sum() / squares.sum())
    if share <= MOST:
        return ""
    return (
        f"{few} of {len(scores)} configurations make up {100 * share:.0f} % of the variance, so "
        "the shares rest on these few and their intervals are too narrow: ask about the "
        "logarithm of the score, or about the best configurations with `top`."
    )
