"""A driver at work without Ray: real planner, driver and store, simulated workers.

Time is virtual for everybody but the stop watch, which runs only while the driver works. What it
shows over the virtual time that has passed is the driver's load: above 1 it cannot keep up.
"""

from __future__ import annotations

import heapq
import itertools
import random
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.clusters.slot import Call, Length, Slot
from sweeps.planner.batch import Batch
from sweeps.tune.driver import Driver
from sweeps.tune.wire import pack_batch, pack_points, pack_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.planner.planner import Planner
    from sweeps.planner.progress import Progress
    from sweeps.store import Writer

TICK_S = 0.1
"""Ray Tune's loop turns at least this often, whatever happens."""


class Quiet:
    """An observer that shows nothing."""

    def start(self, progress: Progress) -> None:
        """Begin to watch."""

    def update(self, progress: Progress) -> None:
        """Take the newest state."""

    def note(self, message: str) -> None:
        """Take one sentence for the user."""

    def stop(self) -> None:
        """End watching."""


@dataclass(slots=True)
class Watch:
    """Real seconds of the driver by what it did, and how often."""

    spent_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    times: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ask_s: list[float] = field(default_factory=list)

    @property
    def total_s(self) -> float:
        """Give the seconds of everything."""
        return sum(self.spent_s.values())

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Count the time of a block."""
        start = time.perf_counter()
        yield
        spent = time.perf_counter() - start
        self.spent_s[what] += spent
        self.times[what] += 1
        if what == "ask":
            self.ask_s.append(spent)


class Simulation:
    """One driver and its workers.

    Args:
        planner: Decides.
        writer: Records.
        slots: How many workers there are.
        length: How long runs take.
        seed: Decides all luck.
    """

    def __init__(
        self, planner: Planner, writer: Writer, slots: int, length: Length, seed: int = 0
    ) -> None:
        rng = random.Random(seed)  # noqa: S311 - no cryptography here
        self.now = self._began_at = time.time()
        self.watch = Watch()
        self.n_batches = self.n_events = 0
        self.driver = Driver("loop", planner, writer, Quiet(), slots=slots, clock=lambda: self.now)
        self._rng = rng
        self._length = length
        self._idle = [Slot(number, length, rng) for number in range(slots)]
        self._slot_of = dict[int, Slot]()
        self._calls: list[tuple[float, int, Slot, Call]] = []
        self._order = itertools.count()

    @property
    def virtual_s(self) -> float:
        """Give the virtual seconds since the watch was set."""
        return self.now - self._began_at

    def fill(self) -> None:
        """Hand a batch to every slot, as if each had begun some time ago.

        Otherwise all would end together, again and again.
        """
        slots, self._idle = self._idle, []
        for slot in slots:
            self._idle.append(slot)
            self._hand_out(phase=self._rng.random())

    def flush(self) -> None:
        """Let the driver store what is buffered."""
        with self.watch.on("tick"):
            self.driver.flush()

    def reset(self) -> None:
        """Set the watch to zero, and count from now on."""
        self.watch = Watch()
        self.n_batches = self.n_events = 0
        self._began_at = self.now

    def play(self, *, real_s: float, virtual_s: float) -> None:
        """Go on until the driver has worked, or the sweep has run, for so many seconds."""
        while self._calls and self.watch.total_s < real_s and self.virtual_s < virtual_s:
            self.step()

    def turn_over(self, *, real_s: float) -> None:
        """Go on until as many batches were handed out as there are slots, or for so long."""
        n_batches = self.n_batches + self.driver.slots
        while self._calls and self.watch.total_s < real_s and self.n_batches < n_batches:
            self.step()

    def step(self) -> None:
        """Let the next worker speak, and the driver do what follows."""
        ends_at, _, slot, call = heapq.heappop(self._calls)
        while ends_at - self.now > TICK_S:
            self.now += TICK_S
            self._tick()
        self.now = max(self.now, ends_at)
        self.n_events += 1
        self._bring(slot, call)
        if not call.is_complete:
            self._call(slot)
        self._tick()
        self._hand_out()

    def _bring(self, slot: Slot, call: Call) -> None:
        driver, watch = self.driver, self.watch
        assert slot.batch is not None  # noqa: S101 - it has just executed it
        batch_id = slot.batch.batch_id
        if call.reports:
            packed = pack_reports(call.reports)
            with watch.on("reports"):
                driver.take_reports(batch_id, packed, slot.name)
        if call.points:
            packed = pack_points(call.points)
            with watch.on("points"):
                driver.take_points(batch_id, packed)
        with watch.on("halts"):
            halts = driver.take_halts()
        for addressed, verdicts in halts.items():
            self._slot_of[addressed].halt(verdicts)
        if call.is_complete:
            with watch.on("close"):
                driver.close(batch_id)
            del self._slot_of[batch_id]
            self._idle.append(slot)

    def _tick(self) -> None:
        with self.watch.on("tick"):
            self.driver.tick()

    def _hand_out(self, phase: float = 0.0) -> None:
        """Ask as Ray Tune does: while there are free slots, until there is nothing to do.

        Args:
            phase: Share of its batch, and of its first call, that a slot has behind it.
        """
        while self._idle:
            with self.watch.on("ask"):
                batch = self.driver.next_batch()
                if isinstance(batch, Batch):
                    pack_batch(batch)
            if not isinstance(batch, Batch):
                return
            slot = self._idle.pop()
            slot.take(batch, self.now - phase * batch.limit_s)
            self._slot_of[batch.batch_id] = slot
            self.n_batches += 1
            self._call(slot, phase)

    def _call(self, slot: Slot, phase: float = 0.0) -> None:
        call = slot.call(self.now)
        ends_at = call.ends_at - phase * (call.ends_at - self.now)
        heapq.heappush(self._calls, (ends_at, next(self._order), slot, call))
