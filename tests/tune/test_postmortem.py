"""Whose fault a lost process is: judged only when the cluster has said enough."""

from __future__ import annotations

from typing import Any

import pytest

from sweeps.tune.postmortem import (
    OURS,
    SETTLING_S,
    UNANSWERED_S,
    Fate,
    fate_of,
    reason_of_node,
)
from sweeps.tune.survey import Finding

MANY: dict[str, Any] = {"is_alone": False}


@pytest.mark.parametrize("cause", ["WORKER_DIED", "UNSPECIFIED"])
def test_a_process_that_died_alone_is_its_runs_fault(cause):
    """On a machine that is still there a moment later; where it is the only one, at once."""
    finding = Finding(cause, **MANY)
    assert fate_of(finding, 0.0, has_actor=True) is Fate.UNKNOWN
    assert fate_of(finding, SETTLING_S, has_actor=True) is Fate.PROCESS
    assert fate_of(Finding(cause), 0.0, has_actor=True) is Fate.PROCESS


@pytest.mark.parametrize("cause", ["", "WORKER_DIED", "NODE_DIED", *OURS])
def test_a_node_that_is_gone_is_nobodys_fault(cause):
    """Also where it took its processes down first, or where we gave them up before."""
    assert fate_of(Finding(cause, is_node_dead=True, **MANY), 0.0, has_actor=True) is Fate.NODE


def test_a_node_that_is_being_taken_away_is_nobodys_fault():
    """Its processes may be ended before it goes."""
    finding = Finding("WORKER_DIED", is_node_leaving=True, **MANY)
    assert fate_of(finding, 0.0, has_actor=True) is Fate.NODE


@pytest.mark.parametrize("cause", ["", *OURS])
def test_a_process_that_does_not_answer_is_not_judged_yet(cause):
    """Ray sees only later that its node is gone; that we ended it meanwhile tells nothing."""
    finding = Finding(cause, **MANY)
    assert fate_of(finding, UNANSWERED_S - 1.0, has_actor=True) is Fate.UNKNOWN
    assert fate_of(finding, UNANSWERED_S, has_actor=True) is Fate.NODE


def test_a_cluster_that_does_not_answer_is_waited_for():
    """Nothing is judged by what is not known."""
    assert fate_of(None, 10 * UNANSWERED_S, has_actor=True) is Fate.UNKNOWN


def test_a_process_without_a_name_died_by_itself():
    """Ray never got as far as starting it."""
    assert fate_of(Finding(), 0.0, has_actor=False) is Fate.PROCESS


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"is_node_dead": True}, "its node was lost: heartbeats"),
        (
            {"is_node_leaving": True, "is_node_dead": True},
            "its node was taken away (preempted, or shut down): heartbeats",
        ),
        ({}, "its node could not be reached any more: heartbeats"),
    ],
)
def test_the_reason_says_what_became_of_the_node(facts, text):
    """In Ray's words where it has any."""
    assert reason_of_node(Finding(reason="heartbeats", **facts)) == text
