"""Whole sweeps of every kind, played with accidents and kills against a simulated shell."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.budget import Budget
from tests.contracts.planner_invariants import check_play
from tests.contracts.planner_setting import ACCIDENTS, sweeps_to_play

LUCK = st.integers(0, 10**6)
REPEATABLE = st.builds(Budget, runs=st.sampled_from([None, 20, 60, 100]))


@pytest.mark.slow
@given(setting=sweeps_to_play(), slots=st.integers(1, 6), luck=LUCK, accidents=ACCIDENTS)
def test_whatever_happens_the_books_are_right(setting, slots, luck, accidents):
    """Any order of results, any durations, losses and faults: what the invariants say holds."""
    shell = setting.shell(slots=slots, luck=luck, accidents=accidents)
    shell.play()
    check_play(shell)


@pytest.mark.slow
@given(setting=sweeps_to_play(), slots=st.integers(1, 6), luck=LUCK, accidents=ACCIDENTS)
def test_killed_at_any_moment_a_sweep_goes_on_by_the_rules(setting, slots, luck, accidents):
    """Kills with the last results unstored: nothing is run twice, no decision is forgotten."""
    dice = random.Random(luck)
    shell = setting.shell(slots=slots, luck=luck, accidents=accidents)
    for session in range(6):
        if shell.play(dice.randint(0, 80)):
            break
        stored = shell.log[: dice.choice(shell.commits[-5:])]
        shell = setting.shell(
            slots=dice.randint(1, 6), luck=luck + session, stored=stored, accidents=accidents
        )
        assert shell.log == stored
    shell.play()
    check_play(shell)


@pytest.mark.slow
@given(
    setting=sweeps_to_play(rules=("none", "none", "asha", "threshold"), budgets=REPEATABLE),
    luck=LUCK,
)
def test_one_worker_plays_the_same_sweep_however_long_runs_take(setting, luck):
    """Durations, and with them the sizes of batches, change neither runs nor decisions."""
    one, other = setting.played(luck=luck), setting.played(luck=luck + 1)
    assert one.table() == other.table()
    assert one.story() == other.story()


@pytest.mark.slow
@given(
    setting=sweeps_to_play(rules=("none", "none", "asha", "threshold"), budgets=REPEATABLE),
    luck=LUCK,
)
def test_one_worker_plays_the_same_sweep_whatever_interrupts_it(setting, luck):
    """Killed again and again, with results lost: the same runs, decisions and winner."""
    whole = setting.played(luck=luck)
    dice = random.Random(luck)
    shell = setting.shell(luck=luck)
    for session in range(12):
        if shell.play(dice.randint(0, 60)):
            break
        stored = shell.log[: dice.choice(shell.commits[-4:])]
        shell = setting.shell(luck=luck + session, stored=stored)
    shell.play()
    assert shell.table() == whole.table()
    assert shell.story() == whole.story()


@pytest.mark.slow
@given(setting=sweeps_to_play(), slots=st.integers(1, 6), luck=LUCK)
def test_a_finished_sweep_stays_finished(setting, slots, luck):
    """Asked for again it runs nothing and decides nothing, but for a budget of hours."""
    done = setting.but(budget=Budget(setting.budget.runs)).played(slots=slots, luck=luck)
    setting = setting.but(budget=Budget(setting.budget.runs))
    again = setting.shell(slots=slots, stored=done.log)
    assert again.planner.is_done()
    again.play()
    assert again.table() == done.table()
    assert again.story() == done.story()
