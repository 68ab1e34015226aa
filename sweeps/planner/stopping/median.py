"""The median rule: a run ends when its best score falls behind the others' usual one."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from typing import Final

from sweeps.planner.stopping.base import Milestones, Stop
from sweeps.planner.stopping.rung import WORST, Rung, key_of, score_of
from sweeps.planner.stopping.wording import diverged, number

MIN_OTHERS: Final = 5
"""Below this the median says too little about the configurations to come."""


class MedianRule:
    """A configuration ends where its best score is worse than the median running average.

    The running average of a configuration is the mean of its scores at milestones up to that step.
    The median is taken over the others that reached the step so far, stopped ones included, and
    needs at least five of them. The paper takes completed trials only; here nobody waits for one.
    A score that is not finite ends its own run, and makes its average the worst.

    Configurations are counted by their first seed (column 0). Runs of further seeds are neither
    counted nor compared; they are stopped only where their score is not finite.

    Args:
        mode: `max` or `min`.
        grace: First milestone, at least 1; earlier scores are in no average.
        every: Distance of the milestones, in steps.
        max_steps: Steps of a full run, None where it is not known; nobody is stopped at the last.

    References:
        Golovin et al. (2017), Google Vizier: a service for black-box optimization, KDD, section
        3.2.2.
    """

    name = "median"

    def __init__(
        self, *, mode: str, grace: int = 1, every: int = 1, max_steps: int | None = None
    ) -> None:
        self.milestones = Milestones(first=grace, every=every)
        self._mode = mode
        self._max_steps = max_steps
        self._curves = dict[int, _Curve]()
        self._averages = dict[int, Rung]()

    def judge(self, row: int, column: int, step: int, score: float) -> Stop | None:
        """Take a score at a milestone, and say whether the run goes on.

        Args:
            row: Number of the configuration.
            column: Number of the race seed; only column 0 is compared.
            step: The milestone; any other step is ignored.
            score: Target metric there, sign as reported.
        """
        if not self.milestones.includes(step) or self._is_last(step):
            return None
        if column == 0:
            self._record(row, step, key_of(score, self._mode))
        if not math.isfinite(score):
            return diverged(self.name, step, score)
        averages = self._averages.get(step)
        if column != 0 or averages is None or len(averages) <= MIN_OTHERS:
            return None
        best, median = self._curves[row].best_at(step), averages.median_of_others(row)
        return self._stop(step, score, best, median) if best < median else None

    def _record(self, row: int, step: int, key: float) -> None:
        curve = self._curves.setdefault(row, _Curve())
        for changed, average in curve.record(step, key):
            self._averages.setdefault(changed, Rung()).record(row, average)

    def _is_last(self, step: int) -> bool:
        return self._max_steps is not None and step >= self._max_steps

    def _stop(self, step: int, score: float, best: float, median: float) -> Stop:
        best_score, cutoff = score_of(best, self._mode), score_of(median, self._mode)
        n = len(self._averages[step]) - 1
        reason = (
            f"best score {number(best_score)} up to step {step} is worse than {number(cutoff)}, "
            f"the median of the running averages of {n} other configurations"
        )
        detail: dict[str, object] = {
            "rule": self.name,
            "step": step,
            "score": float(score),
            "best": best_score,
            "cutoff": cutoff,
            "of": n,
        }
        return Stop(reason, detail)


class _Curve:
    """Keys of one configuration by step, with their running average and running best.

    Both depend on the steps' order alone, never on the order of telling, to the last bit.
    """

    def __init__(self) -> None:
        self._steps = array("q")
        self._keys = array("d")
        self._averages = array("d")
        self._bests = array("d")

    def best_at(self, step: int) -> float:
        """Give the best key up to a step that was told."""
        return self._bests[bisect_left(self._steps, step)]

    def record(self, step: int, key: float) -> list[tuple[int, float]]:
        """Write the key of a step, and give the running average of each step that this changed."""
        place = bisect_left(self._steps, step)
        if place < len(self._steps) and self._steps[place] == step:
            self._keys[place] = key
        else:
            self._steps.insert(place, step)
            self._keys.insert(place, key)
        del self._averages[place:]
        del self._bests[place:]
        for i in range(place, len(self._keys)):
            self._extend(i + 1, self._keys[i])
        return list(zip(self._steps[place:], self._averages[place:], strict=True))

    def _extend(self, n: int, key: float) -> None:
        average = self._averages[-1] if n > 1 else key
        best = self._bests[-1] if n > 1 else key
        self._averages.append(_mean_with(average, key, n))
        self._bests.append(max(best, key))


def _mean_with(average: float, key: float, n: int) -> float:
    """Give the mean of `n` keys from that of the first `n - 1` and the last one.

    Keys that are all the same give exactly that mean, unlike a sum divided by `n`: on a plateau
    rounding would otherwise make everybody worse than the average.
    """
    if WORST in (average, key):
        return WORST
    return average + (key / n - average / n)
