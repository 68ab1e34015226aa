"""How much each hyperparameter matters around one configuration, as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.near.local import local_spreads
from sweeps.results.answer import Answer, texts
from sweeps.results.naming import BEST, number_of
from sweeps.results.sensitivity.nearby import NOT_LEGAL, facts_near, problem_of

if TYPE_CHECKING:
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape

_COLUMNS = ("sd", "low", "high")


def local_answer(
    evidence: Evidence,
    landscape: Landscape,
    *,
    config: str | int = BEST,
    random_seed: int = 0,
) -> Answer:
    """Say how much the expected score moves where one hyperparameter alone leaves a configuration.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        config: The configuration: its identifier, the beginning of it, its rank, or `best`.
        random_seed: Where the randomness of halves and trees starts.

    Returns:
        A row a hyperparameter that is active there, with the columns `term, sd, low, high` in the
        unit of the metric, largest first. NaN where scores cover less than two values, no rows
        where the configurations are too few; `reasons` says so.

    Raises:
        UnknownConfigError: There is no such configuration, or several.
        ResultsError: No run has finished.
    """
    evidence.require_a_leader()
    number = number_of(config, evidence.ids)
    problem = problem_of(evidence, landscape, {number})
    row = landscape.cells[number]
    spreads, pairs = local_spreads(problem, row, rng=np.random.default_rng(random_seed))
    reasons = () if spreads or problem.refusal else (NOT_LEGAL,)
    facts = facts_near(
        evidence, landscape, problem, pairs=pairs, reasons=reasons, random_seed=random_seed
    )
    columns = {name: np.array([getattr(each, name) for each in spreads]) for name in _COLUMNS}
    names = [landscape.names[each.dimension] for each in spreads]
    return Answer.of({"term": texts(names), **columns}, facts | {"config_id": evidence.ids[number]})
