"""The median rule against its definition, spelled out."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.stopping import MedianRule
from tests.contracts.stopping_contract import LAST_STEP, NAN, StoppingContract


def median(mode="max", **options):
    return MedianRule(mode=mode, max_steps=LAST_STEP, **options)


class TestMedian(StoppingContract):
    """Every step is a milestone."""

    def rule(self, mode="max"):
        return median(mode)


class TestMedianAtSomeSteps(StoppingContract):
    """Milestones 3, 5, 7 …"""

    def rule(self, mode="max"):
        return median(mode, grace=3, every=2)


@pytest.mark.slow
@given(
    curves=st.lists(
        st.lists(st.integers(-8, 8).map(float), min_size=4, max_size=4), min_size=7, max_size=9
    )
)
def test_best_so_far_is_compared_with_the_median_of_running_averages(curves):
    """Golovin et al. (2017), section 3.2.2, over the others that reached the step."""
    rule = median()
    for i in range(4):
        for row, curve in enumerate(curves):
            reached = [other[: i + 1] for other in curves[:row]]
            verdict = rule.judge(row, 0, i + 1, curve[i])
            if len(reached) < 5:
                assert verdict is None
                continue
            cutoff = statistics.median(sum(other) / len(other) for other in reached)
            gap = max(curve[: i + 1]) - cutoff
            if abs(gap) > 1e-9:  # rounding decides the rest
                assert (verdict is not None) == (gap < 0)


def test_five_others_are_needed():
    """The sixth to arrive is the first that can be stopped."""
    rule = median()
    verdicts = [rule.judge(row, 0, 1, -float(row)) for row in range(6)]
    assert [verdict is None for verdict in verdicts] == [True] * 5 + [False]
    assert verdicts[5].reason == (
        "best score -5 up to step 1 is worse than -2, the median of the running averages of "
        "5 other configurations"
    )
    assert verdicts[5].detail == {
        "rule": "median",
        "step": 1,
        "score": -5.0,
        "best": -5.0,
        "cutoff": -2.0,
        "of": 5,
    }


def test_a_good_past_protects():
    """The best score so far counts, not the last one."""
    rule = median()
    for row in range(6):
        rule.judge(row, 0, 1, 0.5)
        rule.judge(row, 0, 2, 0.5)
    rule.judge(6, 0, 1, 0.6)
    assert rule.judge(6, 0, 2, 0.0) is None


@pytest.mark.parametrize("plateau", [0.1, 1 / 3, 0.7])
def test_a_plateau_stops_nobody(plateau):
    """Averages of equal scores are that score, to the last bit."""
    rule = median()
    for step in range(1, LAST_STEP):
        assert all(rule.judge(row, 0, step, plateau) is None for row in range(9))


def test_further_seeds_neither_count_nor_stop():
    """Only column 0 is compared."""
    rule = median()
    for column in range(1, 9):
        assert rule.judge(0, column, 1, 0.9) is None
    for row in range(1, 5):
        rule.judge(row, 0, 1, 0.9)
    assert rule.judge(5, 0, 1, 0.1) is None
    rule.judge(6, 0, 1, 0.9)
    assert rule.judge(7, 1, 1, 0.1) is None
    assert rule.judge(7, 0, 1, 0.1) is not None


def test_a_diverged_configuration_has_the_worst_average_from_then_on():
    """With three of five diverged, the median is theirs, and any finite score goes on."""
    rule = median()
    for row in range(5):
        rule.judge(row, 0, 1, 0.9)
        rule.judge(row, 0, 2, NAN if row < 3 else 0.9)
        rule.judge(row, 0, 3, 0.9)
    assert rule.judge(5, 0, 1, 0.1) is not None
    assert rule.judge(5, 0, 2, 0.1) is None
    assert rule.judge(5, 0, 3, 0.1) is None


@given(score=st.floats(allow_nan=False, allow_infinity=False))
def test_huge_scores_overflow_nothing(score):
    """Averages stay between the scores that they are of."""
    rule = median()
    for step in (1, 2, 3):
        for row in range(5):
            rule.judge(row, 0, step, -1.7e308 if (row + step) % 2 else 1.7e308)
        verdict = rule.judge(5, 0, step, score)
        assert verdict is None or verdict.detail["cutoff"] is not None
