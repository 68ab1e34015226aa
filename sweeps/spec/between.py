"""Define: the rules between sections: what one asks of another, or of the objective."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sweeps.errors import Problem
from sweeps.spec.checkpoint import CheckpointPlan
from sweeps.spec.stopping import NO_RULE

if TYPE_CHECKING:
    from sweeps.objective import Objective
    from sweeps.spec.budget import Budget
    from sweeps.spec.search import Search
    from sweeps.spec.seed_plan import SeedPlan
    from sweeps.spec.stopping import StoppingPlan


def with_steps(plan: StoppingPlan, objective: Objective) -> StoppingPlan:
    """Fill in the number of steps that the objective declares, where a rule acts.

    Raises:
        SpecError: The plan is not legal with it.
    """
    if plan.rule == NO_RULE or plan.max_steps is not None or objective.steps is None:
        return plan
    return replace(plan, max_steps=objective.steps)


def stopping_problems(plan: StoppingPlan, objective: Objective) -> list[Problem]:
    """Check that the objective can be stopped as the plan asks.

    Args:
        plan: With the objective's number of steps filled in.
        objective: What is trained.
    """
    if plan.rule == NO_RULE and plan.max_steps is None:
        return []
    if objective.kind == "function":
        rule = (
            f"`{objective.reference}` does not report step by step, so no run of it can end early"
        )
        remedy = "Let it `yield` its metrics after each step, or remove `stopping`."
        return [Problem("stopping", rule, "", remedy)]
    if plan.rule == "asha" and plan.max_steps is None:
        rule = "rule `asha` needs the number of steps of a full run"
        remedy = "Add for example `max_steps: 100`, or declare STEPS in the objective."
        return [Problem("stopping.max_steps", rule, "", remedy)]
    return []


def checkpoint_problems(plan: CheckpointPlan, objective: Objective) -> list[Problem]:
    """Check that the objective can save itself, where anything is said about it."""
    if plan == CheckpointPlan() or not plan.save or objective.kind == "class":
        return []
    rule = f"only an objective that is a class can save itself, and `{objective.reference}` is none"
    remedy = "Remove `checkpoint`, or write the objective with `setup`, `step`, `save`, `load`."
    return [Problem("checkpoint", rule, f"a {objective.kind}", remedy)]


def uncounted(sampler: str) -> Problem:
    """Report that nothing says how many configurations there are."""
    rule = f"sampler `{sampler}` needs the number of configurations, or a budget"
    remedy = "Add for example `configs: 40`, or a section `budget: {runs: 1000}`."
    return Problem("search.configs", rule, "", remedy)


def budget_problems(budget: Budget, seeds: SeedPlan, search: Search) -> list[Problem]:
    """Check that the runs pay for the validation and for something to validate."""
    reserve = seeds.validate * (1 + seeds.contenders + search.defaults_first)
    if budget.runs is None or (reserve == 0 and seeds.race is None):
        return []
    first = seeds.n if seeds.race is None else seeds.rungs[1]
    if budget.runs >= reserve + first:
        return []
    parts = [f"{first} for a first configuration"]
    if reserve:
        n = 1 + seeds.contenders + search.defaults_first
        parts.append(
            f"{reserve} for the validation of {n} configurations on {seeds.validate} seeds"
        )
    rule = f"it must be at least {reserve + first}: {' and '.join(parts)}"
    remedy = "Raise it, or lower `seeds.validate` or `seeds.contenders`."
    return [Problem("budget.runs", rule, str(budget.runs), remedy)]
