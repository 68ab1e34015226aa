"""Designs over sources of randomness: which one runs follow, and their scores laid out in it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.comparing.shared_levels import SharedLevels
from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError
from sweeps.planner.event import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.results.evidence import Evidence
    from sweeps.results.source import Runs

CROSSED = "crossed"
NESTED = "nested"


def design_of(seeds: Integers, levels: Mapping[str, Integers]) -> tuple[str | None, dict[str, int]]:
    """Find the design that seeds follow.

    Args:
        seeds: Seed of each run.
        levels: By source, in order, the level that each run had; a number stands for itself.

    Returns:
        `crossed` where each level of a source occurs with each of the others, `nested` where the
        levels of a source are others under each level of the one before; with the number of
        levels of each source. None where the sources vary together, or for a single one.

    Raises:
        ResultsError: One seed stands for two combinations of levels.

    Example:
        >>> levels = {"split": np.array([0, 0, 1, 1]), "init": np.array([5, 6, 5, 6])}
        >>> design_of(np.arange(4), levels)
        ('crossed', {'split': 2, 'init': 2})
    """
    columns = np.stack([seeds, *levels.values()])
    cells = np.unique(columns, axis=1)
    again = np.flatnonzero(np.diff(cells[0]) == 0)
    if len(again):
        message = (
            "A seed must stand for the same level of each source in all configurations, got "
            f"several for seed {cells[0][again[0]]}. Number the combinations of levels."
        )
        raise ResultsError(message)
    if len(levels) < 2 or np.unique(cells[1:], axis=1).shape[1] < cells.shape[1]:
        return None, {}
    counts = [len(np.unique(row)) for row in cells[1:]]
    if np.prod(counts) == cells.shape[1] and min(counts) > 1:
        return CROSSED, dict(zip(levels, counts, strict=True))
    nested = [len(np.unique(row)) for row in _within(cells[1:])]
    if np.prod(nested) == cells.shape[1] and min(nested) > 1 and _is_apart(cells[1:]):
        return NESTED, dict(zip(levels, nested, strict=True))
    return None, {}


def laid_out(evidence: Evidence) -> Floats:
    """Give the scores of the race by configuration and by the level of each source.

    Args:
        evidence: Runs that follow a design.

    Returns:
        Shape `(n_configs, n_levels of the first source, ...)`; NaN where there is no score.
    """
    runs = evidence.runs
    chosen = np.flatnonzero(runs.is_counted(evidence.metric) & runs.is_role(Role.RACE))
    levels = np.stack([runs.source_seeds[name][chosen] for name in evidence.levels])
    places = _within(levels) if evidence.design == NESTED else _codes(levels)
    sizes = [int(row.max(initial=0)) + 1 for row in places]
    values = np.full((evidence.n, *sizes), np.nan)
    values[evidence.ranks[chosen], *places] = runs.metrics[evidence.metric][chosen]
    return values


def shared_levels(runs: Runs, design: str | None, names: Sequence[str]) -> SharedLevels | None:
    """Give the levels that the seeds of the race share.

    Args:
        runs: All runs.
        design: `crossed` or `nested`; None where sources vary together.
        names: The sources of the design, in its order.

    Returns:
        The levels of each source; of nested ones those of the first, which alone are shared. None
        without a design.
    """
    race = np.flatnonzero(runs.is_role(Role.RACE))
    if design is None or not len(race):
        return None
    seeds, first = np.unique(runs.seeds[race], return_index=True)
    kept = tuple(names)[: 1 if design == NESTED else None]
    levels = np.stack([runs.source_seeds[name][race[first]] for name in kept])
    return SharedLevels(seeds, _codes(levels), kept)


def by_level(evidence: Evidence) -> tuple[Table, Integers]:
    """Give the scores by seed, and the level of each source that judges apart in each seed.

    Where sources are nested, the levels of the first one alone are independent.
    """
    values = laid_out(evidence)
    levels = np.indices(values.shape[1:]).reshape(values.ndim - 1, -1)
    kept = levels[:1] if evidence.design == NESTED else levels
    return Table(values.reshape(len(values), -1)), kept


def collapsed(evidence: Evidence) -> list[Scores]:
    """Give, for each source that judges apart, the mean score under each of its levels.

    Configurations with a missing score are left out.
    """
    values = laid_out(evidence)
    axes = range(1, 2 if evidence.design == NESTED else values.ndim)
    found = []
    for axis in axes:
        others = tuple(other for other in range(1, values.ndim) if other != axis)
        means = values.mean(axis=others)
        groups, seeds = np.nonzero(~np.isnan(means).any(axis=1)[:, None] & np.isfinite(means))
        found.append(Scores(means[groups, seeds], groups, seeds, len(means)))
    return found


def _codes(levels: Integers) -> Integers:
    """Number the levels of each source from 0."""
    return np.stack([np.unique(row, return_inverse=True)[1] for row in levels])


def _within(levels: Integers) -> Integers:
    """Number the levels of each source from 0 under each combination of those before it."""
    codes = _codes(levels)
    found = [codes[0]]
    above = codes[0]
    for row in codes[1:]:
        pairs, place = np.unique(np.stack([above, row]), axis=1, return_inverse=True)
        _, first, of_pair = np.unique(pairs[0], return_index=True, return_inverse=True)
        found.append((np.arange(pairs.shape[1]) - first[of_pair])[place])
        above = place
    return np.stack(found)


def _is_apart(levels: Integers) -> bool:
    """Say whether each level of a source occurs under one level of the source before only."""
    pairs = pairwise(levels)
    return all(
        np.unique(np.stack(pair), axis=1).shape[1] == len(np.unique(pair[1])) for pair in pairs
    )
