"""What the leading configuration is worth: four values, from flattered to honest."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.criterion import Criterion
from sweeps.analysis.choosing.optimism import optimism
from sweeps.analysis.choosing.shrinkage import shrunken
from sweeps.analysis.choosing.winner import naive, recommended
from sweeps.analysis.describing.rate import wilson
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.planner.event import Role
from sweeps.results.left_out import left_out
from sweeps.results.robust import Chosen, chosen_by
from sweeps.results.sources import collapsed
from sweeps.results.winner import ESTIMATES, Winner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.results.evidence import Evidence

_NOT_VALIDATED = (
    "It has no finished run on fresh seeds; set `seeds.validate` to run the leaders on some."
)


_ALL_FAILED = "None of its {} runs on fresh seeds has a score; look at why they failed."


def winner_of(evidence: Evidence, criterion: Criterion | None = None) -> Winner:
    """Describe the first configuration of the leaderboard, or the best one by a criterion.

    Args:
        evidence: The runs.
        criterion: What the best configuration is best in; the mean by default.

    Raises:
        ResultsError: No run has finished, or there are too few seeds for the criterion.
    """
    evidence.require_a_leader()
    rule = criterion or Criterion()
    chosen = _leader(evidence) if rule.is_mean else chosen_by(evidence, rule)
    number = chosen.number
    found, flattery = left_out(evidence, rule, number)
    values = {
        "naive": naive(number, evidence.race, level=LEVEL, shared=evidence.shared),
        "leave_one_seed_out": found,
        "shrunken": _shrunken(evidence, number),
        "validated": _validated(evidence, number),
    }
    name = recommended(**values)
    tied = np.flatnonzero(evidence.tied).tolist() if rule.is_mean else []
    return Winner(
        config=dict(evidence.configs.active[int(evidence.order[number])]),
        config_id=evidence.ids[number],
        **values,
        optimism={
            each: optimism(values["naive"], values[each], evidence.mode) for each in ESTIMATES[1:]
        }
        | {"leave_one_seed_out": flattery},
        recommended=values[name],
        recommended_by=name,
        tied=tuple(evidence.ids[i] for i in tied if i != number),
        n_failed=int(evidence.n_failed(Role.RACE)[number]),
        failure_rate=_failure_rate(evidence, number),
        reasons=(
            *(value.reason for value in values.values() if value.reason),
            *_failures(evidence, number),
            *chosen.reasons,
        ),
        criterion=rule.name,
        criterion_value=chosen.value,
        criterion_validated=chosen.validated,
    )


def _leader(evidence: Evidence) -> Chosen:
    """Give the first configuration of the leaderboard, which leads by its mean."""
    value = naive(0, evidence.race, level=LEVEL, shared=evidence.shared)
    return Chosen(0, value, _validated(evidence, 0), ())


def _shrunken(evidence: Evidence, number: int) -> Estimate:
    if evidence.levels:
        found = [shrunken(number, part, paired=True, level=LEVEL) for part in collapsed(evidence)]
        return _together(max(found, key=_width), found)
    # Those that share all seeds of a race's leader were chosen, and are no crowd to shrink to.
    paired = evidence.paired and not evidence.rungs
    return shrunken(number, evidence.race, paired=paired, level=LEVEL)


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


def _validated(evidence: Evidence, number: int) -> Estimate:
    """Give the mean over fresh seeds; nothing was chosen by them."""
    if not (evidence.fresh.groups == number).any():
        n_failed = int(evidence.n_failed(Role.VALIDATION)[number])
        return Estimate.unknown(_ALL_FAILED.format(n_failed) if n_failed else _NOT_VALIDATED)
    found = naive(number, evidence.fresh, level=LEVEL)
    method = "mean over fresh seeds, t interval"
    return Estimate(found.value, found.low, found.high, found.n, method, found.reason)


def _failure_rate(evidence: Evidence, number: int) -> Estimate:
    """Give the share of failed runs on fresh seeds, else on those that chose the leader."""
    is_own = evidence.ranks == number
    n_over = {role: int((evidence.is_over(role) & is_own).sum()) for role in Role}
    role = Role.VALIDATION if n_over[Role.VALIDATION] else Role.RACE
    rate = wilson(evidence.n_failed(role)[number], n_over[role], level=LEVEL)
    where = "fresh seeds" if role == Role.VALIDATION else "the seeds that chose it"
    return Estimate(
        float(rate.estimate),
        float(rate.low),
        float(rate.high),
        n_over[role],
        f"share of the runs on {where}, Wilson's score interval",
    )


def _failures(evidence: Evidence, number: int) -> tuple[str, ...]:
    """Say that means are over what survived, where something did not."""
    found = []
    for role, where in ((Role.RACE, "race"), (Role.VALIDATION, "fresh")):
        n_failed = int(evidence.n_failed(role)[number])
        if n_failed:
            n = n_failed + int((evidence.scores(role).groups == number).sum())
            found.append(
                f"{n_failed} of its {n} runs on {where} seeds failed, and its values are means "
                "over the others; quote the failure rate beside them."
            )
    return tuple(found)
