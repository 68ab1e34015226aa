"""Shares of a variance as a table, and what has to be said under it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.analysis.importance.share import INTERACTIONS
from sweeps.report.column import Column
from sweeps.report.figure import percent
from sweeps.report.frames import number_of
from sweeps.report.share_words import bounds_text, cell_text, share_text
from sweeps.report.shares import Part, Shares
from sweeps.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

INTERVAL = "95 % interval"
SPARE = (5, 3, 4)
"""Positions of the columns that a narrow table goes without, the first to go first."""
MOST_MAINS = 40
MOST_PAIRS = 15
_MUCH_UNSEEN = 0.3
"""How far the fit may lie below its ceiling before more configurations are advised."""


def share_columns(frame: pd.DataFrame, near_the_top: pd.DataFrame | None = None) -> list[Column]:
    """Lay out shares, those among the good configurations beside those over the whole space.

    Args:
        frame: The frame of `Results.importance` or `Results.instability`.
        near_the_top: The same with `top`; left out where it is None or has no rows.

    Returns:
        The columns, a row a term: hyperparameters, pairs, the rest of the model, luck.
    """
    parts = _rows(frame)
    top = None if near_the_top is None or near_the_top.empty else Shares.of(near_the_top)
    if top is not None and not Shares.of(frame).blurred:
        # Luck may be told over the whole space and not among the good ones.
        parts += [_unknown(part.name) for part in top.blurred]
    columns = [
        Column("term", [part.name for part in parts], is_number=False, wraps=True),
        *_figures("share", parts),
        Column("total", [cell_text(part.total) for part in parts]),
    ]
    if near_the_top is None or top is None:
        return columns
    by_name = _named(top)
    found = [by_name.get(part.name, _unknown(part.name)) for part in parts]
    return [*columns, *_figures(f"best {percent(near_the_top.attrs['top'])}", found)]


def _figures(header: str, parts: Sequence[Part]) -> tuple[Column, Column]:
    bounds = [bounds_text(part.low, part.high) for part in parts]
    return Column(header, [cell_text(part.share) for part in parts]), Column(INTERVAL, bounds)


def _rows(frame: pd.DataFrame) -> list[Part]:
    """Give the parts that are shown; what is left out is one row, so that shares add up."""
    shares = Shares.of(frame)
    pairs, mains = _shown_pairs(shares), shares.mains[:MOST_MAINS]
    return [
        *mains,
        *_together("hyperparameter", shares.mains[MOST_MAINS:]),
        *pairs,
        *_together("pair", [part for part in shares.pairs if part not in pairs]),
        *(_renamed(part, has_pairs=bool(shares.pairs)) for part in shares.unseen),
        *shares.blurred,
        *shares.luck,
    ]


def _shown_pairs(shares: Shares) -> list[Part]:
    return [part for part in shares.pairs if part.is_off_zero][:MOST_PAIRS]


def _together(noun: str, parts: Sequence[Part]) -> list[Part]:
    """Add up what has no row of its own."""
    if not parts:
        return []
    name = count(len(parts), f"other {noun}")
    return [Part(name, sum(part.share for part in parts), math.nan, math.nan)]


def _renamed(part: Part, *, has_pairs: bool) -> Part:
    if part.name != INTERACTIONS or not has_pairs:
        return part
    return Part(f"other {INTERACTIONS}", part.share, part.low, part.high)


def _named(shares: Shares) -> Mapping[str, Part]:
    """Give parts by the name of their row."""
    unseen = [_renamed(part, has_pairs=bool(shares.pairs)) for part in shares.unseen]
    named = (*shares.pairs, *unseen, *shares.blurred, *shares.luck, *shares.mains)
    return {part.name: part for part in named}


def _unknown(name: str) -> Part:
    return Part(name, math.nan, math.nan, math.nan)


def share_notes(frame: pd.DataFrame, what: str = "configurations") -> Iterator[str]:
    """Say how far a table of shares can be trusted: pairs left out, fit, reasons.

    Args:
        frame: The frame of `Results.importance` or `Results.instability`.
        what: What it is that differs between configurations, and is predicted.
    """
    shares = Shares.of(frame)
    if any(not math.isnan(part.total) for part in shares.mains):
        yield "total: what a hyperparameter does alone and together with others."
    if shares.pairs:
        yield _pairs_said(shares)
    yield from fit_said(frame, what)
    yield from frame.attrs.get("reasons", ())


def top_note(near_the_top: pd.DataFrame) -> Iterator[str]:
    """Say what the columns about the good configurations mean, or why they are missing.

    Args:
        near_the_top: The frame of `Results.importance` with `top`.
    """
    if not near_the_top.empty:
        best = f"best {percent(near_the_top.attrs['top'])}"
        yield (
            f"{best}: what decides whether a configuration gets among them, and how far; all "
            "scores below count alike."
        )
    yield from near_the_top.attrs.get("reasons", ())


def _pairs_said(shares: Shares) -> str:
    n_off, n = sum(part.is_off_zero for part in shares.pairs), len(shares.pairs)
    if not n_off:
        which = "the pair" if n == 1 else f"any of {n:,} pairs"
        return f"Nothing that {which} of hyperparameters adds together can be told from 0."
    shown = f"; the largest {MOST_PAIRS} are shown" if n_off > MOST_PAIRS else ""
    return f"{n_off:,} of {count(n, 'pair')} can be told from 0, each by its own interval{shown}."


def fit_said(frame: pd.DataFrame, what: str) -> Iterator[str]:
    """Say what the model predicts out of sample, and how much there is to be predicted."""
    fit, ceiling = (number_of(frame, name) for name in ("fit", "ceiling"))
    if math.isnan(fit):
        return
    predicted = f"{share_text(fit)}" if fit >= 0.005 else "none"
    said = f"The model predicts {predicted} of the differences between {what}"
    if math.isnan(ceiling):
        yield f"{said}; how much could be predicted, one seed per configuration cannot tell."
    elif ceiling < 0.005:
        yield f"{said}; they are luck, as far as can be told, which nothing predicts."
    else:
        # Both are estimates, so that the first may come out above the second.
        of_what = "as much as can be" if fit >= ceiling else f"where {share_text(ceiling)} could be"
        more = " More configurations would tell more." if ceiling - fit > _MUCH_UNSEEN else ""
        yield f"{said}{',' if fit >= ceiling else ''} {of_what} predicted.{more}"
