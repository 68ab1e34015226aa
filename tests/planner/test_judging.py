"""Rules that let runs wait: what they say when all wait, and when a neighbour is lost."""

from __future__ import annotations

import pytest

from sweeps.planner.batch import Idle
from sweeps.planner.event import RunPaused, Status
from sweeps.planner.stopping import Milestones, Pause, Stop
from tests.planner.conftest import run_of


class Patient:
    """Lets every first seed wait at its first step; says what a test wants it to."""

    name = "patient"
    milestones = Milestones(steps=(1,))

    def __init__(self):
        self.answer = []
        self.told = []

    def judge(self, row, column, step, score):
        return Pause()

    def released(self):
        answer, self.answer = self.answer, []
        return answer

    def finished(self, row, step, score):
        self.told.append((row, step, score))

    def failed(self, row):
        self.told.append((row, "failed"))


@pytest.fixture
def rule():
    return Patient()


def paused(game, n):
    """Let so many configurations of one seed each wait; give their runs."""
    runs = []
    for _ in range(n):
        batch = game.ask()
        run = run_of(batch, 0)
        game.planner.tell(RunPaused(run, {"score": 0.5}, 1, 0.1))
        game.live[batch.batch_id].remove(run)
        game.close(batch.batch_id)
        runs.append(run)
    return runs


def test_who_is_stopped_when_all_wait_is_recorded(game, rule):
    """It follows from no event, and must reach the store all the same."""
    play = game(n_configs=2, n_seeds=1, slots=1, stopping=rule)
    first, second = paused(play, 2)
    rule.answer = [(0, Stop("the worse")), (1, None)]
    batch = play.ask()
    assert run_of(batch, 0) == second
    told = play.planner.take_untold()
    assert [(each.run, each.status, each.error) for each in told.ended] == [
        (first, Status.STOPPED, "the worse")
    ]
    assert [decision.kind for decision in told.decisions] == ["stopped"]
    assert play.planner.take_untold().ended == []
    assert rule.told == [(0, 1, 0.5)]


def test_where_a_rule_says_nothing_all_go_on(game, rule):
    """Else the sweep would wait for ever."""
    play = game(n_configs=2, n_seeds=1, slots=2, stopping=rule)
    waiting = paused(play, 2)
    assert [run_of(play.ask(), 0) for _ in waiting] == waiting
    assert play.ask() is Idle.WAIT


def test_whoever_waits_for_a_lost_run_goes_on_at_once(game, rule):
    """The rule learns of the loss, and is asked."""
    play = game(n_configs=2, n_seeds=1, slots=1, stopping=rule, retries=0)
    (waiting,) = paused(play, 1)
    rule.answer = []
    batch = play.ask()
    rule.answer = [(0, None)]
    play.lose(batch.batch_id)
    assert rule.told == [(1, "failed")]
    assert rule.answer == []
    assert run_of(play.ask(), 0) == waiting
