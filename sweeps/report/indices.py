"""What a designed experiment says of hyperparameters, without a model of the score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scipy.special import ndtri

from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.planner.proposing import DESIGN_ROW
from sweeps.report.column import Column
from sweeps.report.decision import listed
from sweeps.report.figure import interval, spoken
from sweeps.report.frames import rows_of, why
from sweeps.report.luck import fact
from sweeps.report.mattering import joint_said, left_said, tuned_said, unclear_said
from sweeps.report.share_table import INTERVAL
from sweeps.report.share_words import (
    MOST_NAMED,
    bounds_text,
    cell_text,
    in_sentences,
    names_of,
    range_text,
    share_text,
    unnested,
)
from sweeps.report.shares import Part, Shares
from sweeps.report.wording import measured, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from sweeps.results import Results

_OF_WHAT = " of the variance of the expected score, alone and with others"


def is_designed(results: Results) -> bool:
    """Say whether a sweep was sampled as an experiment that has indices of its own.

    Args:
        results: The sweep.
    """
    return bool((results.decisions["kind"] == DESIGN_ROW).any())


def is_screening(indices: pd.DataFrame) -> bool:
    """Say whether indices are those of `morris`: effects, not shares."""
    return "mu_star" in indices


def indices_said(indices: pd.DataFrame, metric: str) -> str:
    """Say what to tune and what to leave by a designed experiment.

    Args:
        indices: The frame of `Results.indices`.
        metric: The target metric.
    """
    if indices.empty:
        return why(indices)
    if is_screening(indices):
        return _screened(indices, metric)
    shares = _shares(indices)
    return in_sentences(
        [*tuned_said(shares, "Tune {}", _OF_WHAT), *left_said(shares)],
        [*joint_said(shares), *unclear_said(shares)],
        _luck(indices),
    )


def indices_columns(indices: pd.DataFrame) -> list[Column]:
    """Lay out the indices, a row a hyperparameter, then a row a pair.

    Args:
        indices: The frame of `Results.indices`.
    """
    rows = rows_of(indices)
    names = Column("term", [str(row["term"]) for row in rows], is_number=False, wraps=True)
    if not is_screening(indices):
        return [names, *_shared("index", rows, ""), *_shared("total", rows, "total_")]
    return [
        names,
        Column("size", [_figure(row, "size") for row in rows]),
        Column(INTERVAL, [interval(*_estimate(row, "size")) for row in rows]),
        *(Column(name, [_figure(row, name) for row in rows]) for name in ("mu", "sigma")),
        Column("mu*", [_figure(row, "mu_star") for row in rows]),
        Column("by seeds", [number(row["by_seeds"], 2) for row in rows]),
    ]


def indices_notes(indices: pd.DataFrame, metric: str) -> Iterator[str]:
    """Say what the columns are, and what to beware of.

    Args:
        indices: The frame of `Results.indices`.
        metric: The target metric.
    """
    if indices.empty:
        return
    if is_screening(indices):
        yield (
            f"Effects are changes of {metric} over the whole range of a hyperparameter. size: root "
            "mean square, the seeds' part taken out; mu: mean, with its sign; sigma: how much it "
            "differs over the space; mu*: mean size, luck included; by seeds: the mu* that luck "
            "alone would give."
        )
    else:
        yield "total: what a hyperparameter does alone and together with others."
    yield from indices.attrs.get("reasons", ())


def _shares(indices: pd.DataFrame) -> Shares:
    """Sort total indices like shares; there is no luck in the variance of expected scores.

    What has a total index of 0 can be left as it is, whatever the others are.
    """
    rows = rows_of(indices)
    # A pair is known by its missing total, a hyperparameter always has one.
    mains = [
        Part(str(row["term"]), row["total"], row["total_low"], row["total_high"])
        for row in rows
        if not math.isnan(row["total"])
    ]
    mains.sort(key=lambda part: (-part.share, part.name))
    pairs = tuple(
        Part(str(row["term"]), row["index"], row["low"], row["high"])
        for row in rows
        if math.isnan(row["total"])
    )
    level = float(indices.attrs.get("level") or LEVEL)
    stretch = _stretch(level, max(len(mains), len(pairs)))
    return Shares(tuple(mains), pairs, (), (), (), stretch)


def _stretch(level: float, n_terms: int) -> float:
    """Say by what intervals are widened to hold for so many terms at once, as Bonferroni does.

    They are about as wide as they have to be: of forty terms that do nothing one would be off 0.
    """
    tail = (1 - level) / 2
    return float(ndtri(1 - tail / max(n_terms, 1)) / ndtri(1 - tail))


def _luck(indices: pd.DataFrame) -> Iterator[str]:
    """Say how much of one run is luck, which indices leave out."""
    ceiling: Any = fact(indices, "ceiling")
    if isinstance(ceiling, Estimate) and not math.isnan(ceiling.value):
        bounds = range_text(1 - ceiling.high, 1 - ceiling.low)
        said = f"{share_text(1 - ceiling.value)}{f' ({bounds})' if bounds else ''}"
        yield f"beside that, {said} of the variance of one run is luck of the seed"


def _screened(indices: pd.DataFrame, metric: str) -> str:
    """Say how far each hyperparameter moves the score, where luck alone would not."""
    rows = rows_of(indices)
    told = [row for row in rows if row["size_low"] > 0]
    others = [Part(str(row["term"]), 0.0, 0.0, 0.0) for row in rows if row not in told]
    if not told:
        return (
            f"Luck is everything, as far as can be told: no hyperparameter moves {metric} by more "
            "than seeds do."
        )
    named = [f"`{row['term']}` (by {_spoken(row, 'size')})" for row in told[:MOST_NAMED]]
    if len(told) > MOST_NAMED:
        named.append(f"{len(told) - MOST_NAMED:,} more")
    said = f"Over its whole range, what moves {metric} most is {listed(named)}"
    verb = "does" if len(others) == 1 else "do"
    end = f"; {names_of(others)} {verb} nothing that can be told from luck" if others else ""
    return f"{said}{end}."


def _shared(header: str, rows: Sequence[Any], prefix: str) -> tuple[Column, Column]:
    """Give a share and its interval."""
    low, high = f"{prefix}low", f"{prefix}high"
    bounds = [bounds_text(row[low], row[high]) for row in rows]
    return Column(header, [cell_text(row[header]) for row in rows]), Column(INTERVAL, bounds)


def _estimate(row: Any, name: str) -> tuple[float, float, float]:
    return row[name], row[f"{name}_low"], row[f"{name}_high"]


def _figure(row: Any, name: str) -> str:
    return measured(*_estimate(row, name)).mean


def _spoken(row: Any, name: str) -> str:
    return unnested(spoken(Estimate(*_estimate(row, name), 0)))
