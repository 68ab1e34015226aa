"""The planner, told what Ray would tell it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.batch import Batch, Idle
from sweeps.planner.event import Status
from sweeps.planner.retry import Suspect


def test_every_configuration_meets_every_seed_once(game):
    """A game without accidents runs the whole design, each run once."""
    play = game(n_configs=5, n_seeds=7)
    play.finish()
    assert len(play.ended) == 35


def test_a_configurations_seeds_come_in_a_row(game):
    """Means come early: the first configuration is complete before the next one starts."""
    play = game(n_configs=2, n_seeds=3, slots=1)
    batch = play.ask()
    assert [seed for _, _, seed in batch.runs] == [0, 1, 2]
    assert len(batch.configs) == 1


def test_batches_shrink_towards_the_end(game):
    """No slot is left waiting for one large last batch."""
    play = game(n_configs=10, n_seeds=10, slots=2)
    sizes = []
    while isinstance(batch := play.ask(), Batch):
        sizes.append(len(batch.runs))
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 25
    assert sizes[-1] == 1


def test_wait_while_something_runs_then_done(game):
    """`WAIT` is given while runs are being executed, `DONE` only when all are over."""
    play = game(n_configs=1, n_seeds=1)
    batch = play.ask()
    assert play.ask() is Idle.WAIT
    play.end(batch.batch_id, list(play.live[batch.batch_id]))
    play.close(batch.batch_id)
    assert play.ask() is Idle.DONE
    play.check()


def test_unstarted_runs_come_back(game):
    """Runs that a batch had no time for are handed out again."""
    play = game(n_configs=2, n_seeds=8, slots=1)
    batch = play.ask()
    first = play.live[batch.batch_id][0]
    play.end(batch.batch_id, [first], duration_s=60.0)
    play.close(batch.batch_id)
    play.finish()


def test_neighbours_of_an_unknown_culprit_are_tried_alone(game):
    """When nobody knows which run killed the process, each unfinished one goes on by itself."""
    play = game(n_configs=1, n_seeds=8, slots=1)
    batch = play.ask()
    runs = list(play.live[batch.batch_id])
    play.end(batch.batch_id, runs[:1])
    play.lose(batch.batch_id)
    for run in runs[1:]:
        alone = play.ask()
        assert play.live[alone.batch_id] == [run]
        assert alone.is_watched
    play.finish()


def test_an_unknown_culprit_costs_its_neighbours_no_retry(game):
    """Even with `retries: 0` a neighbour of the culprit is tried once more."""
    play = game(n_configs=1, n_seeds=4, slots=1, retries=0)
    play.lose(play.ask().batch_id)
    play.finish()
    assert {ended.status for ended in play.ended} == {Status.FINISHED}
    assert max(ended.attempts for ended in play.ended) == 2


def test_a_known_culprit_leaves_its_neighbours_in_peace(game):
    """When the culprit is known, the others go back to the queue as if nothing had happened."""
    play = game(n_configs=1, n_seeds=8, slots=1, retries=0)
    batch = play.ask()
    culprit, *others = play.live[batch.batch_id]
    play.lose(batch.batch_id, Suspect(culprit, started_at=99.0, output="last words"))
    play.finish()
    by_run = {ended.run: ended for ended in play.ended}
    assert by_run[culprit].status is Status.LOST
    assert by_run[culprit].output == "last words"
    assert all(by_run[run].attempts == 1 for run in others)


@pytest.mark.parametrize("retries", [0, 1, 2])
def test_a_run_that_kills_its_process_is_given_up_after_its_retries(game, retries):
    """A lost run is tried `retries` times again, then recorded as lost, with all its attempts."""
    play = game(n_configs=1, n_seeds=1, retries=retries)
    for _ in range(retries):
        told = play.lose(play.ask().batch_id)
        assert told.ended == []
        assert told.decisions[0].kind == "retried"
    told = play.lose(play.ask().batch_id)
    assert [ended.status for ended in told.ended] == [Status.LOST]
    assert told.ended[0].attempts == retries + 1
    assert "exit code 1" in told.ended[0].error
    play.finish()


def test_a_process_that_ends_after_the_limit_is_a_timeout(game):
    """A run stuck in C beyond `timeout_s` is timed out, and not tried again."""
    play = game(n_configs=1, n_seeds=1, retries=5, timeout_s=2.0)
    batch = play.ask()
    run = play.live[batch.batch_id][0]
    told = play.lose(batch.batch_id, Suspect(run, started_at=90.0), lost_at=95.0)
    assert [ended.status for ended in told.ended] == [Status.TIMED_OUT]
    assert told.ended[0].duration_s == pytest.approx(5.0)
    play.finish()


def test_telling_twice_does_no_harm(game):
    """An unknown batch, or a run that is over, is ignored."""
    play = game(n_configs=1, n_seeds=2)
    batch = play.ask()
    runs = list(play.live[batch.batch_id])
    play.end(batch.batch_id, runs)
    play.close(batch.batch_id)
    n_done = play.planner.table.n_done
    play.planner.tell(play.ended[:1])
    play.live[batch.batch_id] = []
    play.close(batch.batch_id)
    assert play.planner.table.n_done == n_done
    play.finish()


def test_the_same_configuration_is_run_once(game):
    """Proposals that repeat a configuration, in whatever numeric type, collapse to one."""
    play = game(entries=[{"x": 1}, {"x": 1.0}, {"x": 2}], n_seeds=2)
    play.finish()
    assert len(play.planner.table.configs) == 2


def test_an_exhausted_space_is_said_once(game):
    """Fewer configurations than asked for is a decision with both numbers."""
    play = game(n_configs=3, n_wanted=10, n_seeds=2)
    play.finish()
    exhausted = [d for d in play.planner.new_decisions if d.kind == "exhausted"]
    assert [d.detail for d in exhausted] == [{"n_wanted": 10, "n_found": 3}]


def test_defaults_come_first(game):
    """A first configuration precedes the sampler's, and is not run again by it."""
    play = game(entries=[{"x": 1}, {"x": 2}], n_seeds=1, n_wanted=2, first={"x": 2})
    play.finish()
    assert [c.values["x"] for c in play.planner.table.configs] == [2, 1]
    assert play.planner.table.configs[0].origin == "defaults"


