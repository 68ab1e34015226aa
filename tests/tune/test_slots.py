"""When a trial may be emitted, and when one that is over may end."""

from __future__ import annotations

from sweeps.tune.slots import ASKING, PATIENCE_S, RETRY_S, Slots


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


def up(slots, *names):
    """Emit trials and give each its process."""
    for name in names:
        slots.emit(name, 0.0)
        slots.start(name)


def test_nodes_that_join_get_trials_and_nodes_that_leave_none():
    """As soon as they are known; a cluster without any node keeps one trial that waits for it."""
    slots = Slots(1)
    up(slots, "a")
    assert not slots.has_room(0.0)
    slots.resize(3, 0, 1.0)
    assert slots.has_room(1.0)
    up(slots, "b", "c")
    assert not slots.has_room(1.0)
    slots.resize(2, 0, 2.0)
    slots.end("a")
    assert not slots.has_room(2.0)
    slots.end("b")
    assert slots.has_room(2.0)
    slots.resize(0, 0, 3.0)
    slots.end("c")
    assert slots.has_room(3.0)
    slots.emit("d", 3.0)
    assert not slots.has_room(3.0)
    assert slots.wanted == 1


def test_new_nodes_are_used_though_old_cores_never_came():
    """A sweep that makes do with what it has makes do with more at once."""
    slots = Slots(2)
    up(slots, "a")
    slots.emit("b", 0.0)
    assert slots.may_end(PATIENCE_S)
    slots.end("a")
    slots.start("b")
    assert not slots.has_room(PATIENCE_S)
    slots.resize(3, 0, PATIENCE_S + 1.0)
    assert slots.has_room(PATIENCE_S + 1.0)


def test_a_cluster_that_grows_is_asked_for_nodes():
    """By trials beyond what is there, at most as many as would ever fit."""
    slots = Slots(1, most=4)
    names = emitted(slots, 0.0)
    assert len(names) == slots.wanted == 4
    far = Slots(1, most=10**9)
    assert len(emitted(far, 0.0)) == far.wanted == 1 + ASKING
    large = Slots(1000, most=10**9)
    assert large.wanted == 2000


def emitted(slots, now):
    """Emit as many trials as there is room for."""
    names: list[str] = []
    while slots.has_room(now):
        names.append(f"t{len(names)}")
        slots.emit(names[-1], now)
    return names


def test_trials_that_ask_for_nodes_hold_nobody_back():
    """No process is being started for them; one that is free is theirs next, in their order."""
    slots = Slots(2, most=100)
    names = emitted(slots, 0.0)
    slots.start(names[0])
    assert not slots.may_end(0.1)  # the second process is on its way
    slots.start(names[1])
    for later in range(2, 50):
        now = float(later)
        assert slots.may_end(now)
        slots.end(names[later - 2])
        slots.start(names[later])
        slots.emit(f"more{later}", now)
        assert not slots.has_room(now)


def test_a_node_that_joins_is_waited_for_from_then_on():
    """Its processes are being started now, however long ago their trials asked for it."""
    slots = Slots(1, most=2)
    slots.emit("a", 0.0)
    slots.start("a")
    slots.emit("b", 0.0)
    assert slots.may_end(300.0)
    slots.resize(2, 2, 300.0)
    assert not slots.may_end(301.0)
    assert not slots.may_end(300.0 + PATIENCE_S - 1.0)
    slots.start("b")
    assert slots.may_end(301.0)


def test_a_process_that_was_handed_over_is_no_reason_to_give_up_cores():
    """For a moment one that was free for long seems to be started."""
    slots = Slots(2, most=9)
    names = emitted(slots, 0.0)
    slots.start(names[0])
    slots.start(names[1])
    slots.end(names[0])
    assert not slots.may_end(500.0)
    slots.start(names[2])
    assert slots.may_end(500.1)
    assert slots.wanted == 9
    slots.end(names[1])
    slots.start(names[3])
    assert slots.has_room(500.2)


def test_a_growing_cluster_is_asked_also_while_cores_are_missed():
    """What somebody else uses is no reason to want less of what could be started."""
    slots = Slots(2, most=4)
    names = emitted(slots, 0.0)
    slots.start(names[0])
    assert slots.may_end(PATIENCE_S)
    slots.end(names[0])
    slots.start(names[1])
    assert not slots.has_room(PATIENCE_S)
    slots.end(names[2])
    assert slots.has_room(PATIENCE_S)
