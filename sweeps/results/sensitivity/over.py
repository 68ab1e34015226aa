"""Gains in several sweeps as columns, with their means and medians."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.tunability.summary import mean_over, median_over
from sweeps.results.answer import texts
from sweeps.results.sensitivity.gains import by_gain, figure_names, gain_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.tunability.gain import Tunability
    from sweeps.results.sensitivity.landscape import Landscape

SUMMARIES = {"mean": mean_over, "median": median_over}


def columns_over(
    found: Sequence[Tunability],
    labels: Sequence[str],
    landscape: Landscape,
    defaults: Mapping[str, object],
    *,
    pairs: bool,
) -> dict[str, Any]:
    """Lay out the gains of each sweep, then their means and medians, terms in one order.

    Args:
        found: What tuning buys in each sweep.
        labels: Names of the sweeps.
        landscape: What the cells mean in all of them.
        defaults: Values of the defaults.
        pairs: Whether there are pairs.
    """
    names = figure_names(pairs=pairs)
    parts = [
        gain_columns(by_gain(each.gains, landscape), landscape, defaults, pairs=pairs)
        for each in found
    ]
    terms = list(parts[0]["term"])
    place = [{term: i for i, term in enumerate(part["term"])} for part in parts]
    columns: dict[str, list[Any]] = {"sweep": [], "term": [], **{name: [] for name in names}}
    columns["config"] = []
    for label, part, at in zip(labels, parts, place, strict=True):
        for term in terms:
            row = {name: part[name][at[term]] for name in (*names, "config")}
            _append(columns, {"sweep": label, "term": term, **row})
    for summary, function in SUMMARIES.items():
        for term in terms:
            each = {
                name: np.array(
                    [part[name][at[term]] for part, at in zip(parts, place, strict=True)]
                )
                for name in names
            }
            row = {name: function(values)[0] for name, values in each.items()}
            row["gain"], row["low"], row["high"] = function(each["gain"])
            if pairs:
                row["joint"], row["joint_low"], row["joint_high"] = function(each["joint"])
            _append(columns, {"sweep": summary, "term": term, **row, "config": None})
    told: dict[str, Any] = {name: np.array(columns[name], dtype=np.float64) for name in names}
    configs = np.empty(len(columns["config"]), dtype=object)
    configs[:] = columns["config"]
    heads = {name: texts(columns[name]) for name in ("sweep", "term")}
    return {**heads, **told, "config": configs}


def _append(columns: dict[str, list[Any]], row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        columns[name].append(value)
