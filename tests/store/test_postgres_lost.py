"""A server that goes away and comes back: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Interval, cast, func, select

from sweeps.errors import StoreUnreachableError
from sweeps.planner.event import Decision
from sweeps.store import open_store
from sweeps.store.driver import SILENCE_S
from tests.contracts.store_setting import (
    CURVE,
    StoreSetting,
    after_the_lease,
    config,
    create,
    ended,
)
from tests.postgres import reason_to_skip, start_server
from tests.store.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from sweeps.store import Store, SweepRow, Writer
    from tests.postgres import Server

END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that tests may stop."""
    if (reason := reason_to_skip()) is not None:
        pytest.skip(reason)
    with start_server() as started:
        yield started


def tell(writer: Writer, first: int, n_runs: int = 20) -> None:
    """Hand over runs with all that may come with them."""
    writer.add_config(config())
    for seed in range(first, first + n_runs):
        writer.add_run(ended(seed=seed, metrics={"accuracy": seed / 3}, curve=CURVE), seed / 3)
    writer.add_decision(Decision("proposed", None, {"first": first}), 1.0)
    writer.set_state(b"%d" % first)


def assert_stored(store: Store, row: SweepRow, *firsts: int) -> None:
    """Check that all of `tell` is stored, once and in order."""
    seeds = [seed for first in firsts for seed in range(first, first + 20)]
    assert [run.run.seed for run in store.runs(row.sweep_id)] == seeds
    assert len(store.curves(row.sweep_id)) == len(seeds)
    found = [(seq, decision.detail["first"]) for seq, _, decision in store.decisions(row.sweep_id)]
    assert found == list(enumerate(firsts))
    assert store.state(row.sweep_id) == b"%d" % firsts[-1]


@pytest.mark.slow
class TestLostConnection(StoreSetting):
    """An empty database, whose server comes and goes."""

    @pytest.fixture
    def url(self, server: Server) -> str:
        return server.create_database()

    def test_a_server_that_is_started_again_gets_what_waited(
        self, server: Server, store: Store, row: SweepRow, writer: Writer
    ):
        """Each failed flush keeps everything, and reading says the same."""
        tell(writer, 0)
        writer.flush()
        tell(writer, 20)
        server.stop()
        try:
            for _ in range(2):
                with pytest.raises(StoreUnreachableError, match=r"does not answer \(Connection re"):
                    writer.flush()
                with pytest.raises(StoreUnreachableError, match="does not answer"):
                    store.sweeps()
            tell(writer, 40)
        finally:
            server.start()
        writer.flush()
        assert_stored(store, row, 0, 20, 40)

    @pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGQUIT], ids=["stop", "crash"])
    def test_a_server_that_ends_during_a_flush(
        self, server: Server, store: Store, row: SweepRow, writer: Writer, kind: signal.Signals
    ):
        """Nothing of that transaction is stored, and all of it by the next."""
        tell(writer, 0)
        with (
            after_the_lease(writer, lambda _: server.stop(kind)),
            pytest.raises(StoreUnreachableError, match="does not answer"),
        ):
            writer.flush()
        server.start()
        assert not store.has_runs(row.sweep_id)
        writer.flush()
        assert_stored(store, row, 0)

    def test_a_connection_that_is_ended_during_a_flush(
        self, server: Server, store: Store, row: SweepRow, writer: Writer
    ):
        """As by an administrator, or by a proxy in between."""
        tell(writer, 0)
        with (
            after_the_lease(writer, lambda _: server.execute(END_OTHERS.format("sweeps"))),
            pytest.raises(StoreUnreachableError, match="does not answer"),
        ):
            writer.flush()
        writer.flush()
        assert_stored(store, row, 0)

    def test_a_connection_that_is_ended_between_flushes_is_not_noticed(
        self, server: Server, store: Store, row: SweepRow, writer: Writer
    ):
        """It is looked at before it is used, and replaced."""
        tell(writer, 0)
        writer.flush()
        server.execute(END_OTHERS.format("sweeps"))
        tell(writer, 20)
        writer.flush()
        assert_stored(store, row, 0, 20)

    def test_an_answer_that_is_lost_doubles_nothing(self, url: str, server: Server):
        """Whether COMMIT came through is not known, so the same rows are written again."""
        with Relay(server.port) as relay:
            through = url.replace(f":{server.port}/", f":{relay.port}/")
            with open_store(through) as store, open_store(url) as direct:
                row = create(store)
                writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
                tell(writer, 0)
                relay.cut_after(b"COMMIT\0")
                with pytest.raises(StoreUnreachableError, match="does not answer"):
                    writer.flush()
                assert_stored(direct, row, 0)
                tell(writer, 20)
                writer.flush()
                assert_stored(direct, row, 0, 20)

    def test_a_driver_that_hangs_in_a_transaction_lets_go(
        self, store: Store, row: SweepRow, writer: Writer, elsewhere: Store
    ):
        """It holds the row of its sweep for as long as the server allows, and loses its turn."""
        tell(writer, 0)

        def hang(connection: Connection) -> None:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
            elsewhere.update(row.sweep_id, status="running")

        with (
            after_the_lease(writer, hang),
            pytest.raises(StoreUnreachableError, match="does not answer"),
        ):
            writer.flush()
        writer.flush()
        assert_stored(store, row, 0)

    def test_whoever_waits_outlasts_whoever_hangs(self, store: Store):
        """Otherwise a driver that hangs would end those that wait for it."""
        with store._database.writing() as connection:
            hangs, waits = (
                connection.scalars(
                    select(func.extract("epoch", cast(func.current_setting(name), Interval)))
                ).one()
                for name in ("idle_in_transaction_session_timeout", "lock_timeout")
            )
        assert 0 < hangs < waits < SILENCE_S
