"""What a choice is worth under a seed that had no say in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.left_out_level import apart, leave_levels_out
from sweeps.analysis.choosing.optimism import optimism_by_seed
from sweeps.analysis.choosing.robust import leave_one_seed_out_by
from sweeps.analysis.choosing.winner import leave_one_seed_out
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.table import Table
from sweeps.planner.event import Role
from sweeps.results.evidence import FEWEST
from sweeps.results.sources import by_level

if TYPE_CHECKING:
    from sweeps.analysis.array import Booleans
    from sweeps.analysis.choosing.criterion import Criterion
    from sweeps.results.evidence import Evidence

_UNPAIRED = (
    "To choose without one seed takes seeds that all configurations share; set `paired` where the "
    "same seed means the same randomness in all of them."
)
_QUIET = (
    "The seed changes no comparison in this race, so all are compared under one seed and none can "
    "be left out."
)
_ALONE = (
    "It alone was promoted to its rung, so the seeds of that rung chose nothing that could be "
    "chosen otherwise; validate it to learn what its score is worth."
)
_ONE_NEW_SEED = (
    "In a race only seeds that promoted nothing can be left out, and the leader has fewer than 2 "
    "of them."
)
_BY_LEVELS = (
    "Seeds that share levels are left out for choosing by the mean alone, got `{}`; validate the "
    "configuration to learn what its score is worth."
)


def left_out(evidence: Evidence, rule: Criterion, number: int) -> tuple[Estimate, float]:
    """Choose on all seeds but one, read off that one, in turn; and say how the leader flatters.

    Args:
        evidence: The runs.
        rule: What chooses.
        number: What all seeds choose, by rank from 0.

    Returns:
        The mean of what was read, and by how much the chosen one looks better; NaN and a reason
        where the design leaves no seed out.
    """
    if evidence.paired and evidence.levels and rule.is_mean:
        return _levels_left_out(evidence)
    compared = _compared(evidence, rule, number)
    if isinstance(compared, str):
        return Estimate.unknown(compared), math.nan
    table, row, is_new, mode = compared.table, compared.row, compared.is_new, evidence.mode
    if not rule.is_mean:
        return leave_one_seed_out_by(rule, row, table, mode=mode, level=LEVEL, left_out=is_new)
    found = leave_one_seed_out(table, mode=mode, level=LEVEL, left_out=is_new)
    if math.isnan(found.value):
        return found, math.nan
    judges = ~np.eye(table.values.shape[1], dtype=bool)
    return found, optimism_by_seed(row, table, judges, mode=mode, left_out=is_new)


def _levels_left_out(evidence: Evidence) -> tuple[Estimate, float]:
    """Do so with all seeds that share a level, by the mean."""
    table, levels = by_level(evidence)
    found = leave_levels_out(table, levels, mode=evidence.mode, level=LEVEL)
    if math.isnan(found.value):
        return found, math.nan
    return found, optimism_by_seed(0, table, apart(levels), mode=evidence.mode)


@dataclass(frozen=True, slots=True, eq=False)
class _Compared:
    """The configurations that could have been chosen.

    Attributes:
        table: Their scores.
        row: Row of the chosen one.
        is_new: Which seeds may be left out, None for all.
    """

    table: Table
    row: int
    is_new: Booleans | None = None


def _compared(evidence: Evidence, rule: Criterion, number: int) -> _Compared | str:
    """Lay out who was compared, or say why no seed can be left out."""
    if not evidence.paired:
        return _UNPAIRED
    if evidence.levels:
        return _BY_LEVELS.format(rule.name)
    if not evidence.rungs:
        return _Compared(Table.of(evidence.race), number)
    return _QUIET if evidence.is_quiet else _top_rung(evidence, number)


def _top_rung(evidence: Evidence, number: int) -> _Compared | str:
    """Lay out the rung that the leader reached: all that was promoted to it, failed or not.

    In a race a seed may be left out only if it promoted nothing: those of the last rung. Whoever
    was promoted to it was chosen without them, so the configurations there are the same whichever
    of them is left out.
    """
    reached = int(evidence.board["rung"].iloc[0])
    before = max((n for n in evidence.rungs if n < reached), default=0)
    if reached - before < FEWEST:
        return _ONE_NEW_SEED
    seeds = evidence.runs.seeds
    # The pilot also gets the very last seed, which is no promotion.
    last = reached - 1 if reached == evidence.rungs[-1] else reached
    is_new = evidence.is_over(Role.RACE) & (before <= seeds) & (seeds < last)
    promoted = np.union1d([0, number], evidence.ranks[is_new])
    if len(promoted) == 1:
        return _ALONE
    values = np.full((len(promoted), reached), np.nan)
    scores = evidence.race
    row = np.minimum(np.searchsorted(promoted, scores.groups), len(promoted) - 1)
    kept = (promoted[row] == scores.groups) & (scores.seeds >= 0) & (scores.seeds < reached)
    values[row[kept], scores.seeds[kept]] = scores.score[kept]
    own = int(np.searchsorted(promoted, number))
    return _Compared(Table(values), own, np.arange(reached) >= before)
