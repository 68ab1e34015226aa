"""A node leaves in the middle of a sweep."""

from __future__ import annotations

from tests.cluster.study import check_complete

PATIENT = "failures: {retries: 0}"


def test_a_killed_node_costs_only_its_unfinished_runs(cluster, study):
    """Every run exactly once, none failed though no retry is allowed; the retries are visible."""
    path = study.define("killed", extra=PATIENT)
    call = study.program.start("run", path)
    victim = cluster.workers[0]
    study.wait_for_runs("killed", 1, call, host=victim.machine.host)
    n_before = len(study.nodes("killed"))
    victim.kill()
    call.wait()
    assert n_before < 48
    runs = study.runs("killed")
    check_complete(runs)
    assert runs["attempts"].max() > 1
    decisions = study.load("killed").decisions
    assert "retried" in set(decisions["kind"])


def test_a_preempted_node_drains(cluster, study):
    """SIGTERM, as spot machines get it: the sweep goes on elsewhere and no run failed."""
    path = study.define("drained", extra=PATIENT)
    call = study.program.start("run", path)
    victim = cluster.workers[0]
    study.wait_for_runs("drained", 1, call, host=victim.machine.host)
    victim.terminate()
    cluster.wait_gone(victim)
    call.wait()
    check_complete(study.runs("drained"))
