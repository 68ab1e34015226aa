"""From a lost process to what the planner hears of it, with a cluster that a test plays."""

from __future__ import annotations

import pytest

from sweeps.errors import ExecutionError
from sweeps.tune.losses import MOST_FAILED_STARTS, OpenLosses
from sweeps.tune.recorder import Announcement
from sweeps.tune.survey import Finding, Question
from sweeps.tune.wire import run_of
from tests.tune.conftest import done

DEAD_NODE = Finding("NODE_DIED", is_node_dead=True, is_alone=False, node="far:7", reason="gone")
DEAD_PROCESS = Finding("WORKER_DIED", node="far:7")


class Cluster:
    """Answers what a test lays down."""

    def __init__(self):
        self.questions = {}
        self.findings = {}

    def ask(self, question):
        self.questions[question.batch_id] = question

    def newest(self, batch_id):
        return self.findings.get(batch_id)

    def drop(self, batch_id):
        del self.questions[batch_id]


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def forgotten():
    return []


@pytest.fixture
def begin(session, cluster, forgotten):
    """Begin a session with a batch that is lost, with a run being executed in it."""

    def start(**plan):
        play = session(n_configs=1, n_seeds=4, slots=1, retries=0, **plan)
        play.losses = OpenLosses(play.driver, cluster, forgotten.append)
        batch = play.batch()
        play.losses.add(Question(batch.batch_id, "a1", b"key"), "exit code 9", was_up=True)
        return play, batch

    return start


def test_nothing_is_said_before_it_is_known(begin, cluster, forgotten):
    """The runs stay with the batch meanwhile, so nobody gets them a second time."""
    play, batch = begin()
    assert not play.losses.settle()
    assert play.losses
    assert forgotten == []
    assert not {run_of(batch, i) for i in range(2)} & {run_of(play.batch(), 0)}
    assert play.decisions()[1:] == []


def test_a_lost_node_costs_no_retry(begin, cluster, forgotten):
    """The run is started again though it has no retry, and the record says where it was."""
    play, batch = begin()
    word = Announcement(1, 990.0, "words")
    cluster.findings[batch.batch_id] = Finding(**{**facts(DEAD_NODE), "last_word": word})
    assert play.losses.settle()
    assert (bool(play.losses), cluster.questions, forgotten) == (False, {}, [b"key"])
    (decision,) = [d for d in play.decisions() if d.kind == "retried"]
    assert decision.detail == {
        "role": "race",
        "seed": batch.runs[1][2],
        "reason": "its node was lost: gone",
        "node": "far:7",
    }
    again = play.batch()
    assert again.runs == (batch.runs[1],)
    play.report(again, done(0))
    assert [row.attempts for row in play.runs()] == [2]


def facts(finding):
    """Give the fields of a finding."""
    return {name: getattr(finding, name) for name in Finding.__slots__}


def test_a_process_that_died_counts(begin, cluster):
    """With Ray's reason."""
    play, batch = begin()
    word = Announcement(0, 990.0, "words")
    cluster.findings[batch.batch_id] = Finding(**{**facts(DEAD_PROCESS), "last_word": word})
    play.losses.settle()
    (row,) = play.runs()
    assert (row.status, row.error) == ("lost", "its process was lost: exit code 9")


def test_a_node_lost_before_a_process_came_up_counts_for_nothing(session, cluster, forgotten):
    """Spot nodes may go while processes are being started, as often as they like."""
    play = session(n_configs=1, n_seeds=4, slots=1)
    losses = OpenLosses(play.driver, cluster, forgotten.append)
    for _ in range(2 * MOST_FAILED_STARTS):
        batch = play.batch()
        losses.add(Question(batch.batch_id, "a1", None), "no node", was_up=False)
        cluster.findings[batch.batch_id] = DEAD_NODE
        assert losses.settle()
    assert not [d for d in play.decisions() if d.kind in ("retried", "abandoned")]


def test_processes_that_never_come_up_end_the_sweep(session, cluster, forgotten):
    """After some in a row: one that came up in between begins the count anew."""
    play = session(n_configs=1, n_seeds=4, slots=1)
    losses = OpenLosses(play.driver, cluster, forgotten.append)

    def fail():
        batch = play.batch()
        cluster.findings[batch.batch_id] = Finding()
        losses.add(Question(batch.batch_id, "", None), "no package x", was_up=False)
        losses.settle()

    for _ in range(MOST_FAILED_STARTS - 1):
        fail()
    losses.note_start()
    for _ in range(MOST_FAILED_STARTS - 1):
        fail()
    with pytest.raises(ExecutionError, match=r"do not come up\. Ray said: no package x"):
        fail()


def test_what_comes_late_from_a_lost_batch_is_ignored(begin, cluster):
    """A node that is cut off goes on: its runs were handed out again, and end once."""
    play, batch = begin()
    cluster.findings[batch.batch_id] = DEAD_NODE
    play.losses.settle()
    play.report(batch, done(0), worker="zombie:1")
    play.driver.take_points(batch.batch_id, b"")
    assert play.runs() == []
    again = play.batch()
    play.report(again, *(done(i) for i in range(len(again.runs))), worker="near:2")
    play.report(batch, done(0), done(1), worker="zombie:1")
    assert {row.node for row in play.runs()} == {"near:2"}
