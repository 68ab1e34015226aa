"""What moves the score around the best configuration, and what led there from the defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sweeps.analysis.estimate import Estimate
from sweeps.report.column import Column
from sweeps.report.decision import listed
from sweeps.report.figure import interval, spoken
from sweeps.report.frames import is_there, rows_of, why
from sweeps.report.share_words import unnested
from sweeps.report.tuning import from_the_command_line
from sweeps.report.wording import MISSING, count, measured, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_AND = ", "
"""What stands between hyperparameters that one step changes."""
MOST_NAMED = 3
"""Hyperparameters or steps that a sentence names."""


def local_said(local: pd.DataFrame, metric: str) -> str:
    """Say what moves the score around the best configuration.

    Args:
        local: The frame of `Results.local_importance`: columns `term, sd, low, high`.
        metric: The target metric.

    Example:
        >>> import pandas as pd
        >>> columns = {"term": ["lr"], "sd": [0.05], "low": [0.04], "high": [0.06]}
        >>> local_said(pd.DataFrame(columns), "accuracy")
        'Around the best configuration, accuracy moves most with `lr` (by 0.050 ± 0.010).'
    """
    if local.empty:
        return why(local)
    told = [row for row in rows_of(local) if row["low"] > 0][:MOST_NAMED]
    if not told:
        return "Around the best configuration, no hyperparameter can be told to move the score."
    named = [f"`{row['term']}` (by {unnested(spoken(_estimate(row, 'sd')))})" for row in told]
    return f"Around the best configuration, {metric} moves most with {listed(named)}."


def local_columns(local: pd.DataFrame) -> list[Column]:
    """Lay out by how much the score moves with each hyperparameter alone."""
    rows = rows_of(local)
    return [
        Column("hyperparameter", [str(row["term"]) for row in rows], is_number=False, wraps=True),
        *_figures("sd", "sd", rows),
    ]


LOCAL_NOTE = (
    "sd: standard deviation of the score when one hyperparameter takes all of its values while "
    "the others stay as in the best configuration."
)


def ablation_said(ablation: pd.DataFrame, metric: str) -> str:
    """Say which steps from the defaults to the best configuration are worth anything.

    Args:
        ablation: The frame of `Results.ablation`: columns `step, term, before, after, score,
            gain, low, high`.
        metric: The target metric.
    """
    steps = steps_of(ablation)
    if not steps:
        return from_the_command_line(why(ablation))
    told = [row for row in steps if row["low"] > 0]
    n_others = len(steps) - len(told)
    if not told:
        which = "the only step" if len(steps) == 1 else f"each of the {len(steps):,} steps"
        return (
            f"Of {which} from the defaults to the best configuration, the gain cannot be told "
            "from 0."
        )
    best = sorted(told, key=lambda row: -row["gain"])[:MOST_NAMED]
    named = [f"{_step(row)} by {spoken(_estimate(row, 'gain'))}" for row in best]
    said = f"On the way from the defaults to the best configuration, {metric} gets better with "
    end = (
        f"; what {count(n_others, 'other step')} gain{'s' * (n_others == 1)} cannot be told from 0"
    )
    return f"{said}{listed(named)}{end if n_others else ''}."


def ablation_columns(ablation: pd.DataFrame, metric: str) -> list[Column]:
    """Lay out the path from the defaults to the best configuration."""
    rows = rows_of(ablation)
    return [
        Column("step", [str(row["step"]) for row in rows]),
        Column("hyperparameter", [_text(row["term"]) for row in rows], is_number=False, wraps=True),
        Column("from", [_text(row["before"]) for row in rows], is_number=False, wraps=True),
        Column("to", [_text(row["after"]) for row in rows], is_number=False, wraps=True),
        Column(metric, [measured(row["score"], *_bounds(row)).mean for row in rows]),
        *_figures("gain", "gain", rows),
    ]


def _figures(header: str, name: str, rows: Sequence[Any]) -> tuple[Column, Column]:
    """Give a figure and its interval."""
    cells = [measured(row[name], row["low"], row["high"]).mean for row in rows]
    bounds = [interval(row[name], row["low"], row["high"]) for row in rows]
    return Column(header, cells), Column("95 % interval", bounds)


def _bounds(row: Any) -> tuple[float, float]:
    """Give an interval around a score that is as wide as that of its gain, for its digits."""
    half = (row["high"] - row["low"]) / 2
    return row["score"] - half, row["score"] + half


def _step(row: Any) -> str:
    """Say what a step changes; what comes and goes with it is named in brackets."""
    name, *others = str(row["term"]).split(_AND)
    before, after = (
        content[0] if others and isinstance(content, tuple) else content
        for content in (row["before"], row["after"])
    )
    along = f" (with {listed([f'`{each}`' for each in others])})" if others else ""
    return f"`{name}` from {_text(before)} to {_text(after)}{along}"


def steps_of(ablation: pd.DataFrame) -> list[Any]:
    """Give the rows that change something; the first may be the defaults themselves."""
    return [row for row in rows_of(ablation) if is_there(row["term"])]


def _text(content: object) -> str:
    """Write a value, or several; one that is not there is `-`."""
    if isinstance(content, tuple):
        return _AND.join(_text(each) for each in content)
    return value(content) if is_there(content) else MISSING


def _estimate(row: Any, name: str) -> Estimate:
    return Estimate(row[name], row["low"], row["high"], 0)
