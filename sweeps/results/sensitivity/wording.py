"""Names and shares in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NAMES = 4


def listed(names: Sequence[str]) -> str:
    """Write names as a list within a sentence.

    Example:
        >>> listed(["lr"]), listed(["lr", "depth", "width"])
        ('`lr`', '`lr`, `depth` and `width`')
        >>> listed(list("abcdef"))
        '`a`, `b`, `c` and 3 others'
    """
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > MOST_NAMES:
        quoted = [*quoted[: MOST_NAMES - 1], f"{len(quoted) - MOST_NAMES + 1} others"]
    return " and ".join([part for part in (", ".join(quoted[:-1]), quoted[-1]) if part])


def in_percent(share: float) -> str:
    """Write a share in percent, never rounded to nothing.

    Example:
        >>> in_percent(0.374), in_percent(0.004)
        ('37 %', 'less than 1 %')
    """
    return f"{share:.0%}".replace("%", " %") if share >= 0.01 else "less than 1 %"
