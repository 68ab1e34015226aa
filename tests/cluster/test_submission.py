"""A sweep that is submitted to a cluster, from a machine that is no part of it."""

from __future__ import annotations

import pandas as pd

from tests.cluster.program import sweeps_on
from tests.cluster.study import check_complete, table_of
from tests.cluster.waiting import until


def test_a_submitted_sweep_has_the_table_of_a_local_one(cluster, outside, local_table):
    """The same file, through the Jobs API, on three nodes that have neither file nor store."""
    said = outside.program.start("submit", outside.define("remote")).wait()
    runs = outside.runs("remote")
    check_complete(runs)
    pd.testing.assert_frame_equal(table_of(runs), local_table)
    assert set(runs["host"]) == set(cluster.alive())
    assert "sweeps-remote-" in said


def test_a_killed_driver_is_followed_by_one_that_goes_on(cluster, outside, local_table):
    """SIGKILL in the middle; `submit` again completes the sweep, and no run is done twice."""
    path = outside.define("orphaned")
    first = outside.program.start("submit", path)
    outside.wait_for_runs("orphaned", 6, first)
    (driver,) = sweeps_on(cluster.head.machine)
    driver.kill()
    until(lambda: first.process.poll() is not None, "the first submission to notice")
    assert first.process.returncode != 0, first.said
    before = outside.runs("orphaned")
    again = outside.program.start("submit", path).wait()
    runs = outside.runs("orphaned")
    pd.testing.assert_frame_equal(table_of(runs), local_table)
    kept = table_of(runs).merge(table_of(before))
    assert len(kept) == len(before) < len(runs)
    assert "-2" in again
