"""The writer on SQLite: when it flushes, what a failure costs, and what it keeps."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from sweeps.errors import StoreError, StoreFullError
from sweeps.store import open_store
from sweeps.store.schema import configs, curves, decisions, runs
from tests.contracts.store_setting import CURVE, Clock, StoreSetting, create, ended

if TYPE_CHECKING:
    from pathlib import Path

    from sweeps.store import Store, SweepRow, Writer


class TestWriter(StoreSetting):
    """A writer on one file in an empty folder."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return str(tmp_path / "sweeps.db")

    def test_rows_are_due_after_half_a_second(self, writer: Writer, clock: Clock):
        """Neither earlier nor, once they are written, again."""
        assert not writer.due(clock.now + 0.4)
        assert writer.due(clock.now + 0.6)
        clock.now += 0.6
        writer.flush(clock.now)
        assert not writer.due(clock.now + 0.6)

    def test_a_heartbeat_is_due_after_five_seconds(self, writer: Writer, clock: Clock):
        """Even when nothing happened."""
        writer.flush()
        assert not writer.due(clock.now + 4.9)
        assert writer.due(clock.now + 5.1)

    def test_a_clock_that_was_set_back_makes_a_flush_due(self, writer: Writer, clock: Clock):
        """Nothing waits for the clock to catch up."""
        writer.flush()
        assert writer.due(clock.now - 3600)

    def test_a_failed_flush_is_not_tried_again_at_once(
        self, writer: Writer, clock: Clock, tmp_path: Path
    ):
        """A disk that is in trouble is left alone for half a second."""
        (tmp_path / "sweeps.db").rename(tmp_path / "moved.db")
        clock.now += 1
        with pytest.raises(StoreError, match="was moved or deleted while it was in use"):
            writer.flush()
        assert not writer.due(clock.now + 0.1)
        assert writer.due(clock.now + 0.6)

    def test_a_full_disk_costs_nothing_that_was_reported(
        self, store: Store, row: SweepRow, writer: Writer
    ):
        """What was stored is intact, what was not is kept, and the next flush stores it."""
        writer.add_run(ended(seed=0), None)
        writer.flush()
        with store._database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        big = [ended(seed=seed, traceback="x" * 10_000, curve=CURVE) for seed in range(1, 5)]
        for run in big:
            writer.add_run(run, 0.5)
        for _ in range(2):
            with pytest.raises(StoreFullError, match=r"is full. What was stored is") as failure:
                writer.flush()
            assert "xxx" not in str(failure.value.__cause__)
        assert [run.run.seed for run in store.runs(row.sweep_id)] == [0]
        with store._database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages * 100}")
        writer.close()
        assert [run.run.seed for run in store.runs(row.sweep_id)] == [0, 1, 2, 3, 4]
        assert len(store.curve_table(row.sweep_id)["step"]) == 12

    def test_a_store_that_is_taken_away_is_noticed(self, writer: Writer, tmp_path: Path):
        """SQLite would go on writing into a file without a name, and lose everything."""
        path = tmp_path / "sweeps.db"
        path.unlink()
        with pytest.raises(StoreError, match=r"moved or deleted .* Put it back"):
            writer.flush()
        with open_store(str(path)) as another:
            create(another, "of somebody else")
            with pytest.raises(StoreError, match="moved or deleted"):
                writer.flush()

    def test_a_full_store_does_not_hide_what_went_wrong_first(
        self, store: Store, row: SweepRow, tmp_path: Path
    ):
        """Leaving the lease after an error raises that error."""
        lease = store.acquire(row.sweep_id)
        (tmp_path / "sweeps.db").unlink()
        with pytest.raises(ZeroDivisionError), lease:
            raise ZeroDivisionError
        with pytest.raises(StoreError, match="moved or deleted"):
            store.create(name="x", definition={}, identity={}, identity_hash="", provenance={})

    def test_closing_twice_writes_once(self, store: Store, row: SweepRow, writer: Writer):
        """And closing is enough to have everything stored."""
        writer.add_run(ended(), None)
        writer.close()
        writer.close()
        assert len(store.runs(row.sweep_id)) == 1

    def test_a_row_has_a_cell_a_column(self, writer: Writer):
        """Rows go past SQLAlchemy as plain tuples, so their order has to be that of the tables."""
        writer.add_run(ended(curve=CURVE), None)
        buffer = writer._buffer
        pairs = [(configs, buffer.configs), (runs, buffer.runs), (curves, buffer.curves)]
        assert [len(rows[0]) for _, rows in pairs] == [len(table.columns) for table, _ in pairs]
        order = [writer._upserts[table].count("?") for table in (configs, runs, curves, decisions)]
        assert order == [len(table.columns) for table in (configs, runs, curves, decisions)]

    @pytest.mark.slow
    def test_nothing_is_kept_of_a_run_that_is_stored(self, writer: Writer):
        """The driver's memory does not grow with the number of runs."""

        def tell(first: int) -> None:
            for seed in range(first, first + 2_000):
                writer.add_run(ended(seed=seed, metrics={"accuracy": 0.5}), 0.5)
            writer.flush()

        tell(0)
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            for first in range(2_000, 12_000, 2_000):
                tell(first)
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert (after - before) / 10_000 < 10
