"""The store is away exactly when a sweep ends: its end is stored all the same, or it is said."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from sweeps.engine.holding import hold
from sweeps.engine.session import Session
from sweeps.errors import StoreUnreachableError
from sweeps.planner.event import Config, Role, Run, RunEnded, Status
from sweeps.report.live import Quiet
from sweeps.space import config_id
from sweeps.store import open_store
from tests.contracts.store_setting import create
from tests.postgres import reason_to_skip, start_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(reason_to_skip() is not None, reason=reason_to_skip() or ""),
]


@pytest.fixture(scope="module")
def one_server():
    with start_server() as server:
        yield server


@pytest.fixture
def server(one_server):
    yield one_server
    one_server.stop()
    one_server.start()


@pytest.fixture
def store(server):
    with open_store(server.create_database()) as opened:
        yield opened


class Watcher(Quiet):
    """Does something when it is first told something."""

    def __init__(self, act, before=None):
        self.act = act
        self.before = before
        self.notes = []

    def note(self, text):
        self.notes.append(text)
        if len(self.notes) == 1:
            self.act()


@pytest.fixture
def end(store, make_sweep):
    """End a session that has a run to store, while somebody watches."""
    row = create(store)

    def end_it(status, watcher):
        writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
        watcher.before()
        values = {"x": 0.5}
        config = Config(config_id(values), values, 0, "random")
        writer.add_config(config)
        run = Run(config.config_id, Role.RACE, 0)
        writer.add_run(RunEnded(run, Status.FINISHED, {"loss": 0.5}, 1, 4.0), 0.5)
        Session(store, make_sweep())._end(writer, row, status, None, watcher)
        return store.get(row.name), store.runs(row.sweep_id)

    return end_it


@pytest.mark.parametrize("status", ["finished", "interrupted", "failed"])
def test_the_end_waits_until_the_store_is_back(end, server, status):
    """Nothing is lost, and the sweep stands as it ended."""
    watcher = Watcher(server.start, before=server.stop)
    row, runs = end(status, watcher)
    assert (row.status, len(runs)) == (status, 1)
    assert [note.split(";")[0] for note in watcher.notes] == [
        "The store cannot be reached",
        "The store is back.",
    ]


def test_who_does_not_wait_is_not_told_that_all_is_stored(end, server):
    """Ctrl-C a second time: the error says what became of the rest."""

    def press_ctrl_c():
        raise KeyboardInterrupt

    watcher = Watcher(press_ctrl_c, before=server.stop)
    with pytest.raises(StoreUnreachableError, match=r"second time.*rest is done anew"):
        end("interrupted", watcher)
    server.start()


def test_a_lease_that_cannot_be_given_back_fails_no_sweep(store, server):
    """All is stored by then, and the lease runs out by itself."""
    lease = store.acquire(create(store).sweep_id)
    with ExitStack() as stack:
        assert hold(stack, lease) is lease
        server.stop()
    server.start()
