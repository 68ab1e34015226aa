"""Asynchronous successive halving: at a few steps, only the best part of the runs goes on."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sweeps.planner.stopping.base import Milestones, Stop
from sweeps.planner.stopping.rung import Rung, key_of, score_of
from sweeps.planner.stopping.wording import best_part, diverged, number, ordinal

BRACKETS: Final = 0x6272  # "br"
"""First word of the key of the draws of brackets, apart from all other random streams."""


class AshaRule:
    """At step grace * reduction**k, a configuration goes on if it is in the best 1 / reduction.

    It is compared with all that came to that rung before it, itself included, and it is told at
    once: nobody waits, and no verdict is taken back when better ones come later. So the first to
    arrive always goes on, and a little more than 1 / reduction do in all. With n scores at the
    rung, ranks 1 to max(1, floor(n / reduction)) go on. Equal scores share the better rank, so
    those that tie at the cut go on together: a plateau tells nobody apart. A score that is not
    finite ranks last and never goes on, even as the first.

    Configurations are counted by their first seed (column 0). Runs of further seeds are neither
    counted nor compared; they are stopped only where their score is not finite.

    Bracket b of several has its first rung at grace * reduction**b and rungs of its own, for
    curves that say little at first. A configuration's bracket is drawn from the master seed and
    its row, so that every bracket gets about the same number of steps in all.

    Args:
        mode: `max` or `min`.
        max_steps: Steps of a full run; rungs lie below.
        grace: First rung, at least 1.
        reduction: At each rung one of so many goes on, at least 2.
        brackets: Sets of rungs, at least 1; no more are used than there are rungs, plus the one
            without a rung.
        master_seed: The sweep's seed.

    References:
        Li et al. (2020), A system for massively parallel hyperparameter tuning, MLSys 2,
        Algorithm 2, in the form that stops instead of promoting; Li et al. (2018), Hyperband,
        JMLR 18(185), Algorithm 1, line 2, for the share of each bracket.
    """

    name = "asha"

    def __init__(
        self,
        *,
        mode: str,
        max_steps: int,
        grace: int = 1,
        reduction: int = 3,
        brackets: int = 1,
        master_seed: int = 0,
    ) -> None:
        steps = _rung_steps(grace, reduction, max_steps)
        self.milestones = Milestones(steps=steps)
        self._mode = mode
        self._reduction = reduction
        self._master_seed = master_seed
        self._shares = _shares(len(steps), reduction, brackets)
        self._brackets = [
            {step: Rung() for step in steps[bracket:]} for bracket in range(len(self._shares))
        ]
        self._bracket_of = dict[int, int]()

    def judge(self, row: int, column: int, step: int, score: float) -> Stop | None:
        """Take a score at a milestone, and say whether the run goes on.

        Args:
            row: Number of the configuration.
            column: Number of the race seed; only column 0 is compared.
            step: The milestone; any other step is ignored.
            score: Target metric there, sign as reported.
        """
        if step not in self._brackets[0]:
            return None
        bracket = self._bracket(row)
        rung = self._brackets[bracket].get(step)
        key = key_of(score, self._mode)
        if column == 0 and rung is not None:
            rung.record(row, key)
        if not math.isfinite(score):
            return diverged(self.name, step, score)
        if column != 0 or rung is None or rung.rank(key) <= self._n_best(rung):
            return None
        return self._stop(bracket, rung, step, score)

    def _n_best(self, rung: Rung) -> int:
        return max(1, len(rung) // self._reduction)

    def _stop(self, bracket: int, rung: Rung, step: int, score: float) -> Stop:
        rank = rung.rank(key_of(score, self._mode))
        cutoff = score_of(rung.best(self._n_best(rung)), self._mode)
        where = " of its bracket" if len(self._brackets) > 1 else ""
        reason = (
            f"score {number(score)} at step {step} ranks {ordinal(rank)} of {len(rung)} "
            f"configurations{where}; {best_part(self._reduction)} goes on"
        )
        detail: dict[str, object] = {
            "rule": self.name,
            "step": step,
            "score": float(score),
            "rank": rank,
            "of": len(rung),
            "cutoff": cutoff,
            "reduction": self._reduction,
            "bracket": bracket,
        }
        return Stop(reason, detail)

    def _bracket(self, row: int) -> int:
        if len(self._shares) == 1:
            return 0
        if row not in self._bracket_of:
            sequence = np.random.SeedSequence([BRACKETS, row, self._master_seed])
            point = float(np.random.Generator(np.random.PCG64(sequence)).random())
            edges = np.cumsum(self._shares)[:-1]
            self._bracket_of[row] = int(np.searchsorted(edges, point, side="right"))
        return self._bracket_of[row]


def _rung_steps(grace: int, reduction: int, max_steps: int) -> tuple[int, ...]:
    steps: list[int] = []
    step = grace
    while step < max_steps:
        steps.append(step)
        step *= reduction
    return tuple(steps)


def _shares(n_rungs: int, reduction: int, brackets: int) -> list[float]:
    """Give each bracket's share of the configurations, the one with all rungs first.

    With s rungs left, reduction**s / (s + 1): the fewer reach the end, the more may start.
    """
    rungs_left = range(n_rungs, max(n_rungs - brackets, -1), -1)
    weights = [reduction**s / (s + 1) for s in rungs_left]
    return [weight / sum(weights) for weight in weights]
