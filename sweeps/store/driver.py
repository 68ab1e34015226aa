"""Who drives a sweep, and whether that process still lives."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import psutil

SILENCE_S = 30.0
"""Without a heartbeat for so long, a driver that cannot be looked at counts as dead."""
START_TOLERANCE_S = 2.0
"""Clocks are adjusted; no process number comes round again within two seconds of its start."""
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")
_DEAD_STATES = {b"Z", b"X"}  # a zombie has a number and a start time, but it runs no more


@dataclass(frozen=True, slots=True)
class Driver:
    """One process on one machine, told apart from all others before and after it.

    Attributes:
        host: Name of the machine.
        boot_id: Changes whenever the machine starts, and between containers, which see different
            processes.
        pid: Process number.
        process_start: Start of the process in seconds, comparable on the same boot.
    """

    host: str
    boot_id: str
    pid: int
    process_start: float

    @classmethod
    def here(cls) -> Driver:
        """Give this process."""
        pid = os.getpid()
        return cls(socket.gethostname(), _boot_id(), pid, process_start(pid) or 0.0)

    def is_beside(self, here: Driver) -> bool:
        """Tell whether it is on the machine of `here`, where its process can be looked at."""
        return (self.host, self.boot_id) == (here.host, here.boot_id)

    def __str__(self) -> str:
        """Give host and process number, as a list of sweeps shows them."""
        return f"{self.host}:{self.pid}"


@dataclass(frozen=True, slots=True)
class Holder:
    """A driver that holds, or held, the lease of a sweep.

    Attributes:
        driver: The process.
        token: What it must show to write.
        since: When it took the lease, seconds since the epoch.
        heartbeat: When it last wrote, seconds since the epoch.
    """

    driver: Driver
    token: str = field(repr=False)
    since: float
    heartbeat: float

    def is_alive(self, here: Driver, now: float) -> bool:
        """Tell whether the driver still runs, as far as it can be seen from `here`.

        A process of this machine is looked at. A heartbeat has to do for other machines, also for
        those of the same name, and for this very process: there, a sweep that ended badly in a
        notebook may have left its lease.
        """
        if not self.driver.is_beside(here) or self.driver == here:
            return now - self.heartbeat < SILENCE_S
        start = process_start(self.driver.pid)
        return start is not None and abs(start - self.driver.process_start) < START_TOLERANCE_S


def process_start(pid: int) -> float | None:
    """Give the start of a process of this machine in seconds, None where no such process runs.

    On Linux it counts from the boot, since the time of day at which the kernel believes to have
    booted moves with every adjustment of the clock.
    """
    if sys.platform == "linux":
        return _linux_process_start(pid)
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def _linux_process_start(pid: int) -> float | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    # The name stands in parentheses and may contain anything; field 3 follows it (proc(5)).
    fields = stat.rpartition(b")")[2].split()
    return None if fields[0] in _DEAD_STATES else int(fields[19]) / os.sysconf("SC_CLK_TCK")


def _boot_id() -> str:
    """Name this boot; where start times of processes are dates, the boot need not be known.

    A container may have the name of its machine, but numbers its processes anew.
    """
    if not _BOOT_ID.exists():
        return ""
    boot = _BOOT_ID.read_text(encoding="ascii").strip()
    return f"{boot}/{_PROCESSES.stat().st_ino}" if _PROCESSES.exists() else boot
