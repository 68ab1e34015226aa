"""Drivers: one process is told from all others, and the living from the dead."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

from sweeps.store import Driver
from sweeps.store.driver import Holder, process_start

NOW = 1_000.0
HERE = Driver.here()


def held_by(driver: Driver, silence_s: float = 0.0) -> Holder:
    return Holder(driver, "token", since=0.0, heartbeat=NOW - silence_s)


def test_this_process_is_the_same_whenever_it_is_looked_at():
    """Its start does not depend on the time of day at which it is asked for."""
    assert Driver.here() == HERE
    assert process_start(os.getpid()) == HERE.process_start
    assert (HERE.pid, HERE.host) == (os.getpid(), os.uname().nodename)


def test_a_driver_prints_as_host_and_process():
    """As in a list of sweeps."""
    assert str(Driver("gpu1", "boot", 42, 1.0)) == "gpu1:42"


def test_a_process_that_waits_to_be_buried_is_dead():
    """A killed driver whose parent has not noticed runs no more, though its number is taken."""
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert process_start(child.pid) is not None
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert process_start(child.pid) is None
    child.communicate()
    assert process_start(child.pid) is None


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no `unshare` (util-linux)")
def test_a_container_is_another_machine_although_it_has_the_same_name():
    """It numbers its processes anew, so that looking for one says nothing."""
    code = "from sweeps.store import Driver; print(Driver.here().host, Driver.here().boot_id)"
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if "unshare" in told.stderr:
        pytest.skip(f"this machine forbids it: {told.stderr.strip()}")
    host, boot_id = told.stdout.split()
    assert host == HERE.host
    assert boot_id != HERE.boot_id


@pytest.mark.parametrize(
    ("driver", "silence_s", "is_alive"),
    [
        (HERE, 29, True),
        (HERE, 31, False),
        (Driver("elsewhere", HERE.boot_id, HERE.pid, HERE.process_start), 29, True),
        (Driver("elsewhere", HERE.boot_id, HERE.pid, HERE.process_start), 31, False),
        (replace(HERE, boot_id="another"), 29, True),
        (replace(HERE, boot_id="another"), 31, False),
        (replace(HERE, process_start=HERE.process_start - 60), 0, False),
    ],
    ids=[
        "here",
        "here, silent",
        "elsewhere",
        "elsewhere, silent",
        "namesake or restarted",
        "namesake or restarted, silent",
        "other process",
    ],
)
def test_who_counts_as_alive(driver: Driver, silence_s: float, is_alive: bool):  # noqa: FBT001
    """By its process on this machine, by its heartbeat elsewhere and in this very process."""
    assert held_by(driver, silence_s).is_alive(HERE, NOW) is is_alive


def test_a_clock_that_was_adjusted_kills_nobody():
    """Start times may be off by a moment."""
    parent = os.getppid()
    start = process_start(parent)
    assert start is not None
    driver = replace(HERE, pid=parent, process_start=start + 1)
    assert held_by(driver, silence_s=3600).is_alive(HERE, NOW)


def test_a_token_is_not_shown():
    """Whoever prints a holder learns nothing to write with."""
    assert "token" not in repr(held_by(HERE))
