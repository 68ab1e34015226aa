"""What makes the seed matter more, in a few sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.report.decision import listed
from sweeps.report.frames import why
from sweeps.report.share_words import MOST_NAMED, range_text, share_text
from sweeps.report.shares import Part, Shares
from sweeps.report.wording import number, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

_LEAST_CONFIGS = 9
"""Configurations that it takes to look for where the spread is large."""
_MOST_VALUES = 4
"""Different values up to which each is a group of its own; beyond, numbers are cut in thirds."""
_MOST_PLACES = 2

SPREAD_NOTE = (
    "Shares of how much the log variance over seeds differs between configurations. seed: what "
    "differs by chance alone, as few seeds tell a spread only roughly."
)


def instability_said(instability: pd.DataFrame, configs: pd.DataFrame) -> str:
    """Say which hyperparameters decide how far scores spread over seeds, and where they do.

    Args:
        instability: The frame of `Results.instability`.
        configs: The frame `Results.configs`.

    Returns:
        Sentences; the reason where there are no shares.
    """
    if instability.empty:
        return why(instability)
    tuned = Shares.of(instability).tuned
    if not tuned:
        return (
            "No hyperparameter can be told to change how much the seed matters: all configurations "
            "may be equally unstable."
        )
    named = [_driver(part) for part in tuned[:MOST_NAMED]]
    said = f"How far scores spread over seeds depends most on {listed(named)}."
    return " ".join([said, *_places([part.name for part in tuned[:_MOST_PLACES]], configs)])


def _driver(part: Part) -> str:
    bounds = range_text(part.low, part.high)
    return f"`{part.name}` ({share_text(part.share)}{', ' if bounds else ''}{bounds})"


def _places(names: list[str], configs: pd.DataFrame) -> Iterator[str]:
    """Say where each of them makes the spread largest."""
    for name in names:
        known = configs[configs[name].notna() & (configs["sd"] > 0)] if name in configs else None
        if known is None or len(known) < _LEAST_CONFIGS:
            continue
        groups = _groups(known[name])
        medians = known["sd"].groupby(groups).median()
        if len(medians) > 1:
            where, largest = str(medians.idxmax()), float(medians.max())
            elsewhere = float(known["sd"][groups.to_numpy() != where].median())
            yield (
                f"The seed matters most where `{name}` is {where}: there the scores of one "
                f"configuration have a standard deviation of {number(largest, 2)} (median), "
                f"elsewhere of {number(elsewhere, 2)}."
            )


def _groups(column: pd.Series[Any]) -> pd.Series[Any]:
    """Put configurations in groups by a hyperparameter: by value, or thirds of its numbers."""
    is_number = all(isinstance(each, int | float) for each in column.tolist())
    if not is_number or column.map(repr).nunique() <= _MOST_VALUES:
        return column.map(value)
    numbers = column.to_numpy(dtype=float)
    low, high = np.quantile(numbers, [1 / 3, 2 / 3])
    first, last = f"at most {number(low, 2)}", f"at least {number(high, 2)}"
    between = f"between {number(low, 2)} and {number(high, 2)}"
    words = np.where(numbers <= low, first, np.where(numbers >= high, last, between))
    return column.astype(object).mask(np.ones(len(column), dtype=bool), words)
