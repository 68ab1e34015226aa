"""A line that scores may not cross."""

from __future__ import annotations

import pytest

from sweeps.planner.stopping import ThresholdRule
from tests.contracts.stopping_contract import LAST_STEP, StoppingContract


class TestThreshold(StoppingContract):
    """Bad is below 0.2 where higher is better, above -0.2 where lower is."""

    def rule(self, mode="max"):
        if mode == "max":
            return ThresholdRule(below=0.2, max_steps=LAST_STEP)
        return ThresholdRule(above=-0.2, max_steps=LAST_STEP)


@pytest.mark.parametrize(
    ("score", "is_stopped"), [(0.19, True), (0.2, False), (0.5, False), (0.8, False), (0.81, True)]
)
def test_a_score_on_the_line_goes_on(score, is_stopped):
    """Both lines may be drawn, and a run ends outside of them."""
    rule = ThresholdRule(below=0.2, above=0.8)
    assert (rule.judge(0, 0, 1, score) is not None) == is_stopped


def test_every_seed_is_judged():
    """It compares nobody, so further seeds are no exception."""
    assert ThresholdRule(below=0.2).judge(4, 7, 1, 0.1) is not None


def test_the_grace_period_and_the_distance_are_kept():
    """Milestones are 3, 5, 7 …"""
    rule = ThresholdRule(below=0.2, grace=3, every=2)
    stopped = [step for step in range(1, 10) if rule.judge(0, 0, step, 0.0)]
    assert stopped == [3, 5, 7, 9]


def test_a_stop_has_the_numbers_behind_it():
    """The side that was crossed, and the line."""
    verdict = ThresholdRule(above=5).judge(0, 0, 2, 7.25)
    assert verdict is not None
    assert verdict.reason == "score 7.25 at step 2 is above the threshold 5"
    assert verdict.detail == {
        "rule": "threshold",
        "step": 2,
        "score": 7.25,
        "cutoff": 5.0,
        "side": "above",
    }
