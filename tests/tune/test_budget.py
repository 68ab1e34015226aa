"""A budget of steps or hours ends a sweep, by a clock that the tests set."""

from __future__ import annotations

import pytest

from sweeps.planner.batch import Batch, Idle
from sweeps.planner.budget import HOUR_S, Budget
from sweeps.planner.event import Role
from sweeps.planner.plan import Validation
from sweeps.planner.samplers import ListedSampler
from tests.tune.conftest import done


class Learning(ListedSampler):
    """Is asked for one configuration at a time."""

    is_model = True


RACE = {"n_seeds": 9, "rungs": (1, 3, 9)}
FIXED = {"n_seeds": 3}


def play_on(play, *, run_s=10.0, later_s=None, steps=5):
    """Execute batches on two workers; none starts a run when its batch is older than its limit."""
    live: list[tuple[Batch, int]] = []
    while True:
        while len(live) < 2 and isinstance(batch := play.driver.next_batch(), Batch):
            live.append((batch, 0))
        if not live:
            break
        if later_s is not None and play.driver.planner.table.n_done >= 20:
            run_s = later_s
        play.clock.now += run_s
        ahead = []
        for batch, i in live:
            score = batch.configs[batch.runs[i][0]].values["x"]
            started_at = play.clock.now - run_s
            fields = {"steps": steps, "duration_s": run_s, "started_at": started_at}
            play.report(batch, done(i, score, **fields))
            if i + 1 < len(batch.runs) and (i + 1) * run_s < batch.limit_s:
                ahead.append((batch, i + 1))
            else:
                play.driver.close(batch.batch_id)
        live = ahead
    assert play.driver.next_batch() is Idle.DONE
    return play.runs()


@pytest.mark.parametrize("kind", [FIXED, RACE])
def test_hours_end_a_sweep(session, kind):
    """Runs under way finish, those that wait are not started, and it is said once."""
    play = session(n_configs=500, budget=Budget(hours=200 / HOUR_S), **kind)
    runs = play_on(play)
    assert len(runs) == 40
    (ended,) = [each for each in play.decisions() if each.kind == "budget_ended"]
    assert (ended.detail["what"], ended.detail["limit"]) == ("hours", 200 / HOUR_S)


def test_runs_that_wait_are_given_up_when_time_is_over(session):
    """They were decided while runs were short; those that came later were not."""
    play = session(n_configs=500, n_seeds=3, budget=Budget(hours=200 / HOUR_S))
    started_at = play.clock.now
    play_on(play, run_s=0.1, later_s=20.0)
    assert 200 <= play.clock.now - started_at <= 240


@pytest.mark.parametrize("kind", [FIXED, RACE])
def test_steps_end_a_sweep(session, kind):
    """No more than the runs that were under way go over the limit."""
    play = session(n_configs=500, budget=Budget(steps=203), **kind)
    runs = play_on(play)
    assert 200 <= sum(each.steps for each in runs) <= 210
    assert [each.kind for each in play.decisions()].count("budget_ended") == 1


@pytest.mark.parametrize("run_s", [0.01, 10.0])
def test_short_runs_do_not_overrun_their_budget(session, run_s):
    """However many fit into a batch."""
    play = session(n_configs=5000, n_seeds=1, budget=Budget(steps=1000))
    runs = play_on(play, run_s=run_s)
    assert 990 <= sum(each.steps for each in runs) <= 1010


@pytest.mark.parametrize("kind", [FIXED, RACE])
@pytest.mark.parametrize(
    "budget", [Budget(hours=600 / HOUR_S), Budget(steps=600), Budget(runs=120)]
)
def test_the_leaders_are_validated_within_the_budget(session, kind, budget):
    """What it takes is kept from the start."""
    validation = Validation(n_seeds=6, n_contenders=2)
    play = session(n_configs=500, budget=budget, validation=validation, **kind)
    runs = play_on(play)
    n_validated = sum(each.run.role == Role.VALIDATION for each in runs)
    assert n_validated in (6, 12, 18)
    assert 90 <= len(runs) <= 122


@pytest.mark.parametrize("kind", [FIXED, RACE])
@pytest.mark.parametrize("budget", [Budget(hours=200 / HOUR_S), Budget(steps=200), Budget(runs=40)])
def test_a_spent_budget_stays_spent_until_it_grows(session, kind, budget):
    """Also where less time is known of than was spent: nobody measured the pauses between runs."""
    first = session(n_configs=500, budget=budget, **kind)
    n_runs = len(play_on(first))
    first.leave()
    again = session(n_configs=500, budget=budget, earlier_s=150.0, **kind)
    assert again.driver.planner.is_done()
    assert again.driver.next_batch() is Idle.DONE
    again.leave()
    larger = Budget(*(limit and 2 * limit for limit in (budget.runs, budget.steps, budget.hours)))
    grown = session(n_configs=500, budget=larger, earlier_s=200.0, **kind)
    assert not grown.driver.planner.is_done()
    assert n_runs * 1.9 <= len(play_on(grown)) <= n_runs * 2.1
    assert [each.kind for each in grown.decisions()].count("budget_ended") == 2


def test_a_configuration_cut_by_the_budget_is_not_finished_by_resuming(session):
    """What an earlier session had begun is taken up, but not beyond the budget."""
    sampler = Learning("learning", tuple({"x": i} for i in range(5)))
    play = session(sampler=sampler, n_seeds=4, budget=Budget(runs=6))
    assert len(play_on(play)) == 6
    play.leave()
    again = session(sampler=sampler, n_seeds=4, budget=Budget(runs=6))
    assert again.driver.next_batch() is Idle.DONE
