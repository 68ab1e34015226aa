"""Mean against spread over seeds: the configurations that no other beats in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.choosing.criterion import FEWEST
from sweeps.analysis.choosing.frontier import LEAST_SEEDS, frontier_shares, on_frontier, sd_interval
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.moments import Moments, group_moments
from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.planner.event import Role
from sweeps.results.answer import Answer
from sweeps.results.robust import ONE_SEED, rivals_of

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.results.evidence import Evidence
    from sweeps.results.robust import Rivals

_ESTIMATOR = "mean and standard deviation over seeds, chi-square interval of the latter"
_ALIKE = (
    "No two of these spreads differ by more than chance makes of {} equal ones, so a configuration "
    "may be on the frontier for a small spread that is only luck; run more seeds of them."
)
_FEW_SEEDS = (
    "How often seeds drawn again would have each of them on the frontier takes at least {} seeds, "
    "got {}; run more seeds."
)


def frontier_answer(evidence: Evidence, *, random_seed: int = 0) -> Answer:
    """Show the configurations that no other beats in both mean and spread over seeds.

    Args:
        evidence: The runs.
        random_seed: Where the randomness of the resamples starts.

    Returns:
        A row a configuration of the frontier, best mean first, with the columns of
        `docs/results.md`; no rows and the reason where there is one seed only.

    Raises:
        ResultsError: No run has finished.
    """
    evidence.require_a_leader()
    rivals = rivals_of(evidence)
    moments = group_moments(rivals.scores.score, rivals.scores.groups, len(rivals.numbers))
    rows, n_draws = np.zeros(0, dtype=np.int64), 0
    shares = np.full(len(rivals.numbers), np.nan)
    if rivals.n_seeds < FEWEST:
        doubts: tuple[str, ...] = (ONE_SEED.format("The frontier", rivals.n_seeds, ""),)
    else:
        doubts = _doubts(moments, rivals.n_seeds)
        signed = evidence.sign * moments.mean
        rows = np.flatnonzero(on_frontier(signed, moments.sd))
        rows = rows[np.argsort(-signed[rows], kind="stable")]
        if rivals.n_seeds >= LEAST_SEEDS:
            shares, n_draws = _shares(evidence, rivals, np.random.default_rng(random_seed))
    facts = evidence.facts(
        Role.RACE,
        rivals.numbers,
        (*rivals.reasons, *doubts),
        estimator=_ESTIMATOR,
        level=LEVEL,
        n_draws=n_draws,
        random_seed=random_seed,
    )
    columns = _columns(evidence, rivals.numbers[rows], moments, rows) | {"share": shares[rows]}
    return Answer.of(evidence.with_hyperparameters(columns, rivals.numbers[rows]), facts)


def _columns(
    evidence: Evidence, numbers: Integers, moments: Moments, rows: Integers
) -> dict[str, Any]:
    low, high = sd_interval(moments.sd, moments.n)
    return {
        "config_id": evidence.id_column(numbers),
        "rank": numbers + 1,
        "n_seeds": moments.n[rows].astype(np.int64),
        "mean": np.array(moments.mean[rows]),
        "sd": np.array(moments.sd[rows]),
        "sd_low": low[rows],
        "sd_high": high[rows],
    }


def _doubts(moments: Moments, n_seeds: int) -> tuple[str, ...]:
    """Say where the spreads may all be equal, and where drawing seeds again says nothing."""
    found = []
    n_configs = len(moments.sd)
    # Each interval so wide that all of them hold together.
    low, high = sd_interval(moments.sd, moments.n, level=1 - (1 - LEVEL) / n_configs)
    if n_configs > 1 and low.max() <= high.min():
        found.append(_ALIKE.format(n_configs))
    if n_seeds < LEAST_SEEDS:
        found.append(_FEW_SEEDS.format(LEAST_SEEDS, n_seeds))
    return tuple(found)


def _shares(evidence: Evidence, rivals: Rivals, rng: np.random.Generator) -> tuple[Floats, int]:
    """Say how often each of the rivals is on the frontier of resamples, and of how many."""
    scores, n_configs = rivals.scores, len(rivals.numbers)
    signed = evidence.sign * scores.score
    if evidence.paired:
        values = Table.of(Scores(signed, scores.groups, scores.seeds, n_configs)).values
        if not np.isnan(values).any():
            return frontier_shares(values, paired=True, rng=rng)
    # Without pairs, or with other seeds for each, every configuration draws by itself.
    order = np.lexsort((signed, scores.groups))
    values = signed[order].reshape(n_configs, rivals.n_seeds)
    return frontier_shares(values, paired=False, rng=rng)
