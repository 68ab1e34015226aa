"""What a lost node costs: the runs that were being executed there, and no retry of theirs."""

from __future__ import annotations

import pytest

from sweeps.planner.event import Status
from sweeps.planner.retry import MOST_NODES, UNSEEN_NODES, Suspect


def lose_node(play, batch, *, knows=True):
    """Lose the node of a batch, where the first of its runs was being executed."""
    first = play.live[batch.batch_id][0]
    suspect = Suspect(first, started_at=99.0) if knows else None
    node = "spot-7:41"
    return play.lose(batch.batch_id, suspect, reason="preempted", node=node, is_node_lost=True)


@pytest.mark.parametrize("knows", [True, False])
def test_a_lost_node_costs_no_retry(game, knows):
    """A run with no retry left is started again, as often as nodes are taken away from it."""
    play = game(n_configs=1, n_seeds=1, retries=0)
    for _ in range(MOST_NODES - 1):
        told = lose_node(play, play.ask(), knows=knows)
        assert told.ended == []
    play.finish()
    assert [(ended.status, ended.attempts) for ended in play.ended] == [
        (Status.FINISHED, MOST_NODES)
    ]


def test_the_record_says_which_node_was_lost_and_why(game):
    """A user sees what spot machines cost."""
    play = game(n_configs=1, n_seeds=4, slots=1)
    batch = play.ask()
    run = play.live[batch.batch_id][0]
    (decision,) = lose_node(play, batch).decisions
    assert (decision.kind, decision.config_id) == ("retried", run.config_id)
    assert decision.detail == {
        "role": run.role,
        "seed": run.seed,
        "reason": "preempted",
        "node": "spot-7:41",
    }


def test_neighbours_of_the_run_go_back_to_the_queue(game):
    """They were never started, so they cost nothing and are tried together."""
    play = game(n_configs=1, n_seeds=8, slots=1, retries=0)
    batch = play.ask()
    first, *others = play.live[batch.batch_id]
    lose_node(play, batch)
    assert play.live[play.ask().batch_id] == [first]
    play.finish()
    by_run = {ended.run: ended.attempts for ended in play.ended}
    assert by_run == {first: 2, **dict.fromkeys(others, 1)} | {
        run: 1 for run in by_run if run not in {first, *others}
    }


def test_a_run_that_takes_down_node_after_node_is_given_up(game):
    """Once may be chance, twenty in a row are not."""
    play = game(n_configs=1, n_seeds=1, retries=0)
    for _ in range(MOST_NODES - 1):
        lose_node(play, play.ask())
    told = lose_node(play, play.ask())
    assert [(ended.status, ended.attempts) for ended in told.ended] == [(Status.LOST, MOST_NODES)]
    assert told.ended[0].error == "its node was lost: preempted"
    assert told.decisions[0].kind == "abandoned"
    play.finish()


def test_a_run_that_takes_down_nodes_unseen_is_found(game):
    """Short runs are not announced: after some nodes each of a batch is tried by itself."""
    play = game(n_configs=1, n_seeds=4, slots=1, retries=0)
    culprit = play.live[(batch := play.ask()).batch_id][-1]
    n_nodes = 0
    while culprit not in [ended.run for ended in play.ended]:
        if culprit in play.live[batch.batch_id]:
            n_nodes += 1
            lose_node(play, batch, knows=False)
        else:
            play.end(batch.batch_id, list(play.live[batch.batch_id]))
            play.close(batch.batch_id)
        batch = play.ask() if not play.planner.is_done() else batch
    assert n_nodes == MOST_NODES > UNSEEN_NODES
    if play.live:
        play.close(batch.batch_id)
    play.finish()
    lost = [ended.run for ended in play.ended if ended.status is Status.LOST]
    assert lost == [culprit]


def test_the_time_until_the_loss_was_known_is_not_the_runs(game):
    """Ray declares a node dead up to a minute later: no run is over its limit for that."""
    play = game(n_configs=1, n_seeds=1, retries=0, timeout_s=2.0)
    batch = play.ask()
    suspect = Suspect(play.live[batch.batch_id][0], started_at=10.0)
    told = play.lose(batch.batch_id, suspect, lost_at=100.0, is_node_lost=True)
    assert told.ended == []
    play.finish()


def test_a_process_that_dies_counts_as_ever(game):
    """Lost nodes before it neither add to its losses nor excuse them."""
    play = game(n_configs=1, n_seeds=1, retries=1)
    lose_node(play, play.ask())
    play.lose(play.ask().batch_id)
    lose_node(play, play.ask())
    told = play.lose(play.ask().batch_id)
    assert [(ended.status, ended.attempts) for ended in told.ended] == [(Status.LOST, 4)]
    play.finish()
