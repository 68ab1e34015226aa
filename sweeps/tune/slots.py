"""How many trials may live, and when one that is over may end; pure bookkeeping with times given.

A trial that ends while another still waits for its process hands its own process to the waiting
one, and Ray kills the process that was being started for that one. With short trials that can
repeat for ever and leave a sweep on a single core. So a trial that is over is held until no other
waits. But cores that somebody else uses never come: after `PATIENCE_S` the sweep makes do with
what it has, and asks for more again after `RETRY_S`.

Where a cluster grows by itself, some trials are emitted beyond what is there: their requests make
it start nodes. No process is being started for those, so nobody is held for them. They are the
next that get a free process, in their order, and what is asked for does not change by that.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PATIENCE_S = 15.0
RETRY_S = 60.0
ASKING = 64
"""Trials that ask for nodes at the same time, at least; later as many as there are slots. Ray's
work for each of its events grows with their number, and a node may have room for many."""


@dataclass
class Slots:
    """Trials that are up, those whose process is being started, and those that ask for a node.

    Attributes:
        total: Trials that would fit now if nobody else used the cluster.
        most: Trials that would fit when the cluster has grown; as `total` where it does not.
    """

    total: int
    most: int = 0
    _waiting: dict[str, None] = field(default_factory=dict)
    _up: set[str] = field(default_factory=set)
    _n_starting: int = 0
    _since: float = 0.0
    _narrowed_to: int = 0
    _narrowed_until: float = 0.0

    @property
    def wanted(self) -> int:
        """Trials that are to live: those that fit now and those that ask for nodes; at least 1."""
        return max(self.total + self._n_asking, 1)

    def resize(self, total: int, most: int, now: float) -> None:
        """Take note that nodes came or went.

        Args:
            total: As the attribute, like `most`.
            most: At least `total` where the cluster grows, 0 where it does not.
            now: Seconds of a clock that is never set.
        """
        if total > self.total:
            self._narrowed_until = now  # new nodes are not those that somebody else uses
        self.total, self.most = total, most
        self._look(now)

    def emit(self, trial_id: str, now: float) -> None:
        """Take note of a trial that has no process yet."""
        self._waiting[trial_id] = None
        self._look(now)

    def start(self, trial_id: str) -> None:
        """Take note that a trial's process is up; a trial that nobody emitted is ignored."""
        if trial_id in self._waiting:
            self._leave(trial_id)
            self._up.add(trial_id)

    def end(self, trial_id: str) -> bool:
        """Forget a trial; tell whether its process ever was up."""
        if trial_id in self._waiting:
            self._leave(trial_id)
        was_up = trial_id in self._up
        self._up.discard(trial_id)
        return was_up

    def has_room(self, now: float) -> bool:
        """Tell whether one more trial may be emitted."""
        limit = max(self._fitting(now) + self._n_asking, 1)
        return len(self._waiting) + len(self._up) < limit

    def may_end(self, now: float) -> bool:
        """Tell whether a trial that is over may end now."""
        self._look(now)
        if not self._n_starting:
            return True
        if now - self._since < PATIENCE_S:
            return False
        self._narrowed_to = max(1, len(self._up))
        self._narrowed_until = now + RETRY_S
        self._look(now)
        return True

    def _leave(self, trial_id: str) -> None:
        """Let a trial wait no longer."""
        del self._waiting[trial_id]
        self._n_starting = max(self._n_starting - 1, 0)

    def _look(self, now: float) -> None:
        """Count the processes that are being started; patience begins when there is another."""
        n_free = max(self._fitting(now) - len(self._up), 0)
        n_starting = min(len(self._waiting), n_free)
        if n_starting > self._n_starting:
            self._since = now
        self._n_starting = n_starting

    def _fitting(self, now: float) -> int:
        return min(self._narrowed_to, self.total) if now < self._narrowed_until else self.total

    @property
    def _n_asking(self) -> int:
        return min(max(self.most - self.total, 0), max(ASKING, self.total))
