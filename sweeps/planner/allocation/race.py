"""Racing: budget-aware paired-seed halving. Only configurations that do well earn more seeds.

Every configuration starts on the first seed. Of those that have finished a rung, the best third
(with `reduction` 3) goes on to the next one, ranked by the mean over exactly the same seeds, so
that a lucky seed is everybody's luck. Nobody waits: a rung moves whoever is among its best now.

Three rules keep the budget where it counts. No more than a third of a rung goes on while new
configurations still come, although the best third changes as they do; only a new best always does,
unless it is to the top.
A configuration goes on only if it cannot be told apart from the best of its rung: where the seed
hardly matters few can, so a quiet problem gets nearly as many configurations as one seed each
would. And the budget keeps the runs that bring one configuration up to the top, so that a good one
that comes late can still prove itself.

References:
    Karnin, Koren and Somekh, "Almost optimal exploration in multi-armed bandits", ICML 2013
    (sequential halving); Li et al., "A system for massively parallel hyperparameter tuning",
    MLSys 2020 (promotion without a barrier).
"""

from __future__ import annotations

import itertools
import math
from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np

from sweeps.planner.allocation.noise import Noise, noise_of
from sweeps.planner.event import Decision
from sweeps.planner.progress import BestSoFar
from sweeps.planner.proposing import PILOT
from sweeps.planner.samplers import NoProposal
from sweeps.planner.table import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.planner.proposing import Proposer
    from sweeps.planner.table import Table

MARGIN = 2.0
"""Standard errors behind the best of its rung from which on a configuration is told apart."""

LEAST_DF = 6
"""Degrees of freedom from which on the estimate of the noise is used."""

PROBE_SHARE = 16
"""While the seed changes nothing, one in so many of those that would go on does, as a probe."""

MOST_ROWS = 64
"""Configurations that the noise is estimated from: the best of their rung."""

ROUND_SHARE = 16
MOST_IN_ROUND = 64


class Stage(Enum):
    """How many of a rung may go on."""

    RUNNING = auto()  # its share, while new configurations come
    ENDING = auto()  # its share, one at least
    CLOSING = auto()  # whoever cannot be told apart from the best, until the budget is spent


