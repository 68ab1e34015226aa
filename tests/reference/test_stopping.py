"""Our stopping rules and Ray Tune's, told the same scores: where they agree, and by how much not.

Ray is imported, not started: its schedulers decide from the results alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sweeps.planner.stopping import AshaRule, MedianRule

pytestmark = pytest.mark.slow  # for the import

N_CONFIGS = 60


@dataclass(frozen=True)
class Trial:
    """All that Ray's schedulers look at."""

    trial_id: str


@pytest.fixture
def curves():
    """Give random curves that rise and cross, one row a configuration."""
    rng = np.random.default_rng(7)
    height, speed = rng.normal(size=(N_CONFIGS, 1)), rng.uniform(0.05, 1, (N_CONFIGS, 1))
    noise = rng.normal(0, 0.1, (N_CONFIGS, 30))
    return height * (1 - np.exp(-speed * np.arange(1, 31))) + noise


def ray_stops(scheduler, trial, step, score):
    """Ask a scheduler of Ray's, without a controller."""
    result = {"training_iteration": step, "score": score}
    return scheduler.on_trial_result(None, trial, result) == "STOP"


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("reduction", [2, 3, 4])
def test_asha_is_rays_up_to_two_ranks(curves, mode, reduction):
    """Whoever goes on here does so with Ray; Ray lets at most two more ranks through.

    Ray compares with a quantile, interpolated, of the earlier scores. The score itself is not
    among them: with n scores, its own included, ranks up to (n - 2) // reduction + 1 go on for
    sure, and the next one where it lies above the interpolated quantile. Here ranks up to
    max(1, n // reduction) go on, which is the paper's number.
    """
    from ray.tune.schedulers import AsyncHyperBandScheduler

    options = {"grace_period": 1, "reduction_factor": reduction, "brackets": 1}
    theirs: Any = AsyncHyperBandScheduler(
        time_attr="training_iteration", metric="score", mode=mode, max_t=30, **options
    )
    ours = AshaRule(mode=mode, max_steps=30, grace=1, reduction=reduction)
    verdicts = []
    for row, curve in enumerate(curves):
        trial = Trial(str(row))
        theirs.on_trial_add(None, trial)
        for step in ours.milestones.steps:
            score = float(curve[step - 1])
            is_stopped = ray_stops(theirs, trial, step, score)
            verdict = ours.judge(row, 0, step, score)
            verdicts.append((verdict, is_stopped))
    assert all(not is_stopped for verdict, is_stopped in verdicts if verdict is None)
    differing = [verdict for verdict, is_stopped in verdicts if verdict and not is_stopped]
    for verdict in differing:
        detail: Any = verdict.detail
        rank, n = detail["rank"], detail["of"]
        assert rank <= (n - 2) // reduction + 2 <= max(1, n // reduction) + 2
    n_stopped = sum(is_stopped for _, is_stopped in verdicts)
    assert n_stopped > len(verdicts) / 4, "too few stops for the comparison to mean anything"


def test_ray_never_stops_what_is_not_a_number():
    """Where we differ on purpose."""
    from ray.tune.schedulers import AsyncHyperBandScheduler

    theirs: Any = AsyncHyperBandScheduler(
        time_attr="training_iteration", metric="score", mode="max", max_t=30, reduction_factor=3
    )
    ours = AshaRule(mode="max", max_steps=30, grace=1)
    verdicts = []
    for row, score in enumerate([0.5, 0.6, 0.7, math.nan]):
        trial = Trial(str(row))
        theirs.on_trial_add(None, trial)
        is_stopped = ray_stops(theirs, trial, 1, score)
        verdicts.append((ours.judge(row, 0, 1, score) is not None, is_stopped))
    assert verdicts == [(False, False)] * 3 + [(True, False)]


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("grace", [1, 4])
def test_the_median_rule_is_rays(curves, mode, grace):
    """With as many others asked for, the two stop the same runs at the same steps."""
    from ray.tune.schedulers import MedianStoppingRule

    never: Any = math.inf  # it would pause runs, with the help of a controller that we lack
    theirs: Any = MedianStoppingRule(
        time_attr="training_iteration",
        metric="score",
        mode=mode,
        grace_period=grace,
        min_samples_required=5,
        min_time_slice=never,
    )
    ours = MedianRule(mode=mode, grace=grace)
    live = list(range(N_CONFIGS))
    rng = np.random.default_rng(3)
    step_of = dict.fromkeys(live, grace - 1)
    n_stopped = 0
    while live:
        row = int(rng.choice(live))
        step_of[row] += 1
        score = float(curves[row, step_of[row] - 1])
        is_stopped = ray_stops(theirs, Trial(str(row)), step_of[row], score)
        assert (ours.judge(row, 0, step_of[row], score) is not None) == is_stopped
        n_stopped += is_stopped
        if is_stopped or step_of[row] == 30:
            live.remove(row)
    assert 5 < n_stopped < N_CONFIGS
