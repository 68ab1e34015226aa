"""The threshold rule: a run ends when its score crosses a line that the user drew."""

from __future__ import annotations

import math

from sweeps.planner.stopping.base import Milestones, Stop
from sweeps.planner.stopping.wording import diverged, number


class ThresholdRule:
    """A run ends where its score is below `below` or above `above`, at a milestone.

    It looks at one run at a time, so it holds for every seed and keeps no state. A score on the
    line goes on; one that is not finite ends its run.

    Args:
        below: Scores lower than this end a run, None for no such line.
        above: Scores higher than this end a run, None for no such line.
        grace: First milestone, at least 1.
        every: Distance of the milestones, in steps.
        max_steps: Steps of a full run, None where it is not known; nobody is stopped at the last.
    """

    name = "threshold"

    def __init__(
        self,
        *,
        below: float | None = None,
        above: float | None = None,
        grace: int = 1,
        every: int = 1,
        max_steps: int | None = None,
    ) -> None:
        self.milestones = Milestones(first=grace, every=every)
        self._below = below
        self._above = above
        self._max_steps = max_steps

    def judge(self, row: int, column: int, step: int, score: float) -> Stop | None:  # noqa: ARG002 - every run is judged by itself
        """Take a score at a milestone, and say whether the run goes on.

        Args:
            row: Number of the configuration; all are treated alike.
            column: Number of the race seed; all are treated alike.
            step: The milestone; any other step is ignored.
            score: Target metric there, sign as reported.
        """
        if not self.milestones.includes(step) or self._is_last(step):
            return None
        if not math.isfinite(score):
            return diverged(self.name, step, score)
        if self._below is not None and score < self._below:
            return self._stop("below", step, score, self._below)
        if self._above is not None and score > self._above:
            return self._stop("above", step, score, self._above)
        return None

    def _is_last(self, step: int) -> bool:
        return self._max_steps is not None and step >= self._max_steps

    def _stop(self, side: str, step: int, score: float, line: float) -> Stop:
        reason = f"score {number(score)} at step {step} is {side} the threshold {number(line)}"
        detail: dict[str, object] = {
            "rule": self.name,
            "step": step,
            "score": float(score),
            "cutoff": float(line),
            "side": side,
        }
        return Stop(reason, detail)
