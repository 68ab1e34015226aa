"""The planner's decisions in the form in which they are recorded, with the numbers behind them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sweeps.planner.event import Decision

if TYPE_CHECKING:
    from sweeps.planner.allocation import Contender
    from sweeps.planner.event import RunEnded, StepReached
    from sweeps.planner.plan import Plan
    from sweeps.planner.stopping import Stop
    from sweeps.planner.table import Table

PASSING = {"runs", "n_runs", "spent", "reason"}
"""Figures of a decision that alone do not make it a new one."""


def substance(decision: Decision) -> dict[str, object]:
    """Give what a decision says, without the figures that change while runs go on."""
    return {key: value for key, value in decision.detail.items() if key not in PASSING}


def race_planned(plan: Plan, n_runs: int | None, n_reserved: int) -> Decision:
    """Say what a race is going to do and to cost."""
    detail = {
        "runs": n_runs,
        "configs": plan.n_configs,
        "rungs": list(plan.rungs),
        "reduction": plan.reduction,
        "pilot": plan.n_pilot,
        "validate": plan.validation.n_seeds,
        "contenders": plan.validation.n_contenders,
        "reserved": n_reserved,
    }
    return Decision("race_planned", None, detail)


def race_ended(leader: Contender, table: Table, *, is_spent: bool) -> Decision:
    """Say who led when the race ended, and why it did."""
    detail = {
        "leader": table.configs[leader.row].config_id,
        "mean": _score(leader.mean, table),
        "n_seeds": leader.n_seeds,
        "n_configs": len(table.configs),
        "n_runs": table.n_race_done,
        "reason": "the budget is spent" if is_spent else "nobody is left to promote",
    }
    return Decision("race_ended", None, detail)


def validating(contender: Contender, table: Table) -> Decision:
    """Say that a configuration is run on fresh seeds, and why."""
    detail = {
        "mean": _score(contender.mean, table),
        "n_seeds": contender.n_seeds,
        "seeds": table.n_validation,
        "because": contender.because,
    }
    return Decision("validating", table.configs[contender.row].config_id, detail)


def stopped(reached: StepReached, verdict: Stop, metric: str) -> Decision:
    """Say that a run was ended early, and by which numbers."""
    score = reached.metrics.get(metric, math.nan)
    detail = {
        "role": reached.run.role,
        "seed": reached.run.seed,
        "step": reached.step,
        "score": score if math.isfinite(score) else None,
        **verdict.detail,
        "reason": verdict.reason,
    }
    return Decision("stopped", reached.run.config_id, detail)


def eliminated(ended: RunEnded) -> Decision:
    """Say that a configuration is out of the race because a run of it was lost."""
    detail = {"role": ended.run.role, "seed": ended.run.seed, "reason": ended.error or ""}
    return Decision("eliminated", ended.run.config_id, detail)


def _score(goodness: float, table: Table) -> float | None:
    """Give a mean with its sign as reported; None where there is none."""
    if math.isnan(goodness):
        return None
    return goodness if table.is_maximised else -goodness
