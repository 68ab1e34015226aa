"""The program `sweeps` on one of the machines, as somebody who sits there types it."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psutil

from tests.cluster.machines import TMP, end_group, environment
from tests.cluster.waiting import WITHIN_S, until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.cluster.machines import Machine


def sweeps_on(machine: Machine) -> list[psutil.Process]:
    """Give the processes on a machine that drive a sweep, whoever started them."""
    return [p for p in machine.processes() if command_of(p)[1:4] == ["-m", "sweeps", "run"]]


def command_of(process: psutil.Process) -> list[str]:
    """Give the words of a process's command; none where it has ended."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@dataclass
class Program:
    """Calls of `sweeps` on a machine.

    Attributes:
        machine: Where they run.
        name: The folder that they run in, within the machine's `/tmp`.
        settings: Environment variables, such as the store.
    """

    machine: Machine
    name: str
    settings: dict[str, str]
    _started: list[subprocess.Popen[bytes]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)

    @property
    def path(self) -> Path:
        """Give the folder as this process reaches it."""
        return self.machine.tmp / self.name

    def write(self, name: str, text: str) -> None:
        """Write a file into the folder."""
        (self.path / name).write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call the program and wait until it ends."""
        return subprocess.run(  # noqa: S603
            self._command(arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self._environment(),
            timeout=WITHIN_S,
            check=False,
        )

    def start(self, *arguments: str) -> Started:
        """Call the program and do not wait."""
        log = self.path / f"said-{len(self._started)}.log"
        with log.open("wb") as said:
            process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                self._command(arguments),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=self._environment(),
                start_new_session=True,
            )
        self._started.append(process)
        return Started(process, log)

    def close(self) -> None:
        """End all calls that still run."""
        for process in self._started:
            end_group(process)
            process.wait()

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return self.machine.command([sys.executable, "-m", "sweeps", *arguments], TMP / self.name)

    def _environment(self) -> Mapping[str, str]:
        return environment(COLUMNS="120", **self.settings)


@dataclass(frozen=True, slots=True)
class Started:
    """A call that runs.

    Attributes:
        process: Its process, which leads a session.
        log: What it says.
    """

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        """Give what it said so far, on both streams."""
        return self.log.read_text(encoding="utf-8")

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it at once."""
        end_group(self.process)
        self.process.wait()

    def until(self, condition: Callable[[], object], what: str) -> float:
        """Poll a condition as long as the call runs; gives the seconds that it took.

        Raises:
            AssertionError: The call ended before; or the condition did not become true in time.
        """

        def holds() -> bool:
            assert self.process.poll() is None, self.said
            return bool(condition())

        try:
            return until(holds, what)
        except TimeoutError as error:
            message = f"{error} This was said meanwhile:\n{self.said}"
            raise AssertionError(message) from error

    def wait(self, within_s: float = WITHIN_S) -> str:
        """Wait until it ended well; gives what it said.

        Raises:
            AssertionError: It did not end well.
        """
        try:
            code: int | None = self.process.wait(within_s)
        except subprocess.TimeoutExpired:
            code = None
        said = self.said
        assert code == 0, said
        return said
