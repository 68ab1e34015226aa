"""The configurations among which tuning chooses, for each term."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.tunability.reach import Reach, product_of, reach_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.tunability.reach import Term

    Predict = Callable[[Integers], Floats]
    Allows = Callable[[Integers], Booleans]

EVERY: Term = ()
"""The term that stands for all hyperparameters together."""
N_POINTS = 2**12
"""Even draws from the space among which the best of all is looked for, beside what was run."""
N_VALUES = 128
N_VALUES_OF_PAIR = 20


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """What each term can be set to. Candidate 0 is the defaults.

    Attributes:
        terms: The terms: all hyperparameters together, each alone, then pairs.
        reach: All candidates.
        members: The candidates of each term.
    """

    terms: tuple[Term, ...]
    reach: Reach
    members: tuple[Integers, ...]

    def scores(self, predict: Predict) -> Floats:
        """Give the score of each candidate, shape `(n_candidates,)`."""
        return self.reach.average(predict(self.reach.cells))

    def cells(self, candidate: int) -> Integers:
        """Give the cells of a candidate; -1 for what it does not set."""
        rows = self.reach.cells[self.reach.groups == candidate]
        return np.where((rows == rows[0]).all(axis=0), rows[0], -1)


def terms_of(n_dimensions: int, *, pairs: bool) -> tuple[Term, ...]:
    """List the terms.

    Example:
        >>> terms_of(2, pairs=True)
        ((), (0,), (1,), (0, 1))
    """
    singles = [(j,) for j in range(n_dimensions)]
    couples = list(combinations(range(n_dimensions), 2)) if pairs else []
    return (EVERY, *singles, *couples)


def candidates_of(
    measure: Measure,
    defaults: Integers,
    anywhere: Integers,
    *,
    pairs: bool,
    allows: Allows | None = None,
) -> Candidates:
    """List what each term can be set to.

    Args:
        measure: The space.
        defaults: Cells of the defaults, shape `(n_dimensions,)`.
        anywhere: Configurations among which the best of all is looked for, shape
            `(n, n_dimensions)`; those of all other terms join them.
        pairs: Whether pairs are terms too.
        allows: Says which configurations are not forbidden; none is where it is left out. Those
            of `anywhere` are allowed already.

    Returns:
        The candidates. A pair can also do what either of the two can alone.
    """
    terms = terms_of(measure.n_dimensions, pairs=pairs)
    parts = [Reach.of(np.concatenate([defaults[None], anywhere]))]
    n = parts[0].n
    own: dict[Term, Integers] = {}
    for term in terms[1:]:
        n_values = N_VALUES if len(term) == 1 else N_VALUES_OF_PAIR
        part = reach_of(measure, defaults, term, n_values=n_values)
        if allows is not None:
            part = part.kept(allows(part.cells))
        own[term] = np.arange(n, n + part.n)
        n += part.n
        parts.append(part)
    members = [np.arange(n)]
    for term in terms[1:]:
        alone = [own[j,] for j in term] if len(term) > 1 else []
        members.append(np.concatenate([*alone, own[term]]))
    return Candidates(terms, Reach.joined(parts), tuple(members))


def anywhere_of(measure: Measure, cells: Integers, allows: Allows | None = None) -> Integers:
    """Give configurations that lie all over the space: even draws, and those that were run.

    A space of at most `N_POINTS` configurations is listed instead.
    """
    known = cells[measure.regime_of(cells) >= 0]
    listed = every_cell(measure, N_POINTS)
    drawn = measure.points(N_POINTS) if listed is None else listed
    found = np.unique(np.concatenate([known, drawn]), axis=0)
    return found if allows is None else found[allows(found)]


def every_cell(measure: Measure, most: int) -> Integers | None:
    """List all configurations of a space; None where there are more than `most`."""
    parts = []
    for regime in measure.regimes:
        columns = [np.flatnonzero(dimension.masses > 0) for dimension in regime.dimensions]
        most -= int(np.prod([float(len(column)) for column in columns]))
        if most < 0:
            return None
        parts.append(product_of(columns))
    return np.concatenate(parts)
