"""Which hyperparameters the variance of one run's score comes from, as a frame."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.importance.share import Share, Shares
from sweeps.analysis.importance.shares import FEWEST, variance_shares
from sweeps.analysis.importance.tails import tail_warning
from sweeps.analysis.interval import LEVEL
from sweeps.errors import ResultsError
from sweeps.planner.event import Role
from sweeps.results.answer import Answer, texts
from sweeps.results.sensitivity.drawn import MORRIS, SALTELLI
from sweeps.results.sensitivity.evenness import thin_of
from sweeps.results.sensitivity.response import response_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape
    from sweeps.results.sensitivity.response import Asked

_COLUMNS = ("share", "low", "high", "total")
_ESTIMATOR = (
    "functional analysis of variance of extremely randomised trees on the space's prior, judged "
    "by configurations that they have not seen"
)


def importance_answer(
    evidence: Evidence,
    landscape: Landscape,
    *,
    order: int = 1,
    top: float | None = None,
    random_seed: int = 0,
) -> Answer:
    """Split the variance of one run's score into hyperparameters, lack of fit and seed.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        order: 1 for main effects, 2 for interactions of two as well, and so on.
        top: Share of the configurations that count as good ones, above 0 and below 1.
        random_seed: Where the randomness of forests starts.

    Raises:
        ResultsError: No run has finished, or an argument is out of its range.
    """
    evidence.require_a_leader()
    if top is not None and not 0 < top < 1:
        message = f"`top` must lie between 0 and 1, got {top!r}: 0.1 asks about the best tenth."
        raise ResultsError(message)
    rng = np.random.default_rng(random_seed)
    asked = response_of(evidence, landscape, rng, top=top)
    asked = replace(asked, **_of_design(evidence, asked))
    if top is None:
        asked = replace(asked, reasons=(*asked.reasons, *_tails(asked)))
    facts = {"top": top, "random_seed": random_seed, "estimator": _ESTIMATOR}
    return share_answer(evidence, landscape, asked, order=order, rng=rng, facts=facts)


def _tails(asked: Asked) -> tuple[str, ...]:
    """Say where few configurations make up most of the variance."""
    judge = asked.response.judge[asked.response.is_judging]
    warning = tail_warning(judge) if len(judge) >= FEWEST and np.ptp(judge) > 0 else ""
    return (warning,) if warning else ()


def _of_design(evidence: Evidence, asked: Asked) -> dict[str, Any]:
    """Say that a designed experiment answers by itself, or better than a model does."""
    if MORRIS in evidence.configs.origins:
        return {"refusal": _WALKS}
    return {"reasons": (*asked.reasons, _BLOCKS)} if SALTELLI in evidence.configs.origins else {}


_WALKS = (
    "The walks of `morris` lie on a few levels, and each step changes one hyperparameter alone, so "
    "that a model of the score cannot be judged by them; ask `indices()`."
)
_BLOCKS = "Sampled by `saltelli`: `indices()` tells the same without a model."


def share_answer(
    evidence: Evidence,
    landscape: Landscape,
    asked: Asked,
    *,
    order: int,
    rng: np.random.Generator,
    facts: Mapping[str, object],
) -> Answer:
    """Split a response, and lay the shares out: largest hyperparameter first.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        asked: What is split.
        order: 1 for main effects, 2 for interactions of two as well, and so on.
        rng: Where the randomness comes from.
        facts: What to say of the answer besides.
    """
    n_configs = int(asked.response.is_judging.sum())
    if asked.refusal:
        shares = Shares.unknown(asked.refusal, n_configs=n_configs, level=LEVEL)
    else:
        shares = variance_shares(
            landscape.cells, asked.response, landscape.measure, rng=rng, order=order
        )
    rows = _ordered(shares)
    columns = {name: np.array([getattr(row, name) for row in rows]) for name in _COLUMNS}
    told = evidence.facts(Role.RACE, allows_for_levels=True)
    reasons = (*shares.reasons, *asked.reasons, *landscape.reasons, *_failures(told["n_failed"]))
    told["reasons"] = reasons
    told |= {
        "fit": shares.fit,
        "ceiling": shares.ceiling,
        "variance": shares.total,
        "between": shares.between / shares.total,
        "between_low": shares.between_low / shares.total,
        "between_high": shares.between_high / shares.total,
        "n_configs": shares.n_configs,
        "order": order,
        "thin": thin_of(landscape, np.isin(np.arange(evidence.n), evidence.race.groups)),
        "active": _active(landscape),
        "level": LEVEL,
    }
    taken = {row.source for row in rows}
    known = [f"config_{name}" if name in taken else name for name in landscape.names]
    names = [row.source or ":".join(known[j] for j in row.term) for row in rows]
    return Answer.of({"term": texts(names)} | columns, told | dict(facts))


def _failures(n_failed: int) -> tuple[str, ...]:
    if not n_failed:
        return ()
    runs = "1 run" if n_failed == 1 else f"{n_failed} runs"
    return (
        f"{runs} failed and have no score, so nothing here says what makes runs fail; see "
        "`failures()`.",
    )


def _active(landscape: Landscape) -> dict[str, float]:
    """Give the probability of being active of each hyperparameter that is not always."""
    regimes = landscape.measure.regimes
    return {
        name: sum(regime.mass for regime in regimes if regime.is_active(j))
        for j, name in enumerate(landscape.names)
        if landscape.measure.is_conditional[j]
    }


def _ordered(shares: Shares) -> list[Share]:
    """Put hyperparameters before pairs, and the largest of each first; the rest stays last."""

    def place(row: Share) -> tuple[bool, int, float]:
        is_rest = not row.term
        return is_rest, len(row.term), 0.0 if is_rest else -row.share

    return sorted(shares.rows, key=place)
