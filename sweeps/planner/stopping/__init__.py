"""Which runs end before their last step: one file a rule, chosen by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.planner.stopping.asha import AshaRule
from sweeps.planner.stopping.base import Milestones, Pause, Pausing, Stop, Stopping
from sweeps.planner.stopping.median import MedianRule
from sweeps.planner.stopping.threshold import ThresholdRule

if TYPE_CHECKING:
    from sweeps.spec import Sweep

__all__ = [
    "AshaRule",
    "MedianRule",
    "Milestones",
    "Pause",
    "Pausing",
    "Stop",
    "Stopping",
    "ThresholdRule",
    "stopping_of",
]


def stopping_of(sweep: Sweep) -> Stopping | None:
    """Make the rule that a sweep asks for; None where it asks for none, or for a foreign one."""
    plan = sweep.stopping
    max_steps = plan.max_steps
    match plan.rule:
        case "asha" if max_steps is not None:  # a checked definition has it
            return AshaRule(
                mode=sweep.mode,
                max_steps=max_steps,
                grace=plan.grace,
                reduction=plan.reduction,
                brackets=plan.brackets,
                master_seed=sweep.master_seed,
            )
        case "median":
            return MedianRule(
                mode=sweep.mode, grace=plan.grace, every=plan.every, max_steps=max_steps
            )
        case "threshold":
            return ThresholdRule(
                below=plan.below,
                above=plan.above,
                grace=plan.grace,
                every=plan.every,
                max_steps=max_steps,
            )
        case _:
            return None
