"""A real server that goes away in the middle of a sweep, and comes back."""

from __future__ import annotations

import signal

import pytest

from sweeps.planner.batch import Batch
from sweeps.store import open_store
from tests.postgres import reason_to_skip, start_server
from tests.tune.conftest import Session, done

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(reason_to_skip() is not None, reason=reason_to_skip() or ""),
]


@pytest.fixture
def server():
    with start_server() as server:
        yield server


def test_a_server_that_is_started_anew_costs_no_run(server):
    """Runs are reported while it is away; each of them is stored once, in their order."""
    with open_store(server.create_database()) as store:
        play = Session(store, n_configs=6, n_seeds=4, slots=1)
        n_batches = 0
        while isinstance(batch := play.driver.next_batch(), Batch):
            if n_batches == 2:
                server.stop(signal.SIGQUIT)
            play.report(batch, *(done(i, float(n_batches)) for i in range(len(batch.runs))))
            play.driver.close(batch.batch_id)
            play.clock.now += 10.0
            play.driver.tick()
            n_batches += 1
        assert n_batches > 4
        assert [note.split(";")[0] for note in play.watcher.notes] == [
            "The store cannot be reached"
        ]
        server.start()
        play.driver.flush()
        assert play.watcher.notes[-1].startswith("The store is back")
        rows = play.runs()
        assert len({row.run for row in rows}) == len(rows) == 24
        assert [row.metrics["score"] for row in rows] == sorted(
            row.metrics["score"] for row in rows
        )
        kinds = [decision.kind for decision in play.decisions()]
        assert kinds.count("proposed") == 6
        play.leave()
