"""A sweep is submitted again: attach, follow, or refuse."""

from __future__ import annotations

from typing import Any

import pytest

from sweeps.cluster import Job, JobRequest
from sweeps.cluster.attaching import Attach, Submit, decide, newest
from sweeps.cluster.naming import JobName
from sweeps.engine.submission import sending
from sweeps.errors import ClusterError

FIRST = JobName("svm", "01234567", 1)
NOTED = {
    "sweeps_definition": "d",
    "sweeps_source": "s",
    "sweeps_store": "postgresql://ann@host/db",
    "sweeps_version": "1.0",
}


def job(number, status="RUNNING", sweep="svm", hash8="01234567", **noted):
    """A job as a cluster gives it."""
    name = JobName(sweep, hash8, number)
    return Job(str(name), status, metadata={**NOTED, **noted})


def test_the_first_submission_is_a_job():
    """Whatever else runs on the cluster."""
    others = [job(1, sweep="mlp"), job(3, sweep="svm-2"), Job("raysubmit_1", "RUNNING")]
    assert decide([], FIRST, NOTED) == Submit(FIRST, None)
    assert decide(others, FIRST, NOTED) == Submit(FIRST, None)


@pytest.mark.parametrize("status", ["SUCCEEDED", "FAILED", "STOPPED"])
def test_a_job_that_ended_is_followed_by_the_next(status):
    """With the next number, also where the cluster lists them in another order."""
    jobs = [job(10, status), job(2, "FAILED")]
    assert decide(jobs, FIRST, NOTED) == Submit(JobName("svm", "01234567", 11), jobs[0])


@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
def test_a_live_job_is_attached_to(status):
    """Nothing is said to be different where nothing is."""
    live = job(2, status)
    assert decide([job(1, "FAILED"), live], FIRST, NOTED) == Attach(live, ())


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("sweeps_definition", "the definition is another one here"),
        ("sweeps_source", "the objective's code is another one here"),
        ("sweeps_version", "it runs `sweeps` x, here is 1.0"),
    ],
)
def test_what_is_different_is_said(key, said):
    """One clause for each difference."""
    decision = decide([job(1, **{key: "x"})], FIRST, NOTED)
    assert isinstance(decision, Attach)
    assert decision.differences == (said,)


@pytest.mark.parametrize(
    ("store", "is_same"),
    [
        ("postgresql://bob@host/db", True),
        ("postgres://ann@host:5432/db?sslmode=require", True),
        ("postgresql://ann:p/w[1]@HOST/db", True),
        ("postgresql://ann@host/other", False),
        ("postgresql://ann@host:5433/db", False),
        ("postgresql://ann@host:port/db", False),
        ("postgresql://ann@[::1]/db", False),
        ("postgresql://ann@host/db?options=-csearch_path%3Dours", False),
    ],
)
def test_only_a_job_with_the_same_store_is_attached_to(store, is_same):
    """Who asks for it, and how, makes no other store; the other sweep's numbers are not reused."""
    decision = decide([job(1, sweeps_store=store)], FIRST, NOTED)
    if is_same:
        assert isinstance(decision, Attach)
    else:
        assert isinstance(decision, Submit)
        assert decision.name.number == 2


def test_another_sweep_of_that_name_is_refused_while_it_runs():
    """It would be refused on the cluster, too, minutes later."""
    with pytest.raises(ClusterError, match="another sweep that is running: sweeps-svm-f"):
        decide([job(1, hash8="ffffffff")], FIRST, NOTED)
    assert decide([job(1, "STOPPED", hash8="ffffffff")], FIRST, NOTED) == Submit(FIRST, None)


def test_a_fresh_start_is_refused_while_it_runs():
    """With how to stop it."""
    with pytest.raises(ClusterError, match="sweeps stop svm"):
        decide([job(1)], FIRST, NOTED, fresh=True)
    assert isinstance(decide([job(1, "STOPPED")], FIRST, NOTED, fresh=True), Submit)


def test_a_name_means_the_live_job_else_the_last():
    """Where several run, which one is meant has to be said."""
    old, live, late = job(1, "FAILED"), job(2), job(1, "STOPPED", hash8="ffffffff")
    assert newest([old, live, late], "svm") == live
    assert newest([old, late], "svm") == late
    assert newest([old, live], str(old.id)) == old
    assert newest([old], "sv") is None
    other = job(3, sweeps_store="postgresql://ann@host/other")
    with pytest.raises(ClusterError, match="several jobs"):
        newest([live, other], "svm")
    assert newest([live, other], "svm", "postgresql://x:pw@host/other") == other


class Race:
    """A cluster on which somebody else is always a moment earlier."""

    def __init__(self, n_lost):
        self.n_lost = n_lost
        self.there = []

    def find(self):
        """Give what was there a moment ago."""
        return list(self.there)

    def submit(self, request):
        """Lose, or win."""
        is_lost = len(self.there) < self.n_lost
        self.there.append(Job(request.submission_id, "RUNNING", metadata=NOTED))
        return not is_lost


class Asked:
    """What is submitted."""

    first, metadata, is_fresh = FIRST, NOTED, False

    def request(self, name):
        """Give a request of that name."""
        return JobRequest(str(name), "true")


def test_of_two_submissions_at_the_same_moment_one_attaches():
    """The one whose name is taken when it arrives."""
    asked: Any = Asked()
    winner: Any = Race(0)
    loser: Any = Race(1)
    assert sending.send(asked, winner) == Submit(FIRST, None)
    decision = sending.send(asked, loser)
    assert isinstance(decision, Attach)
    assert decision.job.id == str(FIRST)