def test_growing_runs_only_what_is_new(game):
    """More seeds and more configurations leave what is stored alone."""
    small = game(n_configs=2, n_seeds=3)
    small.finish()
    large = game(n_configs=4, n_seeds=5, configs=small.planner.table.configs, runs=small.ended)
    large.finish()
    assert len(large.ended) == 4 * 5 - 2 * 3


def test_the_leader_has_the_most_seeds_then_the_best_mean(game):
    """A lucky single seed does not lead over a configuration with more of them."""
    play = game(n_configs=2, n_seeds=2, slots=1)
    first, second = play.ask(), play.ask()
    complete = play.live[first.batch_id] + play.live[second.batch_id]
    a = [run for run in complete if run.config_id == complete[0].config_id]
    play.end(first.batch_id, play.live[first.batch_id][:], score=0.5)
    if left := [run for run in a if run in play.live[second.batch_id]]:
        play.end(second.batch_id, left, score=0.5)
    lucky = play.ask()
    play.end(lucky.batch_id, play.live[lucky.batch_id][:1], score=0.9)
    leader = play.planner.table.leader()
    assert (leader.config_id, leader.n_seeds, leader.mean) == (a[0].config_id, 2, 0.5)


@given(data=st.data())
def test_whatever_happens_each_run_ends_exactly_once(game, data):
    """Any order of reports, returns and losses ends with the whole design, each run once."""
    play = game(
        n_configs=data.draw(st.integers(1, 6)),
        n_seeds=data.draw(st.integers(1, 6)),
        slots=data.draw(st.integers(1, 4)),
        retries=data.draw(st.integers(0, 2)),
    )
    for _ in range(data.draw(st.integers(0, 40))):
        if len(play.live) < play.slots and data.draw(st.booleans()):
            play.ask()
        elif play.live:
            batch_id = data.draw(st.sampled_from(sorted(play.live)))
            runs = play.live[batch_id]
            n_over = data.draw(st.integers(0, len(runs)))
            play.end(batch_id, runs[:n_over], duration_s=data.draw(st.sampled_from([1e-5, 0.1, 9])))
            match data.draw(st.sampled_from(["close", "lose", "suspect", "go on"])):
                case "close":
                    play.close(batch_id)
                case "lose":
                    play.lose(batch_id)
                case "suspect" if play.live[batch_id]:
                    play.lose(batch_id, Suspect(play.live[batch_id][0], started_at=99.0))
    play.finish()


@given(data=st.data())
def test_resuming_is_replaying(game, data):
    """A planner made from any prefix of the stored runs ends with the same table of runs."""
    whole = game(n_configs=4, n_seeds=3)
    whole.finish()
    n_stored = data.draw(st.integers(0, len(whole.ended)))
    stored = whole.ended[:n_stored]
    n_configs = data.draw(st.integers(len({e.run.config_id for e in stored}), 4))
    resumed = game(
        n_configs=4, n_seeds=3, configs=whole.planner.table.configs[:n_configs], runs=stored
    )
    resumed.finish()
    assert {e.run for e in resumed.ended} | {e.run for e in stored} == {e.run for e in whole.ended}
    order = [config.config_id for config in whole.planner.table.configs]
    assert [config.config_id for config in resumed.planner.table.configs] == order


@pytest.mark.parametrize(("first", "n_configs"), [({"x": 1}, 3), ({"x": 7}, 4)])
def test_a_first_configuration_takes_no_other_ones_place(game, first, n_configs):
    """Where no number is asked for, the whole list is run, and the defaults beside it."""
    play = game(n_configs=3, n_seeds=2, first=first)
    assert play.planner.n_configs == n_configs
    play.finish()
    assert len(play.ended) == 2 * n_configs
    assert play.planner.table.configs[0].values == first
