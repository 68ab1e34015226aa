"""A simulated worker: what one slot does with its batches, on a virtual clock.

It follows `sweeps.tune.trainable.BatchTrainable` call by call: a call starts runs until its time
slice is over, and comes back at once when a run waits for a verdict or the batch is over.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from objectives.synthetic import METRIC, expected_score
from sweeps.planner.event import Curve, Role, Status
from sweeps.tune.wire import Point, Report

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from sweeps.planner.batch import Batch
    from sweeps.planner.stopping import Milestones
    from sweeps.tune.wire import Halt

SPREAD = 0.5
"""Standard deviation of the logarithm of a run's time."""

NOISE_SD = 0.05


@dataclass(frozen=True, slots=True)
class Length:
    """How long runs take.

    Attributes:
        mean_s: Mean seconds of a run to its last step.
        n_steps: Steps of a run; 1 for one that reports once.
        milestones: Steps after which a run waits for a verdict, None for none.
    """

    mean_s: float
    n_steps: int = 1
    milestones: Milestones | None = None

    def draw(self, rng: random.Random) -> float:
        """Draw the seconds of one run."""
        return rng.lognormvariate(math.log(self.mean_s) - SPREAD**2 / 2, SPREAD)


@dataclass(slots=True)
class _Going:
    """A run in the middle."""

    i_run: int
    step_s: float
    score: float
    started_at: float
    step: int = 0
    halt: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What one call of a worker brings back.

    Attributes:
        ends_at: When, on the virtual clock.
        reports: Runs that are over.
        points: Runs that wait for a verdict.
        is_complete: Whether the batch is over.
    """

    ends_at: float
    reports: list[Report]
    points: list[Point]
    is_complete: bool


class Slot:
    """One worker process.

    Args:
        number: Which one, for its name.
        length: How long runs take.
        rng: Where all luck comes from.
    """

    def __init__(self, number: int, length: Length, rng: random.Random) -> None:
        self.name = f"node-{number // 16}:{number}"
        self.batch: Batch | None = None
        self._length = length
        self._rng = rng
        self._next = 0
        self._ends_at = 0.0
        self._slice_s = 0.0
        self._going: _Going | None = None

    def take(self, batch: Batch, now: float) -> None:
        """Begin a batch."""
        self.batch = batch
        self._next = 0
        self._ends_at = now + batch.limit_s
        self._slice_s = batch.slice_s
        self._going = None

    def halt(self, halts: Sequence[Halt]) -> None:
        """Take verdicts on runs; no rule here lets runs pause."""
        for halt in halts:
            if self._going is not None and self._going.i_run == halt.i_run:
                self._going.halt = halt.reason

    def call(self, now: float) -> Call:
        """Work from now on until there is something to say."""
        until, reports = now + self._slice_s, list[Report]()
        while now < until and not self._is_complete(now):
            going = self._going = self._going or self._start(now)
            point, now = self._advance(going, now, until)
            if point is not None:
                return Call(now, reports, [point], is_complete=False)
            if going.halt is not None or going.step == self._length.n_steps:
                reports.append(self._report(going, now))
                self._going = None
        return Call(now, reports, [], is_complete=self._is_complete(now))

    def _is_complete(self, now: float) -> bool:
        assert self.batch is not None  # noqa: S101 - a call follows `take`
        if self._going is not None:
            return False
        return self._next == len(self.batch.runs) or (self._next > 0 and now >= self._ends_at)

    def _start(self, now: float) -> _Going:
        assert self.batch is not None  # noqa: S101 - as above
        i_config, _, _ = self.batch.runs[self._next]
        score = expected_score(self.batch.configs[i_config].values) + self._rng.gauss(0, NOISE_SD)
        step_s = self._length.draw(self._rng) / self._length.n_steps
        self._next += 1
        return _Going(self._next - 1, step_s, score, now)

    def _advance(self, going: _Going, now: float, until: float) -> tuple[Point | None, float]:
        """Take steps until the run ends, waits for a verdict, or the slice is over."""
        assert self.batch is not None  # noqa: S101 - as above
        milestones = self._length.milestones
        is_judged = milestones is not None and self.batch.runs[going.i_run][1] == Role.RACE
        while going.halt is None and going.step < self._length.n_steps:
            going.step += 1
            now += going.step_s
            if is_judged and milestones is not None and milestones.includes(going.step):
                return Point(going.i_run, going.step, {METRIC: going.score}), now
            if now >= until:
                break
        return None, now

    def _report(self, going: _Going, now: float) -> Report:
        metrics = {METRIC: going.score, "loss": 1.0 - going.score}
        curve = None
        if self._length.n_steps > 1:
            values = (going.score,) * going.step
            curve = Curve(tuple(range(1, going.step + 1)), {METRIC: values, "loss": values})
        status = Status.FINISHED if going.halt is None else Status.STOPPED
        return Report(
            going.i_run,
            str(status),
            metrics,
            going.step,
            now - going.started_at,
            going.started_at,
            going.halt,
            curve=curve,
        )
