"""One session of a sweep's driver: admitted, prepared, executed, and ended in good order."""

from __future__ import annotations

import contextlib
import time
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sweeps.engine.admission import CodeChange, check_identity, code_change, refuse_code_change
from sweeps.engine.checkpoints import check_path, delete_sweep, token_of
from sweeps.engine.holding import acquire, hold
from sweeps.engine.planning import driven_s, plan_of, planner_of
from sweeps.engine.provenance import data_hash, provenance_of
from sweeps.errors import (
    ObjectiveError,
    StoreError,
    StoreMissingError,
    StoreUnreachableError,
    SweepError,
)
from sweeps.planner.event import Decision
from sweeps.report.prospect import prospect
from sweeps.spec import identity_difference
from sweeps.store import open_store
from sweeps.tune.outage import patiently

if TYPE_CHECKING:
    from contextlib import ExitStack

    from sweeps.planner.planner import Planner
    from sweeps.planner.progress import Observer
    from sweeps.spec import Sweep
    from sweeps.store import Lease, Store, SweepRow, SweepStatus, Writer


class Session:
    """From the first check to the last flush.

    Args:
        store: Where results go; None where it has to be made first.
        sweep: What is asked for.
    """

    def __init__(self, store: Store | None, sweep: Sweep) -> None:
        self._store = store
        self._sweep = sweep
        self._row: SweepRow | None = None
        self._is_fresh = False
        self._lease: Lease | None = None
        self._data: Any = None
        self._change: CodeChange | None = None
        self._provenance: dict[str, Any] = {}

    @property
    def store(self) -> Store:
        """Where results go; made when it is first needed, after all that can be wrong before."""
        if self._store is None:
            self._store = open_store(self._sweep.store)
        return self._store

    def close(self) -> None:
        """Close the store, where there is one."""
        if self._store is not None:
            self._store.close()

    def admit(self, stack: ExitStack, observer: Observer, *, fresh: bool) -> str | None:
        """Check name and plan, and take the lease; all that can be wrong is found here.

        Args:
            stack: Gives the lease back.
            observer: Told what is waited for.
            fresh: Whether to start from nothing.

        Returns:
            Why nothing is left to do, None where something is.

        Raises:
            SpecError: Sampler, stopping rule or checkpoints cannot be what the definition says.
            PluginError: A searcher cannot go on from what is stored.
            IdentityError: The name is taken by another sweep.
            LeaseError: Another driver runs this sweep.
        """
        self._is_fresh = fresh
        check_path(self._sweep)
        if self._store is not None and not fresh:
            self._row = admitted(self._store, self._sweep)
        if self._store is None or self._row is None:
            plan_of(self._sweep)
            return None
        planner = planner_of(self._sweep, self._store, self._row)
        if planner.is_done():
            return _finished(planner)
        self._lease = hold(stack, acquire(self._store, self._row.sweep_id, observer.note))
        return None

    def prepare(self, *, accept_code_change: bool) -> None:
        """Load the data and compare code and data with those of the stored runs.

        Raises:
            ObjectiveError: `load_data` raised.
            CodeChangedError: Code or data changed, and that was not accepted.
        """
        self._data = load_data(self._sweep)
        hashed = data_hash(self._data)
        # what is compared and stored is what workers get, though files may change meanwhile
        self._sweep = replace(self._sweep, objective=self._sweep.objective.packed())
        self._provenance = provenance_of(self._sweep.objective, hashed)
        if self._row is None:
            return
        self._change = code_change(self._row.provenance["sessions"], self._sweep.objective, hashed)
        if self._change is not None and not accept_code_change:
            refuse_code_change(self._sweep.name, self._change)

    def execute(
        self, stack: ExitStack, *, address: str | None, cpus: int | None, observer: Observer
    ) -> None:
        """Connect to Ray, run what is left, and say in the store how it ended.

        Args:
            stack: Gives back the lease, and ends the display and the connection to Ray.
            address: Address of a Ray cluster, None for this machine.
            cpus: Cores of this machine to use, None for all.
            observer: Watches.
        """
        # Ray takes over a second to import, and only this needs it
        from sweeps.engine.checkup.cluster import refuse_unshared  # noqa: PLC0415
        from sweeps.tune.local import connected, slots_for  # noqa: PLC0415
        from sweeps.tune.runner import execute  # noqa: PLC0415

        store = self.store  # an unwritable one is found out before Ray starts
        stack.callback(observer.stop)
        observer.note(
            "Starting Ray on this machine …" if address is None else "Connecting to Ray …"
        )
        stack.enter_context(connected(address, cpus))
        slots = slots_for(self._sweep)
        refuse_unshared(self._sweep)
        row = self._enter(stack, observer)
        assert self._lease is not None  # noqa: S101 - `_enter` took it
        writer = store.writer(row.sweep_id, self._lease)
        planner = planner_of(self._sweep, store, row)
        if planner.plan.rungs:
            observer.note(_prospect(planner))
        if self._change is not None:
            detail = asdict(self._change)
            writer.add_decision(Decision("code_changed", None, detail), time.time())
        try:
            execute(
                self._sweep,
                planner,
                writer,
                observer,
                slots=slots,
                data=self._data,
                token=token_of(row),
                earlier_s=driven_s(store.runs(row.sweep_id)),
            )
        except KeyboardInterrupt:
            self._end(writer, row, "interrupted", None, observer)
            raise
        except StoreError as error:
            # it was waited for, where that helps; a last attempt is enough
            with contextlib.suppress(SweepError):
                self._write_end(writer, row, "failed", str(error))
            raise
        except Exception as error:
            with contextlib.suppress(SweepError):  # that a run cannot go on says more
                self._end(writer, row, "failed", str(error), observer)
            raise
        self._end(writer, row, "finished", None, observer)

    def _enter(self, stack: ExitStack, observer: Observer) -> SweepRow:
        """Write the sweep down, or that it goes on."""
        described: dict[str, Any] = {
            "definition": self._sweep.document(),
            "identity": self._sweep.identity(),
            "identity_hash": self._sweep.identity_hash,
            "provenance": self._provenance,
        }
        begun = self._row or self._begun()
        if begun is None:
            self._make_room()
        row = begun or self.store.create(name=self._sweep.name, **described)
        if self._lease is None:
            self._lease = hold(stack, acquire(self.store, row.sweep_id, observer.note))
        if begun is not None:
            self.store.update(row.sweep_id, status="running", **described)
        return row

    def _begun(self) -> SweepRow | None:
        """Find the same sweep without a run: its checkpoints may be hours of work."""
        former = None if self._is_fresh else self.store.find(self._sweep.name)
        if former is None or self.store.has_runs(former.sweep_id):
            return None
        return None if identity_difference(dict(former.identity), self._sweep) else former

    def _make_room(self) -> None:
        """Free the name: a stored sweep with runs moves aside, one without is removed."""
        former = self.store.find(self._sweep.name)
        if former is None:
            return
        if not self.store.has_runs(former.sweep_id):
            delete_sweep(self.store, former.name)
            return
        number = 1
        while self.store.find(f"{former.name}.{number}") is not None:
            number += 1
        self.store.rename(former.name, f"{former.name}.{number}")

    def _end(
        self,
        writer: Writer,
        row: SweepRow,
        status: SweepStatus,
        message: str | None,
        observer: Observer,
    ) -> None:
        """Store what there is and how it ended; a store that is away is waited for.

        Raises:
            StoreError: Something is not stored, and the user has to know.
            LeaseError: Another driver has the sweep now.
        """
        try:
            patiently(lambda: self._write_end(writer, row, status, message), observer.note)
        except KeyboardInterrupt:
            why = (
                "the sweep was stopped a second time, before the store had taken what was reported "
                "last. What it took is intact; run the same command again: the rest is done anew."
            )
            raise StoreUnreachableError(why) from None

    def _write_end(
        self, writer: Writer, row: SweepRow, status: SweepStatus, message: str | None
    ) -> None:
        writer.close()
        self.store.update(row.sweep_id, status=status, message=message)


