"""What every store promises to real processes: killed while they write, or writing side by side."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sweeps.errors import LeaseError
from sweeps.store import open_store
from tests.contracts.store_setting import create

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
RUNS_A_FLUSH = 20

# Takes an address, a name and a number of flushes; says how many runs are stored after each.
DRIVER = """
import os, signal, sys
from sweeps.planner.event import Config, Run, RunEnded, Status
from sweeps.store import open_store

url, name, n_flushes, death = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
print("ready", flush=True)
input()
store = open_store(url)
row = store.find(name) or store.create(
    name=name, definition={}, identity={}, identity_hash="", provenance={}
)
writer = store.writer(row.sweep_id, store.acquire(row.sweep_id))
print("holds", flush=True)
writer.add_config(Config("c", {}, 0, "random"))
start = len(store.runs(row.sweep_id)) // 20
for i in range(start, start + n_flushes):
    for seed in range(i * 20, i * 20 + 20):
        writer.add_run(RunEnded(Run("c", "race", seed), Status.FINISHED, {"m": seed / 3}), None)
    if death == "inside" and i == 3:
        commit = store._database.engine.dialect.do_commit
        store._database.engine.dialect.do_commit = lambda _: os.kill(os.getpid(), signal.SIGKILL)
    writer.flush()
    print(i + 1, flush=True)
    if death == "after" and i == 3:
        os.kill(os.getpid(), signal.SIGKILL)
print("done", flush=True)
input()
"""


@contextmanager
def driver(
    url: str, name: str = "digits", n_flushes: int = 10**6, death: str = "none"
) -> Iterator[subprocess.Popen[str]]:
    """Start a driver that waits for a line before it opens the store, and for one at its end."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", DRIVER, url, name, str(n_flushes), death],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def say(process: subprocess.Popen[str], line: str = "go") -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    pytest.fail(f"the driver ended without saying {word}")


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process without noticing its death: a zombie already holds nothing."""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def assert_whole(url: str, n_flushes: int) -> int:
    """Check that a store has whole flushes, at least so many, in their order; give how many."""
    with open_store(url) as store:
        row = store.get("digits")
        stored = store.runs(row.sweep_id)
        store.acquire(row.sweep_id).release()
    assert len(stored) % RUNS_A_FLUSH == 0
    assert len(stored) >= n_flushes * RUNS_A_FLUSH
    assert [run.run.seed for run in stored] == list(range(len(stored)))
    assert [run.metrics["m"] for run in stored] == [seed / 3 for seed in range(len(stored))]
    return len(stored) // RUNS_A_FLUSH


class ProcessContract:
    """Inherit, mark it slow, and give a fixture `url` of a store that does not exist yet."""

    @pytest.mark.parametrize("death", ["inside", "after"])
    def test_death_around_a_commit_costs_at_most_what_it_was_writing(self, url: str, death: str):
        """Killed inside the fourth transaction, three are stored; after it, four."""
        with driver(url, death=death) as process:
            hear(process, "ready")
            say(process)
            assert process.wait() == -signal.SIGKILL
        n_flushes = {"inside": 3, "after": 4}[death]
        assert_whole(url, n_flushes)
        with open_store(url) as store:
            assert store.sweeps()[0].n_runs == n_flushes * RUNS_A_FLUSH

    def test_death_at_any_moment_costs_nothing_committed(self, url: str):
        """Killed again and again at random moments, the sweep is taken over at once each time."""
        n_flushes = 0
        for n_more in random.Random(0).choices(range(1, 30), k=3):
            with driver(url) as process:
                hear(process, "ready")
                say(process)
                n_flushes += n_more
                hear(process, str(n_flushes))
                kill(process)
                n_flushes = assert_whole(url, n_flushes)

    def test_a_live_process_keeps_others_out_until_it_is_killed(self, url: str):
        """The lease of a real driver on this machine ends with it, without any waiting."""
        with driver(url, n_flushes=0) as process, open_store(url) as store:
            sweep_id = create(store).sweep_id
            hear(process, "ready")
            say(process)
            hear(process, "done")
            assert store.sweeps()[0].driver is not None
            with pytest.raises(LeaseError, match=f"held by process {process.pid} on host"):
                store.acquire(sweep_id)
            kill(process)
            assert store.sweeps()[0].driver is None
            store.acquire(sweep_id)

    def test_two_drivers_and_a_reader_share_one_new_store(self, url: str):
        """Both make the store at the same moment, then write their own sweep while it is read."""
        with driver(url, "a", 40) as one, driver(url, "b", 40) as two:
            for process in (one, two):
                hear(process, "ready")
            for process in (one, two):
                say(process)
            for process in (one, two):
                hear(process, "holds")
            with open_store(url, create=False) as store:
                seen = [sum(summary.n_runs for summary in store.sweeps()) for _ in range(50)]
                for process in (one, two):
                    hear(process, "done")
                assert seen == sorted(seen)
                assert [summary.n_runs for summary in store.sweeps()] == [800, 800]
                for summary in store.sweeps():
                    runs = store.runs(store.get(summary.name).sweep_id)
                    assert [run.run.seed for run in runs] == list(range(800))
            for process in (one, two):
                say(process)
                assert process.wait() == 0
