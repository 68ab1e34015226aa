"""What the answers near one configuration share: the scores, and how figures become columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.interval import LEVEL
from sweeps.analysis.near.problem import Problem
from sweeps.analysis.scores import Scores
from sweeps.planner.event import Role
from sweeps.results.sensitivity.cautions import level_reasons, unscored_reasons

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sweeps.analysis.near.twins import Pairs
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape

NOT_LEGAL = (
    "The configuration does not fit the conditions of the space, so nothing can be varied in it: "
    "name another one."
)
ESTIMATOR = "surfaces fitted to halves of the configurations{}, made of {}"


def problem_of(evidence: Evidence, landscape: Landscape, without: Collection[int] = ()) -> Problem:
    """Give the scores of the race, higher as better, with where they lie.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        without: Numbers by rank of configurations to leave out.
    """
    race = evidence.race
    scores = Scores(evidence.sign * race.score, race.groups, race.seeds, race.n_groups)
    return Problem.of(
        landscape.cells, scores, landscape.measure, is_paired=evidence.paired, without=without
    )


def facts_near(
    evidence: Evidence,
    landscape: Landscape,
    problem: Problem,
    *,
    pairs: Pairs | None,
    reasons: Iterable[str],
    random_seed: int,
) -> dict[str, Any]:
    """Say what an answer rests on.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        problem: The scores that were used.
        pairs: The surfaces, None where none were fitted.
        reasons: What is missing or to beware of, before all else.
        random_seed: Where the randomness started.
    """
    refusal = (problem.refusal,) if problem.refusal else ()
    cells = problem.cells[:, np.argsort(problem.columns)]
    unscored = () if problem.refusal else unscored_reasons(landscape, cells)
    warned = (*unscored, *problem.reasons, *level_reasons(evidence), *landscape.reasons)
    found = dict.fromkeys([*reasons, *refusal, *warned])
    kinds = " and seeds" if problem.halves.splits_seeds else ""
    made_of = "none" if pairs is None else pairs.kind.name
    return evidence.facts(Role.RACE, None, found) | {
        "estimator": ESTIMATOR.format(kinds, made_of),
        "fit": np.nan if pairs is None else pairs.fit,
        "stretch": np.nan if pairs is None else pairs.stretch,
        "n_used": len(problem.cells),
        "random_seed": random_seed,
        "level": LEVEL,
    }


def value_at(landscape: Landscape, dimension: int, cell: int) -> object:
    """Give the value that stands for a cell; None where there is none of its own."""
    return landscape.values[dimension][cell] if cell >= 0 else None


def objects(values: Iterable[object]) -> Any:
    """Give a column of values of any kind."""
    found = list(values)
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column
