"""A node joins in the middle of a sweep."""

from __future__ import annotations

INTERRUPTED = 130
WITHIN_S = 30  # a process that imports Ray takes most of it where the machine is busy


def test_a_node_that_joins_gets_work_within_seconds(cluster, network, study):
    """Nobody told the driver: it finds out by itself. Nothing was tried again for that."""
    path = study.define("joined", n_configs=150)
    call = study.program.start("run", path)
    study.wait_for_runs("joined", 3, call)
    spare = network.machines[-1]
    cluster.add(spare)
    cluster.wait_alive(4)
    waited_s = study.wait_for_runs("joined", 1, call, host=spare.host)
    print(f"first run of the new node stored after {waited_s:.1f} s")
    assert waited_s < WITHIN_S
    study.wait_for_runs("joined", 6, call, host=spare.host)
    call.interrupt()
    assert call.process.wait(WITHIN_S) == INTERRUPTED, call.said
    runs = study.runs("joined")
    assert set(runs["host"]) == set(cluster.alive())
    assert set(runs["status"]) == {"finished"}
    assert set(runs["attempts"]) == {1}