def existing_store(sweep: Sweep) -> Store | None:
    """Open the sweep's store, None where there is none yet."""
    try:
        return open_store(sweep.store, create=False)
    except StoreMissingError:
        return None


def admitted(store: Store, sweep: Sweep) -> SweepRow | None:
    """Find the stored sweep of that name; one without runs protects nothing and counts as none.

    Raises:
        IdentityError: The name is taken by another sweep.
    """
    row = store.find(sweep.name)
    if row is None or not store.has_runs(row.sweep_id):
        return None
    check_identity(row, sweep)
    return row


def _finished(planner: Planner) -> str:
    """Say why a sweep is over."""
    n_wanted = planner.n_configs
    if n_wanted is not None and len(planner.table.configs) >= n_wanted:
        return "is finished already; nothing was run."
    limit = planner.tightest_limit()
    if not limit:
        return "is finished already; nothing was run."
    return (
        f"is finished already: its budget ({limit['what']}: {limit['limit']:,}) is spent. "
        "Run it with a larger one to go on."
    )


def _prospect(planner: Planner) -> str:
    return prospect(
        n_configs=planner.n_configs,
        n_seeds=len(planner.plan.seeds),
        n_runs=planner.n_runs,
        rungs=planner.plan.rungs,
        n_pilot=planner.plan.n_pilot,
        n_validation=planner.n_reserved,
    )


def load_data(sweep: Sweep) -> Any:
    """Call the objective's `load_data`, None where it has none.

    Raises:
        ObjectiveError: It raised.
    """
    if sweep.objective.load_data is None:
        return None
    try:
        return sweep.objective.load_data()
    except Exception as error:
        # unlike its `repr`, the text of an error names the file that is missing
        said = f"{type(error).__name__}: {error}".rstrip(" .:")
        message = f"`load_data()` of `{sweep.objective.reference}` raised {said}. Mend it."
        raise ObjectiveError(message) from error
