"""Asks the cluster, beside the driver's own work, what there is and what became of processes.

Ray's answers take a millisecond, or a minute where the network is cut; so a thread of its own asks,
and the driver reads what it found last.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ray
from ray._private import state
from ray.core.generated import common_pb2, gcs_pb2

from sweeps.tune.capacity import Capacity, capacity
from sweeps.tune.recorder import recall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.tune.autoscaler import NodeType
    from sweeps.tune.recorder import Announcement

# what the compiler of messages makes has no names that a checker sees
_Actor: Any = vars(gcs_pb2)["ActorTableData"]
_Reason: Any = vars(common_pb2)["ActorDiedErrorContext"].Reason

EVERY_S = 2.0
HURRIED_S = 0.1
"""How often the cluster is asked, and how often while something is not known."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the driver wants to know of a process that it cannot reach any more.

    Attributes:
        batch_id: The batch that the process executed.
        actor_id: Ray's name of the process, empty where it has none.
        key: Where the process announced what it was doing, None where it did not.
    """

    batch_id: int
    actor_id: str
    key: bytes | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the cluster says of such a process; nothing where it does not know it.

    Attributes:
        cause: Ray's name for why the process ended, such as `NODE_DIED`; empty while it has not.
        is_node_dead: Whether its node is known to be gone.
        is_node_leaving: Whether its node is being taken away.
        is_alone: Whether there is no other node, so that the driver itself is on it.
        node: Host and process, as workers name themselves.
        reason: Why the node went, as far as Ray knows.
        last_word: What the process announced last.
    """

    cause: str = ""
    is_node_dead: bool = False
    is_node_leaving: bool = False
    is_alone: bool = True
    node: str = ""
    reason: str = ""
    last_word: Announcement | None = None


class Survey:
    """What is known of the cluster, kept up to date by a thread.

    Args:
        wanted: What one run reserves, in Ray's words.
        types: Kinds of nodes that may be started, as for `capacity`.
    """

    def __init__(self, wanted: Mapping[str, float], types: Sequence[NodeType] | None) -> None:
        self.capacity: Capacity | None = None
        """Runs that fit; None before it is known."""
        self._wanted = wanted
        self._types = types
        self._questions = dict[int, Question]()
        self._findings = dict[int, Finding]()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._work, name="sweeps-survey", daemon=True)

    def __enter__(self) -> Survey:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """End, without waiting for a cluster that does not answer."""
        self._is_over = True
        self._wake.set()
        self._thread.join(timeout=1.0)

    def ask(self, question: Question) -> None:
        """Ask, again and again until `drop`."""
        with self._lock:
            self._questions[question.batch_id] = question
        self._wake.set()

    def newest(self, batch_id: int) -> Finding | None:
        """Give the newest answer; None while there is none."""
        return self._findings.get(batch_id)

    def drop(self, batch_id: int) -> None:
        """Ask no more."""
        with self._lock:
            self._questions.pop(batch_id, None)
            self._findings.pop(batch_id, None)

    def _work(self) -> None:
        while not self._is_over:
            with contextlib.suppress(Exception):  # who does not answer now may do so later
                self._look()
            if self._questions:
                time.sleep(HURRIED_S)
            else:
                self._wake.wait(EVERY_S)
                self._wake.clear()

    def _look(self) -> None:
        nodes = ray.nodes()
        self.capacity = capacity(self._wanted, nodes, self._types)
        with self._lock:
            questions = list(self._questions.values())
        if not questions:
            return
        leaving = state.state.get_draining_nodes()
        by_id = {node["NodeID"]: node for node in nodes}
        for question in questions:
            finding = _find(question, by_id, leaving)
            with self._lock:
                if question.batch_id in self._questions:
                    self._findings[question.batch_id] = finding


def _find(
    question: Question, nodes: Mapping[str, Mapping[str, Any]], leaving: Mapping[str, int]
) -> Finding:
    last_word = None if question.key is None else recall(question.key)
    known = None
    if question.actor_id:
        known = state.state.get_actor_info(ray.ActorID.from_hex(question.actor_id))
    if known is None:
        return Finding(last_word=last_word)
    actor = _Actor.FromString(known)
    node_id = actor.address.node_id.hex() or actor.node_id.hex()
    node = nodes.get(node_id, {})
    return Finding(
        cause=cause_of(actor),
        is_node_dead=bool(node) and not node["Alive"],
        is_node_leaving=node_id in leaving or actor.preempted,
        is_alone=len(nodes) == 1,
        node=f"{node['NodeManagerHostname']}:{actor.pid}" if node else "",
        reason=node.get("DeathReasonMessage", ""),
        last_word=last_word,
    )


def cause_of(actor: Any) -> str:
    """Give Ray's name for why an actor ended, empty while it has not."""
    if actor.state != _Actor.DEAD:
        return ""
    context = actor.death_cause.actor_died_error_context
    return str(_Reason.Name(context.reason))
