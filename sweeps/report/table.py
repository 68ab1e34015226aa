"""What the command line shows, each as a list of renderables: sentences first, then tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from sweeps.report.failures import Failures
from sweeps.report.headline import headline
from sweeps.report.leaderboard import Leaderboard
from sweeps.report.sweep import SweepList, overview
from sweeps.report.wording import count
from sweeps.spec.flow import flow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from sweeps.results import Results
    from sweeps.store import SweepSummary


MOST_SHOWN = 40
"""Rows of a leaderboard that a terminal gets where nobody says how many."""


def leaderboard(results: Results, *, top: int | None = None) -> list[RenderableType]:
    """Show which configuration leads and how the others follow.

    Args:
        results: The results to show.
        top: Number of configurations to show, None for all.
    """
    said = Text(headline(results))
    if results.configs.empty:
        return [said]
    return [said, Text(), Leaderboard(results, top=top)]


def failure_list(results: Results, *, top: int | None = None) -> list[RenderableType]:
    """Show why runs failed: how many for which reason, then one by one.

    Args:
        results: The results to show.
        top: Number of runs to show one by one, None for 20.
    """
    n_failed, n_runs = len(results.failures()), len(results.runs)
    said = Text(f"{n_failed:,} of {count(n_runs, 'run')} of `{results.name}` failed.")
    if not n_failed:
        return [said]
    return [said, Text(), Failures(results, top=20 if top is None else top)]


def sweep_list(summaries: Sequence[SweepSummary]) -> list[RenderableType]:
    """Show the sweeps of a store.

    Args:
        summaries: The sweeps, in the order of the rows.
    """
    if not summaries:
        return [Text("The store holds no sweep.")]
    return [SweepList(summaries)]


def sweep_summary(results: Results) -> list[RenderableType]:
    """Show what a sweep asked, how far it is, and where it came from.

    Args:
        results: The results to show.
    """
    return [overview(results), Text()]


def yaml_of(config: Mapping[str, object]) -> str:
    """Write a configuration as YAML, one hyperparameter a line, without losing a digit.

    Args:
        config: Active values by hyperparameter.

    Example:
        >>> print(yaml_of({"C": 1e-3, "kernel": "rbf"}), end="")
        C: 0.001
        kernel: rbf
    """
    return "".join(f"{name}: {flow(content)}\n" for name, content in config.items())
