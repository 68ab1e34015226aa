"""Successive halving against a brute-force count, and what a seed may not do."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.stopping import AshaRule
from tests.contracts.stopping_contract import INF, LAST_STEP, NAN, StoppingContract


def asha(mode="max", max_steps=LAST_STEP, grace=3, **options):
    return AshaRule(mode=mode, max_steps=max_steps, grace=grace, **options)


def survivors(rule, scores, step=3):
    """Give the positions, in order of arrival, of the configurations that went on."""
    return [row for row, score in enumerate(scores) if rule.judge(row, 0, step, score) is None]


class TestAsha(StoppingContract):
    """Rungs at 3 and 9."""

    def rule(self, mode="max"):
        return asha(mode)


class TestAshaInBrackets(StoppingContract):
    """Some configurations are first compared at step 9, or never."""

    def rule(self, mode="max"):
        return asha(mode, brackets=3, master_seed=5)


@pytest.mark.parametrize(
    ("grace", "reduction", "max_steps", "steps"),
    [
        (3, 3, 100, (3, 9, 27, 81)),
        (1, 2, 8, (1, 2, 4)),
        (3, 3, 81, (3, 9, 27)),
        (5, 4, 5, ()),
    ],
)
def test_rungs_are_powers_of_the_reduction_below_the_last_step(grace, reduction, max_steps, steps):
    """At the last step nothing is left to save."""
    rule = asha(grace=grace, reduction=reduction, max_steps=max_steps)
    assert rule.milestones.steps == steps


def test_without_a_rung_nobody_is_stopped():
    """A grace period as long as the run turns the rule off."""
    assert survivors(asha(max_steps=3), [0.1, NAN, 0.9], step=3) == [0, 1, 2]


@given(
    scores=st.lists(st.sampled_from([NAN, INF, 0.0, 0.25, 0.5, 0.75, 1.0]), max_size=30),
    reduction=st.integers(2, 5),
)
def test_going_on_takes_a_rank_in_the_best_part_of_those_before(scores, reduction):
    """The i-th to arrive goes on if fewer than max(1, i // reduction) of them are better."""
    expected = []
    for i, score in enumerate(scores):
        n_better = sum(other > score for other in scores[:i] if math.isfinite(other))
        if math.isfinite(score) and n_better < max(1, (i + 1) // reduction):
            expected.append(i)
    assert survivors(asha(reduction=reduction), scores) == expected


@pytest.mark.parametrize("reduction", [2, 3])
def test_in_random_order_about_one_in_reduction_goes_on(reduction):
    """Over all orders of n arrivals, the i-th goes on with probability max(1, i // r) / i."""
    n = 6
    orders = list(permutations(range(n)))
    total = sum(len(survivors(asha(reduction=reduction), order)) for order in orders)
    share = [max(1, i // reduction) / i for i in range(1, n + 1)]
    assert total == pytest.approx(len(orders) * sum(share))


def test_best_first_lets_one_in_reduction_through_and_best_last_everybody():
    """Nobody waits, so what goes on depends on the order; these are its two ends."""
    assert survivors(asha(), range(9, 0, -1)) == [0]
    assert survivors(asha(), range(9)) == list(range(9))


@given(
    curves=st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), max_size=20),
    data=st.data(),
)
def test_the_best_at_every_rung_is_never_stopped(curves, data):
    """Whoever else comes, and whenever."""
    rule = asha(max_steps=100)
    order = data.draw(st.permutations(range(len(curves) + 1)))
    for step, i_rung in ((3, 0), (9, 1), (27, 2)):
        for row in order:
            score = curves[row][i_rung] if row < len(curves) else 1.0
            verdict = rule.judge(row, 0, step, score)
            assert row < len(curves) or verdict is None


def test_a_plateau_stops_nobody():
    """Equal scores share the better rank."""
    assert survivors(asha(), [0.1] * 20) == list(range(20))


def test_further_seeds_neither_count_nor_stop():
    """Replicates of a good configuration would otherwise raise the bar for all others."""
    rule = asha()
    rule.judge(0, 0, 3, 0.5)
    for column in range(1, 30):
        assert rule.judge(0, column, 3, 0.9) is None
        assert rule.judge(1, column, 3, 0.1) is None
    assert rule.judge(2, 0, 3, 0.6) is None


def test_diverged_configurations_count_among_those_left_behind():
    """With eight that diverged and one better, the second best of ten is in the best third."""
    rule = asha()
    assert survivors(rule, [NAN] * 8 + [0.9, 0.5]) == [8, 9]


def test_a_stop_has_the_numbers_behind_it():
    """The sentence is for people, the detail for tables; scores keep their sign."""
    rule = asha("min")
    for row in range(20):
        rule.judge(row, 0, 9, row / 20)
    verdict = rule.judge(20, 0, 9, 0.612)
    assert verdict.reason == (
        "score 0.612 at step 9 ranks 14th of 21 configurations; the best third goes on"
    )
    assert verdict.detail == {
        "rule": "asha",
        "step": 9,
        "score": 0.612,
        "rank": 14,
        "of": 21,
        "cutoff": 0.3,
        "reduction": 3,
        "bracket": 0,
    }


def test_rungs_are_apart():
    """A score at step 9 says nothing about those at step 3."""
    rule = asha()
    assert rule.judge(0, 0, 9, 0.9) is None
    assert rule.judge(1, 0, 3, 0.1) is None


def test_brackets_are_drawn_from_the_master_seed_and_the_row_alone():
    """The same in every session, another one for another seed."""

    def drawn(master_seed, rows):
        rule = asha(brackets=2, master_seed=master_seed)
        return {row: rule._bracket(row) for row in rows}

    assert drawn(0, range(50)) == drawn(0, range(49, -1, -1))
    assert drawn(0, range(50)) != drawn(1, range(50))


def test_brackets_get_hyperbands_shares():
    """With two rungs, 3**2 / 3 to 3**1 / 2 to 3**0 / 1 configurations; no more brackets exist."""
    rule = asha(brackets=9)
    n = 2000
    found = [0, 0, 0]
    for row in range(n):
        found[rule._bracket(row)] += 1
    for count, weight in zip(found, [3.0, 1.5, 1.0], strict=True):
        share = weight / 5.5
        assert count == pytest.approx(n * share, abs=4 * math.sqrt(n * share * (1 - share)))


def test_a_bracket_skips_the_first_rungs_and_compares_only_its_own():
    """A configuration of bracket 1 is not judged at step 3, nor by those of bracket 0 at 9."""
    rule = asha(brackets=2)
    in_0 = [row for row in range(60) if rule._bracket(row) == 0]
    in_1 = [row for row in range(60) if rule._bracket(row) == 1]
    for row in in_0:
        rule.judge(row, 0, 3, 0.9)
        rule.judge(row, 0, 9, 0.9)
    assert all(rule.judge(row, 0, 3, 0.1) is None for row in in_1)
    assert rule.judge(in_1[0], 0, 9, 0.1) is None
    verdict = rule.judge(in_1[1], 0, 9, 0.05)
    assert "2nd of 2 configurations of its bracket" in verdict.reason
