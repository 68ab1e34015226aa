"""Names that belong to columns of the results; a file of its own, as workers need nothing else.

Importing the search space would cost each worker process most of a second.
"""

from __future__ import annotations

from typing import Final

RESERVED_NAMES: Final = frozenset(
    (
        *("config_id", "role", "seed", "status", "score", "steps", "duration_s"),
        *("attempts", "node", "error", "n_seeds", "n_failed", "mean", "sd", "low", "high"),
        *("median", "iqm", "worst", "rank", "tied_with_best"),
        *("rung", "stopped_at"),
        *("n_validated", "validated_mean", "validated_low", "validated_high"),
    )
)
"""Names of columns, which neither a hyperparameter nor a metric may take."""

RESERVED_PREFIX: Final = "seed_"
"""How the columns of seed sources begin."""


def is_reserved(name: str) -> bool:
    """Tell whether a name is, or could become, a column of the results.

    Example:
        >>> is_reserved("score"), is_reserved("seed_split"), is_reserved("accuracy")
        (True, True, False)
    """
    return name in RESERVED_NAMES or name.startswith(RESERVED_PREFIX)
