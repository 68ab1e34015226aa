"""What tuning buys, in words and as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sweeps.analysis.estimate import Estimate
from sweeps.report.column import Column
from sweeps.report.decision import listed
from sweeps.report.figure import interval, spoken
from sweeps.report.frames import rows_of, why
from sweeps.report.wording import MISSING, measured, number, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

WHOLE = "all"
"""The row about tuning every hyperparameter."""
MOST_NAMED = 5
"""Hyperparameters that a sentence names before it counts the others."""
MOST_SHOWN = 40
_NEEDS_DEFAULTS = "`defaults=`"


def tunability_said(tunability: pd.DataFrame, metric: str) -> str:
    """Say what tuning gains over the defaults, and which gains may as well be nothing.

    Args:
        tunability: The frame of `Results.tunability`: columns `term, gain, low, high`.
        metric: The target metric.

    Example:
        >>> import pandas as pd
        >>> columns = {
        ...     "term": ["all", "lr", "width"],
        ...     "gain": [0.05, 0.04, 0.001],
        ...     "low": [0.03, 0.02, -0.002],
        ...     "high": [0.07, 0.06, 0.004],
        ... }
        >>> said = tunability_said(pd.DataFrame(columns), "accuracy")
        >>> print(said)  # doctest: +NORMALIZE_WHITESPACE
        Tuning everything improves accuracy by 0.050 ± 0.020 over the defaults, `lr` alone by
        0.040 ± 0.020. That `width` gains anything cannot be told.
    """
    rows = rows_of(tunability)
    if not rows:
        return from_the_command_line(why(tunability))
    told = [row for row in rows if row["low"] > 0]
    if not told:
        return (
            f"That tuning improves {metric} over the defaults cannot be told{_at_most(rows)}: "
            "neither everything together nor any hyperparameter alone."
        )
    single = [row for row in rows if row["term"] != WHOLE]
    others = [row for row in single if row not in told]
    return " ".join([_gains(rows, [row for row in single if row in told], metric), *_rest(others)])


def from_the_command_line(reason: str) -> str:
    """Add to a reason how defaults are named on the command line, where they are missing.

    Example:
        >>> from_the_command_line("Pass `defaults=`.")
        'Pass `defaults=`. On the command line: `--default NAME=VALUE`, once for each.'
    """
    how = " On the command line: `--default NAME=VALUE`, once for each."
    return f"{reason}{how}" if _NEEDS_DEFAULTS in reason else reason


def tunability_columns(tunability: pd.DataFrame) -> list[Column]:
    """Lay out what tuning gains, a row a hyperparameter.

    Args:
        tunability: The frame of `Results.tunability`.
    """
    rows = rows_of(tunability)[:MOST_SHOWN]
    figures = [(row["gain"], row["low"], row["high"]) for row in rows]
    return [
        Column("tuned", [str(row["term"]) for row in rows], is_number=False, wraps=True),
        Column("gain", [measured(*each).mean for each in figures]),
        Column("95 % interval", [interval(*each) for each in figures]),
        Column("to", [_setting(row) for row in rows], is_number=False, wraps=True),
        Column("at first sight", [number(row.get("naive", float("nan")), 2) for row in rows]),
    ]


def tunability_notes(tunability: pd.DataFrame) -> Iterator[str]:
    """Say what the columns are, and what to beware of.

    Args:
        tunability: The frame of `Results.tunability`.
    """
    yield (
        "gain: what the best values are worth by the half of the scores that did not choose them; "
        "at first sight: by the scores that did."
    )
    if len(tunability) > MOST_SHOWN:
        yield f"The first {MOST_SHOWN} of {len(tunability):,} rows are shown."
    yield from tunability.attrs.get("reasons", ())


def _gains(rows: Sequence[Any], told: Sequence[Any], metric: str) -> str:
    whole = [row for row in rows if row["term"] == WHOLE and row["low"] > 0]
    first, *others = [*whole, *told][: MOST_NAMED + 1]
    gain = f"Tuning {_alone(first)} improves {metric} by {spoken(_estimate(first))}"
    named = [f"{_alone(row)} by {spoken(_estimate(row))}" for row in others]
    return ", ".join([f"{gain} over the defaults", *([listed(named)] if named else [])]) + "."


def _rest(others: Sequence[Any]) -> Iterator[str]:
    if others:
        named = [_name(row) for row in others[:MOST_NAMED]]
        if len(others) > MOST_NAMED:
            named.append(f"{len(others) - MOST_NAMED:,} others")
        verb = "gains" if len(others) == 1 else "gain"
        yield f"That {listed(named)} {verb} anything cannot be told."


def _at_most(rows: Sequence[Any]) -> str:
    """Say how much tuning may gain at most, where the row of all says so."""
    high = [row["high"] for row in rows if row["term"] == WHOLE and row["high"] > 0]
    return f" (by at most {number(high[0], 2)})" if high else ""


def _alone(row: Any) -> str:
    if row["term"] == WHOLE:
        return "everything"
    return f"{_name(row)} {'together' if ':' in str(row['term']) else 'alone'}"


def _name(row: Any) -> str:
    """Name a hyperparameter, or two that are tuned together."""
    return listed([f"`{name}`" for name in str(row["term"]).split(":")])


def _setting(row: Any) -> str:
    """Give the values that gain the most, of one or two hyperparameters for which that is told."""
    config = row.get("config")
    names = [] if row["term"] == WHOLE else str(row["term"]).split(":")
    if not isinstance(config, Mapping) or not row["low"] > 0:
        return MISSING
    return ", ".join(value(config[name]) for name in names if name in config) or MISSING


def _estimate(row: Any) -> Estimate:
    return Estimate(row["gain"], row["low"], row["high"], 0)
