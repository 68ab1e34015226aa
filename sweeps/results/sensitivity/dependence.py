"""The expected score as a function of one hyperparameter, as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.near.dependence import dependence
from sweeps.errors import ResultsError, nearest
from sweeps.results.answer import Answer
from sweeps.results.sensitivity.nearby import facts_near, objects, problem_of, value_at
from sweeps.space.choice import Choice
from sweeps.space.number import Float, Integer
from sweeps.space.value import is_number

if TYPE_CHECKING:
    from sweeps.results.evidence import Evidence
    from sweeps.results.sensitivity.landscape import Landscape

LARGEST_RATIO = 100.0
"""Positive numbers that span more than this are shown on a log scale where nothing is known."""


def dependence_answer(
    evidence: Evidence, landscape: Landscape, name: str, *, random_seed: int = 0
) -> Answer:
    """Average the expected score over everything but one hyperparameter, where that is active.

    Args:
        evidence: The runs.
        landscape: Where the configurations lie.
        name: The hyperparameter.
        random_seed: Where the randomness of halves and trees starts.

    Returns:
        A row a value with the columns `value, mean, low, high, n`; `scale` says how to draw them.
        NaN where no configuration with the value has a score, no rows where the configurations are
        too few; `reasons` says so.

    Raises:
        ResultsError: No run has finished, or no hyperparameter that varies is called that.
    """
    evidence.require_a_leader()
    if name not in landscape.names:
        message = (
            f"`name` must be a hyperparameter that varies, got {name!r}. "
            f"{nearest(str(name), landscape.names)}"
        )
        raise ResultsError(message)
    dimension = landscape.names.index(name)
    problem = problem_of(evidence, landscape)
    rows, pairs = dependence(problem, dimension, rng=np.random.default_rng(random_seed))
    facts = facts_near(
        evidence, landscape, problem, pairs=pairs, reasons=(), random_seed=random_seed
    )
    facts |= {
        "hyperparameter": name,
        "scale": scale_of(evidence, landscape, name),
        "level_error": problem.unit.difference(problem.halves.level_error),
        "is_conditional": landscape.measure.is_conditional[dimension],
    }
    bounds = np.array([[row.low, row.mean, row.high] for row in rows]).reshape(-1, 3)
    low, mean, high = np.sort(evidence.sign * bounds, axis=1).T
    values = [value_at(landscape, dimension, row.cell) for row in rows]
    column = np.array(values) if values and all(map(_is_plain_number, values)) else objects(values)
    n = np.array([row.n for row in rows], dtype=np.int64)
    columns = {"value": column, "mean": mean, "low": low, "high": high, "n": n}
    return Answer.of(columns, facts)


def scale_of(evidence: Evidence, landscape: Landscape, name: str) -> str:
    """Say how to draw the values of a hyperparameter.

    Returns:
        `linear`, `log`, `ordinal` or `choice`. Where the space is unknown, positive numbers that
        span more than a factor of `LARGEST_RATIO` are on a log scale.
    """
    known = {} if evidence.space is None else {h.name: h for h in evidence.space.hyperparameters}
    each = known.get(name)
    if isinstance(each, Float | Integer):
        return "log" if each.log else "linear"
    j = landscape.names.index(name)
    values = [value for value in landscape.values[j] if value is not None]
    if isinstance(each, Choice) or not all(map(_is_plain_number, values)):
        return "ordinal" if landscape.measure.dimensions[j].is_ordered else "choice"
    numbers = np.array(values, dtype=np.float64)
    is_wide = numbers.min() > 0 and numbers.max() > LARGEST_RATIO * numbers.min()
    return "log" if is_wide else "linear"


def _is_plain_number(value: object) -> bool:
    return is_number(value)
