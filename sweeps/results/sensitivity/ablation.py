"""The way from the defaults to the winner, one hyperparameter at a time, as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.near.path import ablation_path
from sweeps.results.answer import Answer, texts
from sweeps.results.naming import BEST, number_of
from sweeps.results.sensitivity.defaults import NO_DEFAULTS, defaults_of
from sweeps.results.sensitivity.nearby import (
    NOT_LEGAL,
    facts_near,
    objects,
    problem_of,
    value_at,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Integers
    from sweeps.analysis.near.path import Stop
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape

_SAME = "The configuration has the values of the defaults, so there is no step between them."


def ablation_answer(
    evidence: Evidence,
    landscape: Landscape,
    *,
    defaults: Mapping[str, object] | None = None,
    config: str | int = BEST,
    random_seed: int = 0,
) -> Answer:
    """Walk from the defaults to a configuration, by the largest predicted gain at each step.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        defaults: Value by hyperparameter. What is left out is that of the defaults that the sweep
            ran; all of them where nothing is named.
        config: Where to go: an identifier, the beginning of it, a rank, or `best`.
        random_seed: Where the randomness of halves and trees starts.

    Returns:
        A row a step with the columns `step, term, before, after, score, gain, low, high`, the
        defaults as step 0. A step that switches others on or off names them after the one that was
        flipped, and gives tuples. `gain` is positive where the score got better. No rows where the
        defaults are unknown or the configurations are too few; `reasons` says so.

    Raises:
        UnknownConfigError: There is no such configuration, or several.
        ResultsError: No run has finished, or `defaults` are no configuration of the sweep.
        SpaceError: `defaults` are no configuration of its space.
    """
    evidence.require_a_leader()
    number = number_of(config, evidence.ids)
    start = defaults_of(evidence, landscape, defaults)
    problem = problem_of(evidence, landscape, {number})
    stops: Sequence[Stop] = ()
    pairs = None
    reasons: tuple[str, ...] = (NO_DEFAULTS,)
    if start is not None:
        rng = np.random.default_rng(random_seed)
        goal = landscape.cells[number]
        stops, pairs = ablation_path(problem, start.cells, goal, rng=rng)
        reasons = _reasons(stops, refused=bool(problem.refusal))
    facts = facts_near(
        evidence, landscape, problem, pairs=pairs, reasons=reasons, random_seed=random_seed
    )
    facts |= {
        "defaults": None if start is None else dict(start.values),
        "config_id": evidence.ids[number],
    }
    return Answer.of(_columns(evidence, landscape, stops), facts)


def _reasons(stops: Sequence[Stop], *, refused: bool) -> tuple[str, ...]:
    if refused or len(stops) > 1:
        return ()
    return (_SAME,) if stops else (NOT_LEGAL,)


def _columns(evidence: Evidence, landscape: Landscape, stops: Sequence[Stop]) -> dict[str, Any]:
    ends = [_ends(landscape, stops[k - 1].row, stop) for k, stop in enumerate(stops)]
    figures = {
        name: np.array([getattr(stop, name) for stop in stops], dtype=np.float64)
        for name in ("score", "gain", "low", "high")
    }
    figures["score"] *= evidence.sign
    terms = [", ".join(landscape.names[j] for j in stop.changed) or None for stop in stops]
    return {
        "step": np.arange(len(stops), dtype=np.int64),
        "term": texts(terms),
        "before": objects(before for before, _ in ends),
        "after": objects(after for _, after in ends),
        **figures,
    }


def _ends(landscape: Landscape, earlier: Integers, stop: Stop) -> tuple[object, object]:
    """Give the values before and after a step: one, or a tuple where several change."""
    before, after = (
        tuple(value_at(landscape, j, int(row[j])) for j in stop.changed)
        for row in (earlier, stop.row)
    )
    if not stop.changed:
        return None, None
    return (before[0], after[0]) if len(before) == 1 else (before, after)
