"""Searchers that keep what they learn to themselves: their state is stored with their proposals."""

from __future__ import annotations

from typing import ClassVar

import pytest

from sweeps.errors import PluginError
from sweeps.planner.samplers import NoProposal, Remembering
from sweeps.planner.stopping import Milestones
from tests.tune.conftest import done


class Counter:
    """Proposes 0, 1, 2 …, and remembers how far it is."""

    name = "counter"
    n_proposals: ClassVar[None] = None
    is_model = True

    def __init__(self, *, can_save=True, fails_at=99):
        self.n_untold = 0
        self.n = 0
        self.n_saved = 0
        self._can_save = can_save
        self._fails_at = fails_at

    def propose(self, k, seen):
        if self.n == self._fails_at:
            message = "out of ideas"
            raise PluginError(message)
        self.n += 1
        return {"x": self.n - 1} if self.n < 6 else NoProposal.EXHAUSTED

    def save(self):
        self.n_saved += 1
        return str(self.n).encode() if self._can_save else None

    def restore(self, state):
        self.n = int(state)


class Tripping:
    """A stopping rule that raises when a run is over."""

    name = "tripping"
    milestones = Milestones(steps=())

    def judge(self, row, column, step, score): ...

    def released(self):
        return []

    def finished(self, row, step, score):
        message = "tripped"
        raise PluginError(message)

    def failed(self, row): ...


@pytest.fixture
def remember(session):
    """Begin a session with a searcher that remembers."""
    return lambda sampler, **plan: session(sampler=sampler, n_seeds=1, slots=1, **plan)


def test_our_own_samplers_remember_nothing(session):
    """The driver tells them from others by what they can do."""
    assert isinstance(Counter(), Remembering)
    assert not isinstance(session().plan.sampler, Remembering)


def test_a_state_is_stored_with_the_proposals_that_it_knows(remember):
    """At the flush that writes them, and only when there are any."""
    sampler = Counter()
    play = remember(sampler)
    batch = play.batch()
    assert play.store.state(play.sweep_id) is None
    play.driver.flush()
    assert play.store.state(play.sweep_id) == b"1"
    assert len(play.store.configs(play.sweep_id)) == 1
    play.report(batch, done(0))
    play.driver.flush()
    assert sampler.n_saved == 1
    play.driver.close(batch.batch_id)
    play.batch()
    play.driver.flush()
    assert play.store.state(play.sweep_id) == b"2"


def test_a_proposal_that_nobody_took_yet_is_stored_too(remember):
    """The planner looks ahead; what the searcher knows, the store knows."""
    play = remember(Counter())
    assert not play.driver.planner.is_done()
    play.driver.flush()
    assert play.store.state(play.sweep_id) == b"1"
    assert len(play.store.configs(play.sweep_id)) == 1


def test_a_searcher_that_cannot_save_stores_nothing(remember):
    """And that is no error."""
    play = remember(Counter(can_save=False))
    play.batch()
    play.driver.flush()
    assert play.store.state(play.sweep_id) is None


def test_a_searcher_that_raises_leaves_everything_stored(remember):
    """What it proposed before, what was run of it, and its state."""
    play = remember(Counter(fails_at=2))
    for _ in range(2):
        batch = play.batch()
        play.report(batch, done(0))
        play.driver.close(batch.batch_id)
    with pytest.raises(PluginError, match="out of ideas"):
        play.driver.next_batch()
    play.driver.gather()
    play.leave()
    assert len(play.store.runs(play.sweep_id)) == 2
    assert play.store.state(play.sweep_id) == b"2"


def test_a_rule_that_raises_loses_no_report(session):
    """The runs that it was told of are stored."""
    play = session(n_seeds=1, slots=1, stopping=Tripping())
    batch = play.batch()
    with pytest.raises(PluginError, match="tripped"):
        play.report(batch, done(0))
    assert len(play.runs()) == 1


@pytest.mark.parametrize(("n_untold", "n_notes"), [(0, 0), (7, 1)])
def test_what_a_searcher_was_not_told_is_noted(remember, n_untold, n_notes):
    """So that nobody believes that it learnt from them."""
    sampler = Counter()
    sampler.n_untold = n_untold
    play = remember(sampler)
    play.driver.note_untold()
    assert len(play.watcher.notes) == n_notes
    assert all("`counter`" in note and "did not learn of 7" in note for note in play.watcher.notes)
