"""What the leading configuration is worth: four values, from flattered to honest."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.left_out_level import apart, leave_levels_out
from sweeps.analysis.choosing.optimism import optimism, optimism_by_seed
from sweeps.analysis.choosing.shrinkage import shrunken
from sweeps.analysis.choosing.winner import leave_one_seed_out, naive, recommended
from sweeps.analysis.describing.rate import wilson
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.table import Table
from sweeps.planner.event import Role
from sweeps.results.evidence import FEWEST
from sweeps.results.sources import by_level, collapsed
from sweeps.results.winner import ESTIMATES, Winner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans
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
_NOT_VALIDATED = (
    "It has no finished run on fresh seeds; set `seeds.validate` to run the leaders on some."
)

_ALL_FAILED = "None of its {} runs on fresh seeds has a score; look at why they failed."


def winner_of(evidence: Evidence) -> Winner:
    """Describe the first configuration of the leaderboard.

    Args:
        evidence: The runs.

    Raises:
        ResultsError: No run has finished.
    """
    evidence.require_a_leader()
    left_out, flattery = _left_out(evidence)
    values = {
        "naive": naive(0, evidence.race, level=LEVEL, shared=evidence.shared),
        "leave_one_seed_out": left_out,
        "shrunken": _shrunken(evidence),
        "validated": _validated(evidence),
    }
    name = recommended(**values)
    tied = [evidence.ids[i] for i in np.flatnonzero(evidence.tied).tolist() if i > 0]
    return Winner(
        config=dict(evidence.configs.active[int(evidence.order[0])]),
        config_id=evidence.ids[0],
        **values,
        optimism={
            each: optimism(values["naive"], values[each], evidence.mode) for each in ESTIMATES[1:]
        }
        | {"leave_one_seed_out": flattery},
        recommended=values[name],
        recommended_by=name,
        tied=tuple(tied),
        n_failed=int(evidence.n_failed(Role.RACE)[0]),
        failure_rate=_failure_rate(evidence),
        reasons=(
            *(value.reason for value in values.values() if value.reason),
            *_failures(evidence),
        ),
    )


def _left_out(evidence: Evidence) -> tuple[Estimate, float]:
    """Choose on all seeds but one, read off that one, in turn; and say how the leader flatters.

    In a race a seed may be left out only if it promoted nothing: those of the last rung. Whoever
    was promoted to it was chosen without them, so the configurations there are the same whichever
    of them is left out.
    """
    if not evidence.paired:
        return Estimate.unknown(_UNPAIRED), math.nan
    mode, is_new = evidence.mode, None
    if evidence.levels:
        table, levels = by_level(evidence)
        judges = apart(levels)
        found = leave_levels_out(table, levels, mode=mode, level=LEVEL)
    else:
        if evidence.rungs and evidence.is_quiet:
            return Estimate.unknown(_QUIET), math.nan
        laid_out = _top_rung(evidence) if evidence.rungs else (Table.of(evidence.race), None)
        if laid_out is None:
            return Estimate.unknown(_ONE_NEW_SEED), math.nan
        table, is_new = laid_out
        if is_new is not None and len(table.values) == 1:
            return Estimate.unknown(_ALONE), math.nan
        judges = ~np.eye(table.values.shape[1], dtype=bool)
        found = leave_one_seed_out(table, mode=mode, level=LEVEL, left_out=is_new)
    if math.isnan(found.value):
        return found, math.nan
    return found, optimism_by_seed(0, table, judges, mode=mode, left_out=is_new)


def _top_rung(evidence: Evidence) -> tuple[Table, Booleans] | None:
    """Lay out the rung that the leader reached: all that was promoted to it, failed or not."""
    reached = int(evidence.board["rung"].iloc[0])
    before = max((n for n in evidence.rungs if n < reached), default=0)
    if reached - before < FEWEST:
        return None
    seeds = evidence.runs.seeds
    # The pilot also gets the very last seed, which is no promotion.
    last = reached - 1 if reached == evidence.rungs[-1] else reached
    is_new = evidence.is_over(Role.RACE) & (before <= seeds) & (seeds < last)
    promoted = np.union1d([0], evidence.ranks[is_new])  # the leader is row 0
    values = np.full((len(promoted), reached), np.nan)
    scores = evidence.race
    row = np.minimum(np.searchsorted(promoted, scores.groups), len(promoted) - 1)
    kept = (promoted[row] == scores.groups) & (scores.seeds >= 0) & (scores.seeds < reached)
    values[row[kept], scores.seeds[kept]] = scores.score[kept]
    return Table(values), np.arange(reached) >= before


def _shrunken(evidence: Evidence) -> Estimate:
    if evidence.levels:
        found = [shrunken(0, part, paired=True, level=LEVEL) for part in collapsed(evidence)]
        return _together(max(found, key=_width), found)
    # Those that share all seeds of a race's leader were chosen, and are no crowd to shrink to.
    paired = evidence.paired and not evidence.rungs
    return shrunken(0, evidence.race, paired=paired, level=LEVEL)


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low if estimate.is_known else math.inf


def _together(widest: Estimate, found: Sequence[Estimate]) -> Estimate:
    """Widen the widest interval by the luck of the other sources, each of which has its own."""
    if not widest.is_known or len(found) == 1:
        return widest
    times = math.hypot(*(_width(each) for each in found)) / (_width(widest) or 1.0)
    return replace(
        widest,
        low=widest.value - times * (widest.value - widest.low),
        high=widest.value + times * (widest.high - widest.value),
        method=f"{widest.method}, the luck of all sources added up",
    )


def _validated(evidence: Evidence) -> Estimate:
    """Give the mean over fresh seeds; nothing was chosen by them."""
    if not (evidence.fresh.groups == 0).any():
        n_failed = int(evidence.n_failed(Role.VALIDATION)[0])
        return Estimate.unknown(_ALL_FAILED.format(n_failed) if n_failed else _NOT_VALIDATED)
    found = naive(0, evidence.fresh, level=LEVEL)
    method = "mean over fresh seeds, t interval"
    return Estimate(found.value, found.low, found.high, found.n, method, found.reason)


def _failure_rate(evidence: Evidence) -> Estimate:
    """Give the share of failed runs on fresh seeds, else on those that chose the leader."""
    n_over = {role: int((evidence.is_over(role) & (evidence.ranks == 0)).sum()) for role in Role}
    role = Role.VALIDATION if n_over[Role.VALIDATION] else Role.RACE
    rate = wilson(evidence.n_failed(role)[0], n_over[role], level=LEVEL)
    where = "fresh seeds" if role == Role.VALIDATION else "the seeds that chose it"
    return Estimate(
        float(rate.estimate),
        float(rate.low),
        float(rate.high),
        n_over[role],
        f"share of the runs on {where}, Wilson's score interval",
    )


def _failures(evidence: Evidence) -> tuple[str, ...]:
    """Say that means are over what survived, where something did not."""
    found = []
    for role, where in ((Role.RACE, "race"), (Role.VALIDATION, "fresh")):
        n_failed = int(evidence.n_failed(role)[0])
        if n_failed:
            n = n_failed + int((evidence.scores(role).groups == 0).sum())
            found.append(
                f"{n_failed} of its {n} runs on {where} seeds failed, and its values are means "
                "over the others; quote the failure rate beside them."
            )
    return tuple(found)
