"""A cluster that grows by itself is asked for nodes, and the sweep goes on with what is there."""

from __future__ import annotations

import pytest
import ray

import sweeps
from sweeps.tune.autoscaler import NodeType
from sweeps.tune.session import Session

pytestmark = pytest.mark.usefixtures("shared_ray")

TYPES = [NodeType("worker", {"CPU": 1.0}, 5)]


@pytest.fixture
def waiting(monkeypatch):
    """Pretend that nodes could be started; how many requests for them wait, at each result."""
    seen = []
    halt = Session.halt

    def look(session):
        states = [group["state"] for group in ray.util.placement_group_table().values()]
        seen.append(states.count("PENDING"))
        halt(session)

    monkeypatch.setattr(Session, "halt", look)
    for place in ("runner", "local"):
        monkeypatch.setattr(f"sweeps.tune.{place}.growth", lambda: TYPES)
    return seen


def test_more_runs_than_fit_ask_for_nodes_and_hold_nobody_up(make_sweep, waiting):
    """No node comes here: both cores are used all the same, and nothing waits at the end."""
    sweep = make_sweep({"sleep_s": 0.1}, n_configs=20, n_seeds=4)
    runs = sweeps.run(sweep, progress=False).runs
    assert runs.status.eq("finished").all()
    assert runs.node.nunique() == 2
    assert max(waiting) >= 3
    assert max(waiting) <= 5  # as many as could be started, and no more
    assert runs.groupby("node").size().min() >= len(runs) / 5
    left = [group["state"] for group in ray.util.placement_group_table().values()]
    assert set(left) <= {"REMOVED"}


def test_a_sweep_begins_where_nothing_fits_yet(make_sweep, monkeypatch):
    """Its requests make the cluster start what it needs; here nothing does, so it is stopped."""
    types = [NodeType("large", {"CPU": 64.0}, 2)]
    for place in ("runner", "local"):
        monkeypatch.setattr(f"sweeps.tune.{place}.growth", lambda: types)
    sizes = []
    settle = Session.settle

    def stop_when_asked(session):
        settle(session)
        states = [group["state"] for group in ray.util.placement_group_table().values()]
        sizes.append(session.slots.wanted)
        if states.count("PENDING") >= 2:
            session.signalled = 2

    monkeypatch.setattr(Session, "settle", stop_when_asked)
    with pytest.raises(KeyboardInterrupt):
        sweeps.run(make_sweep(resources={"cpu": 64}), progress=False)
    assert sizes[-1] == 2
