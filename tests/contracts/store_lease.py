"""What every store promises of its leases."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sweeps.errors import LeaseError, UnknownSweepError
from sweeps.store import Driver, Store, open_store
from sweeps.store.driver import process_start
from tests.contracts.store_setting import (
    Clock,
    StoreSetting,
    config,
    create,
    ended,
)

if TYPE_CHECKING:
    from sweeps.store import SweepRow


class LeaseContract(StoreSetting):
    """One driver at a time, and a dead one is replaced."""

    def test_a_live_driver_keeps_others_out(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """The refusal names host, process, since when, and what to do."""
        elsewhere.acquire(row.sweep_id)
        clock.now += 29
        message = (
            r"`digits` is held by process 7 on host `elsewhere` since \d{4}-\d\d-\d\d \d\d:.* "
            r"\(last heartbeat 29 s ago\)\. Wait until it has ended, or end it with `kill 7` on "
            r"`elsewhere`, and run the same command again\."
        )
        with pytest.raises(LeaseError, match=message):
            store.acquire(row.sweep_id)

    def test_this_process_too_is_kept_out(self, store: Store, row: SweepRow):
        """A second run of the same sweep in one notebook is refused."""
        store.acquire(row.sweep_id)
        with pytest.raises(LeaseError, match=r"held by this very process \(\d+\)"):
            store.acquire(row.sweep_id)

    def test_a_lease_let_go_is_free_at_once(self, store: Store, row: SweepRow, elsewhere: Store):
        """At the end of the `with`, and also after an error inside it."""
        with pytest.raises(ZeroDivisionError), store.acquire(row.sweep_id) as lease:
            raise ZeroDivisionError
        elsewhere.acquire(row.sweep_id)
        lease.release()
        with pytest.raises(LeaseError):
            store.acquire(row.sweep_id)

    def test_a_lease_can_be_renewed(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """With a heartbeat, another machine waits for longer."""
        lease = elsewhere.acquire(row.sweep_id)
        clock.now += 20
        lease.renew()
        clock.now += 20
        with pytest.raises(LeaseError):
            store.acquire(row.sweep_id)

    def test_a_flush_is_a_heartbeat(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """A driver that writes need not renew, even with nothing to write."""
        writer = elsewhere.writer(row.sweep_id, elsewhere.acquire(row.sweep_id))
        clock.now += 20
        writer.flush()
        clock.now += 20
        with pytest.raises(LeaseError):
            store.acquire(row.sweep_id)

    def test_a_silent_driver_elsewhere_is_replaced_after_30_s(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """And cannot write a single row when it wakes up."""
        lease = elsewhere.acquire(row.sweep_id)
        writer = elsewhere.writer(row.sweep_id, lease)
        writer.add_config(config())
        writer.add_run(ended(), None)
        clock.now += 30
        successor = store.acquire(row.sweep_id)
        lost = r"`digits` was taken over by process \d+ on host `.*` at .* what it stored before"
        with pytest.raises(LeaseError, match=lost):
            writer.flush()
        with pytest.raises(LeaseError, match=lost):
            lease.renew()
        assert store.runs(row.sweep_id) == []
        assert store.configs(row.sweep_id) == []
        lease.release()
        successor.renew()

    def test_a_driver_whose_sweep_was_deleted_stops(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """It leaves no rows of a sweep that is gone."""
        writer = elsewhere.writer(row.sweep_id, elsewhere.acquire(row.sweep_id))
        writer.add_config(config())
        clock.now += 31
        store.delete("digits")
        with pytest.raises(LeaseError, match="`digits` was deleted or released"):
            writer.flush()

    def test_a_sweep_that_is_driven_is_neither_deleted_nor_renamed(
        self, store: Store, row: SweepRow, elsewhere: Store
    ):
        """The refusal is the same as for a second driver."""
        elsewhere.acquire(row.sweep_id)
        with pytest.raises(LeaseError, match="held by process 7 on host `elsewhere`"):
            store.delete("digits")
        with pytest.raises(LeaseError, match="held by process 7 on host `elsewhere`"):
            store.rename("digits", "aside")
        assert store.find("digits") is not None

    def test_a_dead_driver_of_this_machine_is_replaced_at_once(
        self, store: Store, row: SweepRow, url: str, clock: Clock
    ):
        """Its process is gone, or its number was given to another."""
        here = Driver.here()
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        dead = (
            replace(here, pid=gone.pid),
            replace(here, process_start=here.process_start - 3600),
        )
        for driver in dead:
            with open_store(url, clock=clock, driver=driver) as theirs:
                theirs.acquire(row.sweep_id)
            store.acquire(row.sweep_id).release()

    def test_a_namesake_of_this_machine_is_another_machine(
        self, store: Store, row: SweepRow, url: str, clock: Clock
    ):
        """Machines made from one image may share a name; their processes cannot be looked at."""
        namesake = replace(Driver.here(), boot_id="of another machine", pid=1)
        with open_store(url, clock=clock, driver=namesake) as theirs:
            theirs.acquire(row.sweep_id)
        with pytest.raises(LeaseError, match="held by process 1"):
            store.acquire(row.sweep_id)
        clock.now += 31
        store.acquire(row.sweep_id)

    def test_a_live_process_of_this_machine_needs_no_heartbeat(
        self, store: Store, row: SweepRow, url: str, clock: Clock
    ):
        """A driver that was stopped for a while, as by a closed lid, keeps its sweep."""
        parent = os.getppid()
        start = process_start(parent)
        assert start is not None
        living = replace(Driver.here(), pid=parent, process_start=start)
        with open_store(url, clock=clock, driver=living) as theirs:
            theirs.acquire(row.sweep_id)
            clock.now += 3600
            with pytest.raises(LeaseError, match=f"held by process {parent}"):
                store.acquire(row.sweep_id)

    def test_a_lease_left_behind_in_this_process_runs_out(
        self, store: Store, row: SweepRow, clock: Clock
    ):
        """A notebook whose sweep could not let go can run it again after 30 s."""
        store.acquire(row.sweep_id)
        clock.now += 30
        store.acquire(row.sweep_id).renew()

    def test_a_driver_learns_of_a_stop_with_its_next_flush(
        self, store: Store, row: SweepRow, elsewhere: Store
    ):
        """Whoever reaches the store can ask, and asking twice is asking once."""
        writer = elsewhere.writer(row.sweep_id, elsewhere.acquire(row.sweep_id))
        writer.flush()
        assert not writer.is_stop_requested
        assert store.request_stop("digits")
        assert store.request_stop("digits")
        assert not writer.is_stop_requested
        writer.flush()
        assert writer.is_stop_requested
        writer.flush()
        assert writer.is_stop_requested

    def test_only_a_live_driver_can_be_asked_to_stop(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """A sweep that nobody drives, or whose driver is dead, has nobody to stop."""
        assert not store.request_stop("digits")
        lease = elsewhere.acquire(row.sweep_id)
        clock.now += 31
        assert not store.request_stop("digits")
        lease.renew()
        assert store.request_stop("digits")
        lease.release()
        assert not store.request_stop("digits")
        with pytest.raises(UnknownSweepError, match="no sweep `nobody`"):
            store.request_stop("nobody")

    def test_a_request_to_stop_is_not_for_the_next_driver(
        self, store: Store, row: SweepRow, elsewhere: Store, clock: Clock
    ):
        """A sweep that was stopped can be resumed at once."""
        elsewhere.acquire(row.sweep_id)
        assert store.request_stop("digits")
        clock.now += 31
        writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
        writer.flush()
        assert not writer.is_stop_requested

    def test_a_request_to_stop_leaves_other_sweeps_alone(self, store: Store, row: SweepRow):
        """It goes to one driver."""
        other = create(store, "other")
        store.acquire(row.sweep_id)
        writer = store.writer(other.sweep_id, store.acquire(other.sweep_id))
        assert store.request_stop("digits")
        writer.flush()
        assert not writer.is_stop_requested

    def test_no_repr_shows_a_token(self, store: Store, row: SweepRow):
        """What lets a driver write is shown to nobody."""
        lease = store.acquire(row.sweep_id)
        assert lease._token not in repr(lease)
        assert repr(store) == f"Store({store.url!r})"
