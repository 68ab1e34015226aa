"""A Ray cluster of real raylets, each a process of ours on a machine of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.cluster.machines import end_group, environment
from tests.cluster.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.cluster.machines import Machine

GCS_PORT = 6379
DASHBOARD_PORT = 8265
STORE_B = 100_000_000
RAY = (sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats")
# A silent node is dead after 5 * (0.5 + 0.5) s instead of 65, one that hung up after 2.5 s.
QUICK_HEALTH = {
    "RAY_health_check_initial_delay_ms": "0",
    "RAY_health_check_period_ms": "500",
    "RAY_health_check_timeout_ms": "500",
    "RAY_health_check_failure_threshold": "5",
}


class Node:
    """A node of a cluster: one `ray start` and all that it started.

    Args:
        machine: Where it runs.
        arguments: For `ray start`.
        cpus: Its CPUs, in Ray's books.
        settings: Environment variables.
        store_b: Bytes of its object store.
    """

    def __init__(
        self,
        machine: Machine,
        arguments: Sequence[str],
        *,
        cpus: float = 1,
        settings: Mapping[str, str] | None = None,
        store_b: int = STORE_B,
    ) -> None:
        self.machine = machine
        self.log = machine.tmp / "node.log"
        command = [
            *RAY,
            *arguments,
            f"--node-ip-address={machine.ip}",
            f"--num-cpus={cpus}",
            f"--resources={json.dumps({machine.host: 1})}",
            f"--object-store-memory={store_b}",
            "--temp-dir=/tmp/ray",
        ]
        with self.log.open("ab") as log:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603
                machine.command(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(**(settings or {})),
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Tell whether its `ray start` still runs."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it at once, as a power failure does."""
        end_group(self.process)
        self.machine.clear()
        self.process.wait()

    def terminate(self) -> None:
        """Ask it to drain and to end, as the announcement of a preemption does."""
        os.kill(self.process.pid, signal.SIGTERM)

    def suspend(self) -> None:
        """Make it hang."""
        end_group(self.process, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        end_group(self.process, signal.SIGCONT)


class Head(Node):
    """The first node: it keeps the cluster's books and serves the Jobs API.

    Args:
        machine: As for any node, like the others.
        *further: More arguments for `ray start`.
        cpus: Its CPUs.
        settings: Environment variables.
        store_b: Bytes of its object store.
    """

    def __init__(
        self,
        machine: Machine,
        *further: str,
        cpus: float = 1,
        settings: Mapping[str, str] | None = None,
        store_b: int = STORE_B,
    ) -> None:
        arguments = [
            *further,
            "--head",
            f"--port={GCS_PORT}",
            "--include-dashboard=true",
            f"--dashboard-host={machine.ip}",
            f"--dashboard-port={DASHBOARD_PORT}",
        ]
        super().__init__(machine, arguments, cpus=cpus, settings=settings, store_b=store_b)
        self.address = f"{machine.ip}:{GCS_PORT}"
        self.url = f"http://{machine.ip}:{DASHBOARD_PORT}"


class Worker(Node):
    """Any other node."""

    def __init__(
        self,
        machine: Machine,
        head: Head,
        *,
        cpus: float = 1,
        settings: Mapping[str, str] | None = None,
        store_b: int = STORE_B,
    ) -> None:
        arguments = [f"--address={head.address}"]
        super().__init__(machine, arguments, cpus=cpus, settings=settings, store_b=store_b)


class Cluster:
    """A head and workers; a context manager.

    Args:
        office: The machine from which the cluster is watched.
        head: Where the head runs.
        workers: Where the workers run.
        cpus: CPUs of each node.
        settings: Environment variables of all nodes, such as Ray's health checks.
        store_b: Bytes of the object store of each node.
    """

    def __init__(
        self,
        office: Machine,
        head: Machine,
        workers: Sequence[Machine],
        *,
        cpus: float = 1,
        settings: Mapping[str, str] = QUICK_HEALTH,
        store_b: int = STORE_B,
    ) -> None:
        self.settings = settings
        self.cpus = cpus
        self.store_b = store_b
        self.head = Head(head, cpus=cpus, settings=settings, store_b=store_b)
        self.workers: list[Worker] = []
        self._watcher = self._watch(office)
        try:
            self._wait_for_head(lambda: len(self.alive()) == 1)
            for machine in workers:
                self.add(machine)
            self.wait_alive(1 + len(workers))
            self._wait_for_head(self._serves_jobs)
        except BaseException:
            self.close()
            raise

    def add(self, machine: Machine, *, cpus: float | None = None, **settings: str) -> Worker:
        """Start one more node, and do not wait for it."""
        cpus = self.cpus if cpus is None else cpus
        merged = {**self.settings, **settings}
        worker = Worker(machine, self.head, cpus=cpus, settings=merged, store_b=self.store_b)
        self.workers.append(worker)
        return worker

    def remove(self, worker: Worker) -> None:
        """End a node and wait until the cluster knows."""
        worker.kill()
        self.workers.remove(worker)
        self.wait_gone(worker)

    def alive(self) -> dict[str, dict[str, float]]:
        """Give the resources of each host whose node is alive, as the cluster's books say."""
        assert self._watcher.stdin is not None
        assert self._watcher.stdout is not None
        self._watcher.stdin.write("\n")
        self._watcher.stdin.flush()
        alive: dict[str, dict[str, float]] = json.loads(self._watcher.stdout.readline())
        return alive

    def wait_alive(self, n_nodes: int) -> float:
        """Wait until so many nodes are alive; gives the seconds that it took."""
        return until(lambda: len(self.alive()) == n_nodes, f"{n_nodes} nodes to be alive")

    def wait_gone(self, worker: Worker) -> float:
        """Wait until a node counts as dead; gives the seconds that it took."""
        host = worker.machine.host
        return until(lambda: host not in self.alive(), f"{host} to count as dead")

    def close(self) -> None:
        """End everything that this cluster started; safe to repeat."""
        self._watcher.kill()
        self._watcher.communicate()
        for node in (*self.workers, self.head):
            node.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait_for_head(self, condition: Callable[[], bool]) -> None:
        def holds() -> bool:
            if not self.head.is_running:
                message = f"The head ended:\n{self.head.log.read_text(encoding='utf-8')}"
                raise RuntimeError(message)
            return condition()

        until(holds, "the head to answer")

    def _serves_jobs(self) -> bool:
        return "Ray runtime started" in self.head.log.read_text(encoding="utf-8")

    def _watch(self, office: Machine) -> subprocess.Popen[str]:
        script = Path(__file__).with_name("node_table.py")
        return subprocess.Popen(  # noqa: S603
            office.command([sys.executable, str(script), self.head.address]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            text=True,
        )
