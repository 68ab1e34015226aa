"""When a trial may be emitted, and when one that is over may end."""

from __future__ import annotations

from sweeps.tune.slots import PATIENCE_S, RETRY_S, Slots


def test_there_is_room_for_as_many_trials_as_slots():
    """Trials that wait for their process count as well as those that have it."""
    slots = Slots(2)
    slots.emit("a", 0.0)
    slots.start("a")
    assert slots.has_room(0.0)
    slots.emit("b", 0.0)
    assert not slots.has_room(0.0)
    slots.end("a")
    assert slots.has_room(0.0)


def test_a_trial_is_held_while_another_waits_for_its_process():
    """Otherwise its process would be handed over, and the one being started killed."""
    slots = Slots(2)
    slots.emit("a", 0.0)
    slots.start("a")
    assert slots.may_end(0.0)
    slots.emit("b", 1.0)
    assert not slots.may_end(2.0)
    slots.start("b")
    assert slots.may_end(2.0)


def test_cores_that_never_come_are_not_waited_for():
    """After a while the sweep makes do with what it has, and later asks for more again."""
    slots = Slots(2)
    slots.emit("a", 0.0)
    slots.start("a")
    slots.emit("b", 0.0)
    late = PATIENCE_S + 1.0
    assert slots.may_end(late)
    slots.end("a")
    slots.start("b")
    assert not slots.has_room(late)
    assert slots.has_room(late + RETRY_S)


def test_a_trial_that_never_had_its_process_says_so():
    """What ends before it was up is no run's fault."""
    slots = Slots(1)
    slots.emit("a", 0.0)
    assert slots.end("a") is False
    slots.emit("b", 0.0)
    slots.start("b")
    assert slots.end("b") is True
