"""What draws say together, as lines of tables in Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.markdown import table
from benchmarks.sensitivity.measured import case_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.sensitivity.measured import Found

FIRST = 20
"""Draws before this number were looked at while the method was made; later ones are fresh."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the table of goals.

    Attributes:
        what: What was measured.
        value: The figure.
        limit: What it must reach.
        is_floor: Whether it must be at least the limit rather than at most.
        form: How the figure is written.
    """

    what: str
    value: float
    limit: float
    is_floor: bool = False
    form: str = "{:.3f}"

    def row(self) -> list[str]:
        """Give the cells of the line."""
        is_reached = self.value >= self.limit if self.is_floor else self.value <= self.limit
        word = "at least" if self.is_floor else "at most"
        figure = self.form.format(self.value)
        return [self.what, figure, f"{word} {self.limit:g}", "yes" if is_reached else "no"]


@dataclass(frozen=True, slots=True)
class Section:
    """What a part of the benchmark found: goals, and a table with its title."""

    goals: tuple[Goal, ...]
    title: str
    head: tuple[str, ...]
    rows: tuple[Sequence[str], ...]

    def text(self) -> str:
        """Give the table with its title."""
        return f"**{self.title}**\n\n{table(self.head, self.rows)}"


def mean_error(founds: Sequence[Found], *, peer: bool = False) -> float:
    """Give the largest error of a hyperparameter's index in the mean of draws.

    Args:
        founds: Draws from one case.
        peer: Whether to judge Optuna's shares instead of our indices.

    Returns:
        The largest difference from the truth, NaN where a draw has no figure.
    """
    return float(np.abs(_errors(founds, peer=peer).mean(axis=0)).max())


def draw_error(founds: Sequence[Found], *, peer: bool = False) -> float:
    """Give the largest error of any hyperparameter's index in any draw; arguments as above."""
    return float(np.abs(_errors(founds, peer=peer)).max())


def pair_error(founds: Sequence[Found]) -> float:
    """Give the largest error of a pair's index in the mean of draws, 0 where none was asked for."""
    truth = case_of(founds[0].job.case).truth
    pairs = [term for term in founds[0].index if ":" in term]
    if not pairs:
        return 0.0
    errors = [[found.index[term] - truth.get(term, 0.0) for term in pairs] for found in founds]
    return float(np.abs(np.mean(errors, axis=0)).max())


def held(founds: Sequence[Found]) -> dict[str, float]:
    """Say how often the interval of each hyperparameter's share holds the exact one."""
    case = case_of(founds[0].job.case)
    exact = {name: case.truth[name] * case.per_run for name in case.names}
    return {
        name: float(np.mean([_holds(found, name, share) for found in founds]))
        for name, share in exact.items()
    }


def by_case(founds: Iterable[Found]) -> dict[str, list[Found]]:
    """Sort draws by case."""
    found: dict[str, list[Found]] = {}
    for each in founds:
        found.setdefault(each.job.case, []).append(each)
    return found


def figures(*values: float) -> list[str]:
    """Write figures for a table, nothing where there is none."""
    return ["" if np.isnan(value) else f"{value:.3f}" for value in values]


def listed(values: Mapping[str, float], names: Iterable[str]) -> str:
    """Write the values of some terms in a row."""
    return ", ".join(f"{values.get(name, np.nan):.3f}" for name in names)


def mean_of(founds: Sequence[Found], what: str) -> dict[str, float]:
    """Average an attribute of draws by term."""
    rows: list[Mapping[str, float]] = [getattr(found, what) for found in founds]
    return {term: float(np.mean([row[term] for row in rows])) for term in rows[0]}


def _holds(found: Found, name: str, share: float) -> bool:
    nan = float("nan")
    return found.low.get(name, nan) <= share <= found.high.get(name, nan)


def _errors(founds: Sequence[Found], *, peer: bool) -> np.ndarray:
    case = case_of(founds[0].job.case)
    rows = [found.peer if peer else found.index for found in founds]
    return np.array([[row.get(n, np.nan) - case.truth[n] for n in case.names] for row in rows])
