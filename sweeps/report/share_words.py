"""Shares and names as they stand in a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.report.decision import listed
from sweeps.report.figure import percent
from sweeps.report.wording import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sweeps.report.shares import Part

MOST_NAMED = 5
"""Hyperparameters that a sentence names before it counts the others."""


def in_sentences(*groups: Iterable[str]) -> str:
    """Join clauses: those of a group in one sentence.

    Example:
        >>> in_sentences(["tune it", "leave that"], [], ["the rest is luck"])
        'Tune it; leave that. The rest is luck.'
    """
    said = ["; ".join(filter(None, group)) for group in groups]
    return " ".join(f"{each[0].upper()}{each[1:]}." for each in said if each)


def names_of(parts: Sequence[Part]) -> str:
    """Name hyperparameters, the first few where there are many.

    Example:
        >>> from sweeps.report.shares import Part
        >>> names_of([Part("lr", 0.1, 0.0, 0.2), Part("width", 0.0, 0.0, 0.1)])
        '`lr` and `width`'
    """
    named = [f"`{part.name}`" for part in parts[:MOST_NAMED]]
    if len(parts) > MOST_NAMED:
        named.append(f"{len(parts) - MOST_NAMED:,} others")
    return listed(named)


def at_most(parts: Sequence[Part]) -> str:
    """Say how large the largest of some shares can be, rounded up.

    Example:
        >>> from sweeps.report.shares import Part
        >>> at_most([Part("lr", 0.01, 0.0, 0.021), Part("width", 0.0, 0.0, 0.002)])
        'at most 3 %'
    """
    most = max(part.high for part in parts)
    return f"at most {max(math.ceil(100 * most - 1e-9), 1)} %"


def unnested(figure: str) -> str:
    """Write a figure with its interval so that it can stand in brackets.

    Example:
        >>> unnested("0.20 (0.15 to 0.29)"), unnested("0.20 ± 0.05")
        ('0.20, 0.15 to 0.29', '0.20 ± 0.05')
    """
    return figure.replace(" (", ", ").removesuffix(")")


def pair_name(part: Part) -> str:
    """Name what acts together in a sentence.

    Example:
        >>> from sweeps.report.shares import Part
        >>> pair_name(Part("lr:batch", 0.1, 0.0, 0.2)), pair_name(Part("split", 0.1, 0.0, 0.2))
        ('`lr` and `batch`', '`split`')
    """
    return listed([f"`{name}`" for name in part.name.split(":")])


def share_text(share: float) -> str:
    """Write a share in percent; an estimate below 0 stands for nothing.

    Example:
        >>> [share_text(share) for share in (0.604, -0.02, 1.03)]
        ['60 %', '0 %', '100 %']
    """
    return percent(share) if math.isnan(share) else percent(min(max(share, 0.0), 1.0))


def bounds_text(low: float, high: float) -> str:
    """Write an interval of a share in a table.

    Example:
        >>> bounds_text(0.12, 0.557), bounds_text(0.0, 0.0004), bounds_text(0.1, float("nan"))
        ('[12 %, 56 %]', '[0 %, < 0.1 %]', '-')
        >>> bounds_text(0.0002, 0.0006)
        '< 0.1 %'
    """
    if math.isnan(low) or math.isnan(high):
        return MISSING
    bounds = [cell_text(bound) for bound in (low, high)]
    return bounds[0] if bounds[0] == bounds[1] else f"[{bounds[0]}, {bounds[1]}]"


def cell_text(share: float) -> str:
    """Write a share in a table, `-` where there is none.

    Example:
        >>> [cell_text(share) for share in (0.12, -0.1, 0.0004, float("nan"))]
        ['12 %', '0 %', '< 0.1 %', '-']
    """
    return share_text(share).replace("under", "<").replace("over", ">")


def range_text(low: float, high: float) -> str:
    """Write an interval of a share in a sentence, nothing where it is too short to show.

    Example:
        >>> range_text(0.52, 0.681), range_text(0.0, 0.004), range_text(0.52, 0.521)
        ('52 to 68 %', '0 to 0.4 %', '')
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    bounds = [share_text(bound) for bound in (low, high)]
    return "" if bounds[0] == bounds[1] else f"{bounds[0].removesuffix(' %')} to {bounds[1]}"
