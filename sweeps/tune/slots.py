"""How many trials may live, and when one that is over may end; pure bookkeeping with times given.

A trial that ends while another still waits for its process hands its own process to the waiting
one, and Ray kills the process that was being started for that one. With short trials that can
repeat for ever and leave a sweep on a single core. So a trial that is over is held until no other
waits. But cores that somebody else uses never come: after `PATIENCE_S` the sweep makes do with
what it has, and asks for more again after `RETRY_S`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PATIENCE_S = 15.0
RETRY_S = 60.0


@dataclass
class Slots:
    """Trials that are up, and trials that wait for their process.

    Attributes:
        total: Trials that would fit if nobody else used the cluster, at least 1.
    """

    total: int
    _waiting: dict[str, float] = field(default_factory=dict)
    _up: set[str] = field(default_factory=set)
    _narrowed_to: int = 0
    _narrowed_until: float = 0.0

    def emit(self, trial_id: str, now: float) -> None:
        """Take note of a trial that has no process yet."""
        self._waiting[trial_id] = now

    def start(self, trial_id: str) -> None:
        """Take note that a trial's process is up; a trial that nobody emitted is ignored."""
        if self._waiting.pop(trial_id, None) is not None:
            self._up.add(trial_id)

    def end(self, trial_id: str) -> bool:
        """Forget a trial; tell whether its process ever was up."""
        self._waiting.pop(trial_id, None)
        was_up = trial_id in self._up
        self._up.discard(trial_id)
        return was_up

    def has_room(self, now: float) -> bool:
        """Tell whether one more trial may be emitted."""
        limit = self._narrowed_to if now < self._narrowed_until else self.total
        return len(self._waiting) + len(self._up) < limit

    def may_end(self, now: float) -> bool:
        """Tell whether a trial that is over may end now."""
        if not self._waiting:
            return True
        if now - max(self._waiting.values()) < PATIENCE_S:
            return False
        self._narrowed_to = max(1, len(self._up))
        self._narrowed_until = now + RETRY_S
        return True
