"""Looks at a Ray, this machine's own or a cluster's, and at every node of it."""

from __future__ import annotations

import os
import platform
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import cloudpickle

import sweeps
from sweeps.engine.checkup.check import Check, Deadline, bad, good, within
from sweeps.engine.checkup.meeting import checkpoints, own_name
from sweeps.engine.checkup.nodes import answering, clocks, importing, resources, versions
from sweeps.engine.checkup.reaching import unreached
from sweeps.engine.checkup.stored import Data, data_of
from sweeps.errors import ClusterError, SweepError
from sweeps.report.wording import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.cluster.probe import Node, Probe
    from sweeps.spec import Sweep
    from sweeps.tune.capacity import Capacity

THIS_MACHINE = "this machine"
CONNECT_S = 30.0
FACTS_S = 30.0
LOAD_S = 60.0
CLOCK_S = 5.0
MEET_S = 15.0
DATA_S = 10.0


class RayCheck:
    """Connects to Ray and asks its nodes.

    Args:
        address: Address of a cluster as `sweeps run --address` takes it, None for this machine.
        sweep: What is going to run, None where only the cluster is looked at.
        store: Address of its store, None for the default one.
        deadline: How long all checks may take.
    """

    def __init__(
        self, address: str | None, sweep: Sweep | None, store: str | None, deadline: Deadline
    ) -> None:
        self._address = address or os.environ.get("RAY_ADDRESS")
        self._sweep = sweep
        self._store = store
        self._deadline = deadline
        self.data: Data | None = None
        """What was found out about the sweep's data; None before, or where nobody looked."""

    def checks(self) -> Iterator[Check]:
        """Look at one thing after the other."""
        with ExitStack() as stack:
            try:
                self._connect(stack)
            except (SweepError, TimeoutError) as error:
                yield unreached(str(error), self._address)
                return
            yield from self._seen()

    @property
    def _is_own(self) -> bool:
        return self._address in {None, "local"}

    def _connect(self, stack: ExitStack) -> None:
        # Ray takes over a second to import
        from sweeps.tune.checkup import check_is_node, check_reachable  # noqa: PLC0415
        from sweeps.tune.local import connected  # noqa: PLC0415

        if self._is_own:
            # its processes end with the thread that starts them, so that has to be this one
            stack.enter_context(connected(self._address, None))
            return
        address = str(self._address)
        check_reachable(address)
        check_is_node(address)
        limit_s = self._deadline.left(CONNECT_S)
        within(limit_s, lambda: stack.enter_context(connected(self._address, None)))

    def _seen(self) -> Iterator[Check]:
        from sweeps.cluster.probe import Probe, nodes  # noqa: PLC0415 - as above
        from sweeps.tune.checkup import open_addresses, ray_facts, silent  # noqa: PLC0415

        facts = ray_facts()
        n_nodes = "" if self._is_own else f"{count(facts.n_nodes, 'node')}, "
        yield good("Ray", f"{facts.version}, {n_nodes}{facts.resources}")
        if self._is_own and (addresses := open_addresses()):
            yield bad("Ray listens", ", ".join(addresses), "Use a firewall: others can reach it.")
        elif self._is_own:
            yield good("Ray listens", "on loopback only")
        there = nodes()
        if self._is_own and len(there) == 1:
            there = [replace(node, name=THIS_MACHINE) for node in there]
        with silent(), Probe(there) as probe:
            yield from self._asked(probe, there, facts.version)

    def _asked(self, probe: Probe, there: list[Node], ray_version: str) -> Iterator[Check]:
        said = probe.ask("facts", within_s=self._deadline.left(FACTS_S))
        found = answering(said)
        if not (self._is_own and found.is_ok):
            yield found
        if not probe.can_ask:
            return
        own = {
            "python": platform.python_version(),
            "ray": ray_version,
            "sweeps": sweeps.__version__,
        }
        if not self._is_own:
            yield versions(said, own)
            yield self._clocks(probe)
        if self._sweep is not None:
            yield from self._sweep_checks(self._sweep, probe, there)

    def _sweep_checks(self, sweep: Sweep, probe: Probe, there: list[Node]) -> Iterator[Check]:
        pickled = cloudpickle.dumps(sweep.objective.shipment)
        said = probe.ask("load", pickled, within_s=self._deadline.left(LOAD_S))
        yield importing(said, sweep.objective.reference)
        capacity = _capacity_of(sweep)
        yield resources(
            there,
            sweep.resources.reserved(),
            now=capacity.now,
            most=capacity.most,
            can_grow=capacity.can_grow,
        )
        self.data = data_of(sweep, there, self._deadline.left(DATA_S))
        if self.data.check is not None:
            yield self.data.check
        if sweep.saves_runs and probe.can_ask:
            limit_s = self._deadline.left(MEET_S)
            yield _checkpoints(sweep, self._store, probe, limit_s, may_grow=capacity.can_grow)

    def _clocks(self, probe: Probe) -> Check:
        before = time.time()
        said = probe.ask("clock", within_s=self._deadline.left(CLOCK_S))
        now = (before + time.time()) / 2
        return clocks({name: word.value - now for name, word in said.items() if not word.error})


def refuse_unshared(sweep: Sweep) -> None:
    """Refuse to start where a run that saves itself on one node would not be found on another.

    This process has to be connected to the cluster.

    Raises:
        ClusterError: Not all nodes see it; says which, and what to do.
    """
    from sweeps.cluster.probe import Probe, nodes  # noqa: PLC0415 - Ray takes over a second

    there = nodes()
    if not sweep.saves_runs or len(there) < 2:
        return
    with Probe(there) as probe:
        check = _checkpoints(sweep, sweep.store, probe, MEET_S, may_grow=False)
    if not check.is_ok:
        message = f"not every node sees where runs save themselves: {check.found}. {check.remedy}"
        raise ClusterError(message)


def _checkpoints(
    sweep: Sweep, store: str | None, probe: Probe, limit_s: float, *, may_grow: bool
) -> Check:
    from sweeps.tune.checkpoint import place_of  # noqa: PLC0415 - as above

    return checkpoints(
        place_of(sweep.checkpoint.path, store, own_name()),
        lambda place, name: probe.ask("meet", place, name, within_s=limit_s),
        limit_s=limit_s,
        may_grow=may_grow,
    )


def _capacity_of(sweep: Sweep) -> Capacity:
    from sweeps.tune.capacity import capacity_of  # noqa: PLC0415 - Ray

    return capacity_of(sweep.resources.reserved())
