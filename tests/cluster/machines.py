"""Machines that this one pretends to be: each with a network, a host name and folders of its own.

A machine is a process that holds three namespaces and does nothing else. It ends when its standard
input closes, so neither namespaces nor processes outlive a test run that is killed. The network
has a switch, the machine `office`, whose folders are the real ones: servers that are no part of
the cluster run there, and so does the person who submits.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TMP = Path("/tmp")  # noqa: S108 - on most machines a folder of their own
ROOT = Path(__file__).parents[2]
TOOLS = ("ip", "mount", "nsenter", "setpriv", "unshare")
# what runs on every machine; the rest of the temporary folder is the machine's own
INSTALLED = (Path(sys.prefix), Path(sys.base_prefix), ROOT)
_PREPARE = """\
set -e
ip link set lo up
hostname "$1"
folder=$2
memory=$3
shift 3
if [ "$folder" != /tmp ]; then
  mount -t tmpfs -o size="$memory" tmpfs /dev/shm
  for kept in "$@"; do
    mkdir -p "$folder/${kept#/tmp/}"
    mount --bind "$kept" "$folder/${kept#/tmp/}"
  done
  mount --rbind "$folder" /tmp
fi
echo ready
exec cat
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """One of the machines; made by a network.

    Attributes:
        host: Its name.
        ip: Its address.
        tmp: What it calls `/tmp`: a folder of its own, or the real one.
        holder: The process that holds its namespaces.
    """

    host: str
    ip: str
    tmp: Path
    holder: subprocess.Popen[str]

    def command(self, arguments: Sequence[str], cwd: Path = TMP) -> list[str]:
        """Give the command that runs a program on this machine, and dies with who starts it."""
        enter = ["nsenter", "--target", str(self.holder.pid), "--net", "--mount", "--uts"]
        return ["setpriv", "--pdeathsig", "KILL", *enter, "env", "-C", str(cwd), *arguments]

    def processes(self) -> list[psutil.Process]:
        """Give all that runs on this machine, whoever started it."""
        here = self._namespace(self.holder.pid)
        others = (p for p in psutil.process_iter() if p.pid != self.holder.pid)
        return [process for process in others if self._namespace(process.pid) == here]

    def clear(self) -> None:
        """End all that still runs on this machine."""

        def is_clear() -> bool:
            left = self.processes()
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            return not left

        until(is_clear, f"the processes on {self.host} to end")

    def close(self) -> None:
        """End what runs here and the machine itself; safe to repeat."""
        if self.holder.poll() is None:
            self.clear()
            self.holder.kill()
        self.holder.communicate()

    @staticmethod
    def _namespace(pid: int) -> str | None:
        try:
            return str(Path(f"/proc/{pid}/ns/mnt").readlink())
        except OSError:  # it has ended
            return None


class Network:
    """Machines on one switch; a context manager, and each cable can be pulled.

    Args:
        n_machines: How many, beside the office.
        shared: A folder that all of them see under the same path, such as a network drive.
        memory_b: Bytes of shared memory of each, where object stores are.
    """

    def __init__(
        self, n_machines: int, *, shared: Path | None = None, memory_b: int = 2**30
    ) -> None:
        self._memory_b = memory_b
        self._closing = ExitStack()
        self.folder = Path(tempfile.mkdtemp(prefix="net-", dir=TMP))
        self._closing.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self._kept = [path for path in INSTALLED if path.is_relative_to(TMP)]
        if shared is not None and shared.is_relative_to(TMP):
            self._kept.append(shared)
        try:
            self.office = self._machine("office", 254, is_private=False)
            self._on(self.office, "ip link add name switch type bridge")
            self._on(self.office, f"ip addr add {self.office.ip}/24 dev switch")
            self._on(self.office, "ip link set switch up")
            self.machines = [self._machine(f"node{k}", k) for k in range(1, n_machines + 1)]
            for machine in self.machines:
                self._plug_in(machine)
        except BaseException:
            self.close()
            raise

    def cut(self, machine: Machine) -> None:
        """Pull the cable of a machine: what is sent is lost, and nobody is told."""
        self._on(self.office, f"ip link set {machine.host} down")

    def mend(self, machine: Machine) -> None:
        """Plug the cable in again."""
        self._on(self.office, f"ip link set {machine.host} up")

    def close(self) -> None:
        """End all machines and what runs on them; safe to repeat."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _machine(self, host: str, number: int, *, is_private: bool = True) -> Machine:
        tmp = self.folder / host if is_private else TMP
        tmp.mkdir(exist_ok=True)
        given = [host, str(tmp), str(self._memory_b), *map(str, self._kept)]
        prepare = ["bash", "-c", _PREPARE, "prepare", *given]
        holder = subprocess.Popen(  # noqa: S603
            ["unshare", "--net", "--mount", "--uts", *prepare],  # noqa: S607
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        machine = Machine(host, f"10.77.0.{number}", tmp, holder)
        self._closing.callback(machine.close)
        assert holder.stdout is not None
        said = holder.stdout.readline()
        if said != "ready\n":
            message = f"The machine {host} cannot be made: {said.strip()}"
            raise OSError(message)
        return machine

    def _plug_in(self, machine: Machine) -> None:
        there = machine.holder.pid
        cable = f"ip link add {machine.host} type veth peer name cable netns {there}"
        self._on(self.office, cable)
        self._on(self.office, f"ip link set {machine.host} master switch up")
        self._on(machine, f"ip addr add {machine.ip}/24 dev cable")
        self._on(machine, "ip link set cable up")

    @staticmethod
    def _on(machine: Machine, command: str) -> None:
        done = subprocess.run(  # noqa: S603
            machine.command(command.split()), capture_output=True, text=True, check=False
        )
        if done.returncode:
            message = f"`{command}` on {machine.host} failed: {done.stderr.strip()}"
            raise OSError(message)


def why_not() -> str | None:
    """Say why such machines cannot be made here, None if they can."""
    if sys.platform != "linux":
        return "network namespaces need Linux"
    if os.geteuid() != 0:
        return "network namespaces need root"
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"missing: {', '.join(missing)} (Debian: apt install iproute2 util-linux)"
    try:
        Network(1).close()
    except OSError as error:
        return f"this machine forbids network namespaces: {error}"
    return None


def environment(**extra: str) -> Mapping[str, str]:
    """Give the environment of a program on a machine: no proxies, no other Ray, no telemetry."""
    dropped = ("RAY_", "SWEEPS_STORE", "TUNE_")
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(dropped) and not name.lower().endswith("_proxy")
    }
    return {
        **clean,
        "HOME": str(TMP),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "RAY_AUTH_MODE": "disabled",
        "RAY_USAGE_STATS_ENABLED": "0",
        **extra,
    }


def end_group(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    """Send a signal to a process that leads a session, and to all that it started there."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