class RaceAllocation:
    """Decides who earns more seeds.

    Args:
        table: The runs so far.
        proposer: Where new configurations come from.
        rungs: Numbers of seeds, increasing from 1; the last one is that of the race.
        reduction: One in so many goes on, at least 2.
        is_model: Whether proposals depend on results: then decisions are taken one at a time.
        told_n_seeds: Seeds of the last estimate of the noise that an earlier session told.
    """

    is_adaptive = True

    def __init__(
        self,
        table: Table,
        proposer: Proposer,
        rungs: Sequence[int],
        reduction: int,
        *,
        is_model: bool = False,
        told_n_seeds: int = 0,
    ) -> None:
        self.rungs = tuple(rungs)
        self.reduction = reduction
        self.noise: Noise | None = None
        self.new_decisions: list[Decision] = []
        self._table = table
        self._proposer = proposer
        self._is_model = is_model
        self._told_n_seeds = told_n_seeds
        self._n_judged = -1

    @property
    def is_quiet(self) -> bool:
        """Whether the seed changes no comparison, so that one seed says everything."""
        self._estimate_noise()
        return self.noise is not None and self.noise.is_none

    @property
    def judged_rungs(self) -> tuple[int, ...]:
        """Give all rungs, or the first alone where one seed says everything."""
        return (1,) if self.is_quiet else self.rungs

    def note_over(self, cell: Cell) -> None:
        """Take no note: everything is read from the table."""

    def draw(self, n: int, left: float) -> list[Cell]:
        """Decide one round: a single decision for a sampler that learns, else more as it grows.

        How many depends on the table alone, never on how long runs take: so one worker makes
        the same race again, whatever interrupted it.
        """
        del n
        cells: list[Cell] = []
        may_promote = True
        for _ in range(self._round_size()):
            decided = self._promote(left - len(cells), Stage.RUNNING) if may_promote else []
            # new configurations change no rung before their runs are over
            may_promote = bool(decided)
            decided = decided or self._start_or_end(left - len(cells))
            if not decided:
                break
            for cell in decided:
                self._table.take(cell)
            cells += decided
        return cells

    def expected_runs(self, budget: float) -> int | None:
        """Give the budget, or what the race costs if every rung fills as planned."""
        wanted = self._proposer.n_wanted
        cost = math.inf if wanted is None else race_cost(wanted, self.rungs, self.reduction)
        runs = min(cost, budget)
        return None if math.isinf(runs) else int(runs)

    def _round_size(self) -> int:
        if self._is_model:
            return 1
        return max(1, min(self._table.n_begun // ROUND_SHARE, MOST_IN_ROUND))

    def _start_or_end(self, left: float) -> list[Cell]:
        """Start a new configuration, or move up whom the end of the race moves up."""
        if left < 1:
            return []
        if self._proposer.has_room and left - self._reserve(left) >= 1 + self._proposer.is_piloting:
            row = self._proposer.propose()
            if isinstance(row, int):
                return self.first(row)
            if row is NoProposal.WAIT:
                return []
        if cells := self._promote(left, Stage.ENDING):
            return cells
        # what was kept for a late one that did not come goes to the others
        return self._promote(left, Stage.CLOSING) if self._proposer.has_room else []

    def leader(self) -> BestSoFar | None:
        """Give the best mean on the highest rung that anybody finished."""
        for n_seeds in reversed(self.judged_rungs):
            rows, means = self._table.rung(n_seeds)
            if len(rows) and math.isfinite(means.max()):
                config = self._table.configs[int(rows[means.argmax()])]
                mean = float(means.max()) if self._table.is_maximised else -float(means.max())
                return BestSoFar(config.config_id, config.values, mean, n_seeds)
        return None

    def first(self, row: int) -> list[Cell]:
        """Give the first seed, and to those of the pilot also the last one of the race.

        The last one, since it belongs to no rung but the top: the pilot changes no ranking.
        """
        columns = [0]
        if self._table.configs[row].origin == PILOT and self._table.n_race > 1:
            columns.append(self._table.n_race - 1)
        return [cell for column in columns if self._table.is_free(cell := Cell(row, column))]

    def _promote(self, left: float, stage: Stage) -> list[Cell]:
        """Find the best configuration of the highest rung possible that is to go on.

        Args:
            left: Runs that the budget still pays for.
            stage: How many of a rung may go on.
        """
        if left < 1:
            return []
        for i in range(0 if self.is_quiet else len(self.rungs) - 2, -1, -1):
            n_seeds, more = self.rungs[i], self.rungs[i + 1]
            rows, means = self._table.rung(n_seeds)
            promoted = ~self._table.has_free(rows, more)
            is_full = int(np.count_nonzero(promoted)) >= self._share(len(rows))
            quota = self._quota(len(rows), stage, is_full=is_full, to_top=i + 2 == len(self.rungs))
            order = np.argsort(-means, kind="stable")[:quota]
            for rank, position in enumerate(order, start=1):
                if promoted[position]:
                    continue
                if not self._is_contender(means[position], means[order[0]], n_seeds):
                    break
                cells = self._missing(int(rows[position]), more)
                if len(cells) <= left:
                    detail: dict[str, object] = {"from": n_seeds, "to": more}
                    detail |= {"rank": rank, "of": len(rows)}
                    self._tell_promotion(int(rows[position]), float(means[position]), detail)
                    return cells
        return []

    def _share(self, n: int) -> int:
        """Give how many of `n` configurations of a rung go on."""
        # while the seed changes nothing, now and then one does, to see whether that is still so
        return n // self.reduction // (PROBE_SHARE if self.is_quiet else 1)

    def _quota(self, n: int, stage: Stage, *, is_full: bool, to_top: bool) -> int:
        """Give how many of the best `n` of a rung may go on, those that did included."""
        share = self._share(n)
        if stage is Stage.RUNNING or self.is_quiet:
            # a full rung still moves a new best, but not to the top, which costs most
            return share if not is_full else 0 if to_top or self.is_quiet else min(share, 1)
        return max(share, min(1, n)) if stage is Stage.ENDING else n

    def _is_contender(self, mean: float, best: float, n_seeds: int) -> bool:
        if not math.isfinite(mean):
            return False
        if self.noise is None:
            return True
        return bool(best - mean <= self.noise.margin(n_seeds, MARGIN))

    def _missing(self, row: int, n_seeds: int) -> list[Cell]:
        cells = (Cell(row, column) for column in range(n_seeds))
        return [cell for cell in cells if self._table.is_free(cell)]

    def _reserve(self, left: float) -> float:
        """Count the runs that bring one configuration up to the top.

        Kept until the end, so that a good one that comes late can still prove itself; but no
        more than a quarter of what the race may spend.
        """
        if self.is_quiet or math.isinf(left):
            return 0
        in_all = self._table.n_begun + left
        return min(self.rungs[-1] - 1, in_all // 4)

    def _estimate_noise(self) -> None:
        """Estimate it among the best of the highest rung that allows it.

        Never on the pilot: configurations drawn at random are often equally bad under every
        seed, which says nothing about the good ones.
        """
        if self._table.n_done == self._n_judged:
            return
        self._n_judged = self._table.n_done
        self.noise = None
        for n_seeds in reversed(self.rungs[1:]):
            noise = noise_of(self._table.best_of_rung(n_seeds, MOST_ROWS))
            if noise is not None and noise.df >= LEAST_DF:
                self.noise = noise
                break
        noise = self.noise
        if noise is not None and noise.n_seeds > self._told_n_seeds:
            self._told_n_seeds = noise.n_seeds
            self.new_decisions.append(Decision("noise", None, _noise_detail(noise)))

    def _tell_promotion(self, row: int, mean: float, detail: dict[str, object]) -> None:
        detail["mean"] = mean if self._table.is_maximised else -mean
        decision = Decision("promoted", self._table.configs[row].config_id, detail)
        self.new_decisions.append(decision)


def race_cost(n_configs: int, rungs: Sequence[int], reduction: int) -> int:
    """Count the runs of a race whose every rung moves one in `reduction`, and at least one.

    Args:
        n_configs: Configurations, at least 1.
        rungs: Numbers of seeds, increasing from 1.
        reduction: One in so many goes on.

    Example:
        >>> race_cost(81, (1, 3, 9, 27), 3)
        243
    """
    runs, n = n_configs, n_configs
    for n_seeds, more in itertools.pairwise(rungs):
        n = max(n // reduction, min(n, 1))
        runs += n * (more - n_seeds)
    return runs


def _noise_detail(noise: Noise) -> dict[str, object]:
    share = noise.sd**2 / (noise.sd**2 + noise.spread**2) if noise.sd else 0.0
    reason = (
        "the seed changes no comparison: no more seeds are spent"
        if noise.is_none
        else "only configurations within two standard errors of the best of their rung go on"
    )
    return {
        "sd": noise.sd,
        "spread": noise.spread,
        "share": share,
        "df": noise.df,
        "n_seeds": noise.n_seeds,
        "reason": reason,
    }
