"""Tables in Markdown, as the benchmarks print them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table in Markdown, the first column words and the others figures.

    Example:
        >>> print(table(["slots", "load"], [["100", "0.01"]]))
        | slots | load |
        | --- | ---: |
        | 100 | 0.01 |
    """
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def short(value: float) -> str:
    """Write a figure with three digits at most that say something.

    Example:
        >>> short(0.01234), short(3.456), short(1234.5)
        ('0.0123', '3.46', '1,234')
    """
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
