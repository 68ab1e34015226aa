"""Two sweeps at once on one cluster, in one PostgreSQL."""

from __future__ import annotations

import pandas as pd

from tests.cluster.study import check_complete, table_of
from tests.cluster.waiting import until

STOPPED_WITHIN_S = 20


def test_one_is_stopped_and_the_other_goes_on(outside, local_table):
    """Each has its own runs; readers see a table that only grows; `stop` ends one of them."""
    # a node each, since a sweep keeps the processes that it has until its end
    on_second, on_third = (f"resources: {{custom: {{node{k}: 1}}}}" for k in (2, 3))
    ended = outside.define("ended", n_configs=60, extra=f"{on_third}\nmaster_seed: 7")
    outside.program.start("submit", ended, "--no-wait").wait()
    outside.program.start("submit", outside.define("kept", extra=on_second), "--no-wait").wait()
    seen = [0]

    def both_have_runs() -> bool:
        seen.append(len(outside.nodes("kept")))
        return min(seen[-1], len(outside.nodes("ended"))) >= 3

    until(both_have_runs, "both sweeps to have runs")
    assert seen == sorted(seen)
    call = outside.program.start("stop", "ended")
    took_s = until(lambda: status_of(outside, "ended") == "interrupted", "the sweep to stop")
    print(f"stopped after {took_s:.1f} s")
    call.wait()
    assert took_s < STOPPED_WITHIN_S
    assert status_of(outside, "kept") == "running"
    until(lambda: status_of(outside, "kept") == "finished", "the other to finish")
    kept, ended = outside.runs("kept"), outside.runs("ended")
    check_complete(kept)
    pd.testing.assert_frame_equal(table_of(kept), local_table)
    assert 3 <= len(ended) < 240
    assert not set(kept["config_id"]) & set(ended["config_id"])
    assert set(ended["status"]) == {"finished"}
    assert (set(kept["host"]), set(ended["host"])) == ({"node2"}, {"node3"})


def status_of(study, name) -> str:
    """Say how a sweep stands, according to the store."""
    return str(study.load(name).status)
