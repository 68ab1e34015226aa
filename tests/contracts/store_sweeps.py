"""What every store promises of its sweeps as such."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from sweeps.errors import StoreError, UnknownSweepError
from sweeps.planner.event import Decision, Status
from sweeps.store import Store, open_store
from sweeps.store.schema import OWNED_BY_SWEEP, sweeps
from tests.contracts.store_setting import (
    CURVE,
    Clock,
    StoreSetting,
    config,
    create,
    ended,
    write,
)

if TYPE_CHECKING:
    from sweeps.store import SweepRow


def revision_of(store: Store, row: SweepRow) -> str | None:
    """Give the name of the state that a sweep is in."""
    query = select(sweeps.c.revision).where(sweeps.c.sweep_id == row.sweep_id)
    with store._database.reading() as connection:
        return connection.scalar(query)


class SweepsContract(StoreSetting):
    """Making, finding, changing and removing sweeps."""

    def test_a_sweep_is_found_as_it_was_created(self, store: Store, clock: Clock):
        """Everything given to `create` comes back, from `create`, `find` and `get` alike."""
        row = create(store)
        assert row == store.find("digits") == store.get("digits")
        assert row.definition == {"name": "digits", "metric": "accuracy"}
        assert (row.identity, row.identity_hash) == ({"metric": "accuracy"}, "abc")
        assert row.provenance == {"sessions": [{"python": "3.11"}]}
        assert (row.status, row.message, row.metric_names) == ("running", None, ())
        assert (row.created_at, row.updated_at) == (clock.now, clock.now)

    def test_what_is_created_outlives_the_store_object(self, url: str, store: Store):
        """Another one that opens the same place sees the sweep."""
        create(store)
        with open_store(url, create=False) as again:
            assert again.get("digits") == store.get("digits")

    def test_a_name_is_taken_once(self, store: Store, row: SweepRow):
        """Creating a second sweep of the same name is refused, and the first one is unharmed."""
        with pytest.raises(StoreError, match="already a sweep `digits`"):
            create(store)
        assert store.get("digits") == row

    def test_an_unknown_name_is_answered_with_the_nearest(self, store: Store, row: SweepRow):
        """A slip of the finger is told what was meant; `find` just finds nothing."""
        with pytest.raises(UnknownSweepError, match=r"no sweep `digit`. Did you mean `digits`"):
            store.get("digit")
        assert store.find("digit") is None
        assert store.find(row.name) is not None

    def test_update_changes_what_is_given_and_nothing_else(
        self, store: Store, row: SweepRow, clock: Clock
    ):
        """Fields that are left out stay as they were."""
        clock.now += 5
        store.update(row.sweep_id, definition={"metric": "loss"}, status="failed", message="why")
        changed = store.get("digits")
        assert changed == replace(
            row,
            definition={"metric": "loss"},
            status="failed",
            message="why",
            updated_at=clock.now,
        )

    def test_a_new_status_takes_the_old_message_away(self, store: Store, row: SweepRow):
        """A sweep that goes on no longer says why it had failed."""
        store.update(row.sweep_id, status="failed", message="the disk was full")
        store.update(row.sweep_id, status="running")
        assert store.get("digits").message is None

    def test_each_session_is_kept(self, store: Store, row: SweepRow):
        """Provenance is appended to, never replaced."""
        store.update(row.sweep_id, provenance={"python": "3.12"})
        store.update(row.sweep_id, provenance={"python": "3.13"})
        sessions = store.get("digits").provenance["sessions"]
        assert [session["python"] for session in sessions] == ["3.11", "3.12", "3.13"]

    def test_updating_a_deleted_sweep_is_refused(self, store: Store, row: SweepRow):
        """A driver whose sweep was deleted learns of it."""
        store.delete("digits")
        with pytest.raises(UnknownSweepError, match="it was deleted"):
            store.update(row.sweep_id, status="finished")
        with pytest.raises(UnknownSweepError, match="it was deleted"):
            store.update(row.sweep_id, provenance={})
        with pytest.raises(UnknownSweepError, match="it was deleted"):
            store.acquire(row.sweep_id)

    def test_every_write_gives_another_revision(self, store: Store, row: SweepRow):
        """Whoever copied the sweep can tell that the copy is old; looking at it changes nothing."""
        seen = [revision_of(store, row)]

        def is_new() -> bool:
            seen.append(revision_of(store, row))
            return bool(seen[-1]) and seen[-1] not in seen[:-1]

        store.update(row.sweep_id, status="finished")
        assert is_new()
        write(store, row, ended(metrics={"accuracy": 0.5}))
        assert is_new()
        write(store, row, ended(metrics={"accuracy": 0.75}))
        assert is_new()
        store.rename("digits", "aside")
        assert is_new()
        store.runs(row.sweep_id)
        store.acquire(row.sweep_id).release()
        assert revision_of(store, row) == seen[-1]
        store.delete("aside")
        assert revision_of(store, create(store)) not in seen

    def test_a_renamed_sweep_keeps_everything(self, store: Store, row: SweepRow):
        """Moving aside changes the name alone."""
        write(store, row, ended(metrics={"accuracy": 0.5}))
        before = store.get("digits")
        store.rename("digits", "digits.1")
        assert store.find("digits") is None
        after = store.get("digits.1")
        assert after == replace(before, name="digits.1")
        assert len(store.runs(row.sweep_id)) == 1

    def test_renaming_never_hides_another_sweep(self, store: Store, row: SweepRow):
        """A name that is taken is refused."""
        create(store, "other")
        with pytest.raises(StoreError, match="already a sweep `other`"):
            store.rename("digits", "other")
        with pytest.raises(UnknownSweepError, match="no sweep `nobody`"):
            store.rename("nobody", "someone")
        assert store.get("digits") == row

    def test_deleting_leaves_no_orphans(self, store: Store, row: SweepRow):
        """Every table loses the rows of the deleted sweep, and keeps those of the other."""
        other = create(store, "other")
        for sweep in (row, other):
            with store.acquire(sweep.sweep_id) as lease:
                writer = store.writer(sweep.sweep_id, lease)
                writer.add_config(config())
                writer.add_run(ended(curve=CURVE, metrics={"accuracy": 1.0}), 1.0)
                writer.add_run(ended(seed=1), None)
                writer.add_decision(Decision("proposed", None, {}), 1.0)
                writer.set_state(b"memory")
                writer.set_state(b"state")
                writer.close()
        assert store.delete("digits") == 2
        with store._database.reading() as connection:
            for table in OWNED_BY_SWEEP:
                owners = connection.scalars(select(table.c.sweep_id).distinct()).all()
                assert owners == [other.sweep_id], table.name
        assert store.find("digits") is None

    def test_a_number_is_never_given_twice(self, store: Store, row: SweepRow):
        """Who still reads a deleted sweep does not meet the next one under its number."""
        store.delete("digits")
        assert create(store).sweep_id != row.sweep_id

    def test_the_list_counts_what_is_stored(self, store: Store, row: SweepRow, clock: Clock):
        """Configurations, runs and failures; runs stopped early have not failed."""
        statuses = [Status.FINISHED, Status.STOPPED, Status.FAILED, Status.DIVERGED, Status.LOST]
        told = [ended(seed=seed, status=status) for seed, status in enumerate(statuses)]
        clock.now += 60
        write(store, row, *told, configs=[config(0), config(1)])
        create(store, "empty")
        digits, empty = store.sweeps()
        assert [store.summary(each.name) for each in (digits, empty)] == [digits, empty]
        assert store.summary("missing") is None
        assert (digits.name, digits.metric) == ("digits", "accuracy")
        assert (digits.n_configs, digits.n_runs, digits.n_failed) == (2, 5, 3)
        assert (empty.n_configs, empty.n_runs, empty.n_failed) == (0, 0, 0)
        assert (digits.created_at, digits.updated_at) == (row.created_at, clock.now)

    def test_the_list_names_a_live_driver_and_no_dead_one(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """A sweep left running by a driver that is gone is shown as interrupted."""
        elsewhere.acquire(row.sweep_id)
        assert [(s.driver, s.status) for s in store.sweeps()] == [("elsewhere:7", "running")]
        clock.now += 31
        assert [(s.driver, s.status) for s in store.sweeps()] == [(None, "interrupted")]
        store.update(row.sweep_id, status="finished")
        assert [(s.driver, s.status) for s in store.sweeps()] == [(None, "finished")]
