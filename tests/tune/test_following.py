"""How the driver follows a cluster that grows and shrinks."""

from __future__ import annotations

import pytest

from sweeps.tune.capacity import Capacity
from sweeps.tune.session import Session
from sweeps.tune.slots import ASKING, Slots
from sweeps.tune.survey import Survey


@pytest.fixture
def following(session):
    """A session of two slots; its survey is asked by the test, and by no thread."""
    play = session(slots=2)
    return Session(play.driver, key="k", slots=Slots(2), survey=Survey({"CPU": 1.0}, None))


@pytest.mark.parametrize(
    ("there", "n"),
    [
        (Capacity(5), 5),
        (Capacity(0), 1),  # one trial waits for a node that may join
        (Capacity(2, 10, can_grow=True), 10),
        (Capacity(0, 3, can_grow=True), 3),
        (Capacity(2, None, can_grow=True), 2 + ASKING),  # nobody knows how far it grows
    ],
)
def test_the_planner_hears_how_many_batches_there_are_to_be(following, there, n):
    """Those that fit now and those that ask for nodes: it makes batches as small as that takes."""
    following.survey.capacity = there
    following.settle()
    assert following.slots.total == there.now
    assert following.driver.slots == n


def test_before_the_cluster_has_answered_nothing_changes(following):
    """The number at the start is right for a while."""
    following.settle()
    assert (following.slots.total, following.driver.slots) == (2, 2)


def test_a_sweep_that_leaves_room_for_others_never_grows_beyond_its_share(following):
    """Neither where more fits, nor where more could be started."""
    following.at_once = 3
    for there in (Capacity(5), Capacity(5, 50, can_grow=True), Capacity(1, None, can_grow=True)):
        following.survey.capacity = there
        following.settle()
        assert following.slots.total <= 3
        assert following.driver.slots == 3
