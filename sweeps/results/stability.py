"""Would fewer seeds have chosen another configuration, and what would that have cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.stability import N_SEEDS, stability
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.errors import ResultsError
from sweeps.planner.event import Role
from sweeps.results.answer import Answer, texts
from sweeps.results.evidence import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Integers
    from sweeps.results.evidence import Evidence

N_DRAWS = 1_000
_FIGURES = ("wrong", "clearly_wrong", "value", "cost", "low", "high")
_UNPAIRED = (
    "Fewer seeds are drawn for all configurations at once, so these must share their seeds; set "
    "`paired` where the same seed means the same randomness in all of them."
)
_FEW = (
    "It takes at least 2 configurations that share at least 2 seeds to see what fewer seeds would "
    "have chosen; run more."
)


def stability_answer(
    evidence: Evidence, *, seeds: Sequence[int] | None, random_seed: int
) -> Answer:
    """Say how often fewer seeds would have chosen another configuration.

    Args:
        evidence: The runs.
        seeds: Numbers of seeds, at least 1; by default 1, 2, 3, 5, 10 ... below those there are.
        random_seed: Where the randomness of the draws starts.

    Returns:
        A row a number of seeds with the columns of `docs/results.md`.

    Raises:
        ResultsError: A number of seeds is no whole number above 0.
    """
    evidence.require_a_leader()
    numbers, n_shared = _compared(evidence)
    asked = _asked(seeds, n_shared)
    reason = _refusal(evidence, numbers, n_shared)
    facts = evidence.facts(
        Role.RACE,
        numbers,
        level=LEVEL,
        estimator="subsets of the seeds, drawn without replacement",
        random_seed=random_seed,
        n_draws=0 if reason else N_DRAWS,
        reasons=(*((reason,) if reason else ()), *((_TOP_RUNG,) if evidence.rungs else ())),
    )
    if reason:
        unknown = {name: np.full(len(asked), np.nan) for name in _FIGURES}
        columns = {"n_seeds": np.array(asked), **unknown, "reason": texts([reason] * len(asked))}
        return Answer.of(columns, facts)
    rows = stability(
        _table(evidence, numbers, n_shared),
        mode="max",  # as the table has it, so that a loss draws what a negated score does
        seeds=asked,
        rng=np.random.default_rng(random_seed),
        n_draws=N_DRAWS,
        is_tied=evidence.tied[numbers],
    )
    figures = {
        name: np.array([getattr(row, name) for row in rows], dtype=np.float64) for name in _FIGURES
    }
    figures["value"] = evidence.sign * figures["value"]
    columns = {
        "n_seeds": np.array([row.n_seeds for row in rows], dtype=np.int64),
        **figures,
        "reason": texts([row.reason for row in rows]),
    }
    return Answer.of(columns, facts)


_TOP_RUNG = (
    "In a race only the configurations of the leader's rung have all its seeds, so the answer is "
    "about choosing among these; fewer seeds would have promoted others, too."
)


def _compared(evidence: Evidence) -> tuple[Integers, int]:
    """Give the configurations to choose among, and how many seeds they share."""
    if not evidence.rungs:
        return np.arange(evidence.n), len(np.unique(evidence.race.seeds))
    rung = evidence.board["rung"].to_numpy(dtype=np.int64)
    return np.flatnonzero(rung == rung[0]), int(rung[0])


def _asked(seeds: Sequence[int] | None, n_shared: int) -> tuple[int, ...]:
    if seeds is None:
        return tuple(n for n in N_SEEDS if n < n_shared) or N_SEEDS[:1]
    given: tuple[object, ...] = tuple(seeds)
    for n in given:
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
            message = f"`seeds` must be whole numbers from 1, got {n!r}. Pass [1, 2, 5]."
            raise ResultsError(message)
    return tuple(int(n) for n in seeds)


def _refusal(evidence: Evidence, numbers: Integers, n_shared: int) -> str | None:
    if min(numbers.size, n_shared) < FEWEST:
        return _FEW
    return None if evidence.paired else _UNPAIRED


def _table(evidence: Evidence, numbers: Integers, n_shared: int) -> Table:
    """Lay out the scores of some configurations, higher as better."""
    scores, place = evidence.race, np.full(evidence.n, -1)
    place[numbers] = np.arange(len(numbers))
    kept = place[scores.groups] >= 0
    if evidence.rungs:
        kept &= (scores.seeds >= 0) & (scores.seeds < n_shared)
    return Table.of(
        Scores(
            evidence.sign * scores.score[kept],
            place[scores.groups[kept]],
            scores.seeds[kept],
            len(numbers),
        )
    )
