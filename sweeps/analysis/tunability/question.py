"""One way to ask what tuning buys, with everything in an order that follows from the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.near.scored import is_covered, scored_cells, without_choice
from sweeps.analysis.tunability.candidates import anywhere_of, candidates_of
from sweeps.analysis.tunability.choosing import figures_of
from sweeps.analysis.tunability.halves import is_listed, surface_halves, table_halves, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.importance.measure import Measure
    from sweeps.analysis.tunability.candidates import Allows, Candidates, Predict
    from sweeps.analysis.tunability.halves import Halves
    from sweeps.analysis.tunability.tried import Tried


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What is found for one sweep.

    Attributes:
        candidates: What each term can be set to, around the defaults.
        scores: Their scores by all of the sweep.
        figures: What halves say, shape `(n_splits, n_halves, n_halves, n_terms, 2)`, see
            `figures_of`; halves of the configurations, then of the seeds.
        agreement: Covariance and variance of each split, see `Halves`.
    """

    candidates: Candidates
    scores: Floats
    figures: Floats
    agreement: Floats


class Question:
    """Sweeps of one space, and the defaults that tuning them starts from.

    Args:
        sweeps: The sweeps.
        measure: The space.
        defaults: Cells of the defaults; None for the best on average over the sweeps.
        pairs: Whether to look at pairs of hyperparameters as well.
        allows: Says which configurations are not forbidden; none is where it is None.
    """

    def __init__(
        self,
        sweeps: Sequence[Tried],
        measure: Measure,
        defaults: Integers | None,
        *,
        pairs: bool,
        allows: Allows | None,
    ) -> None:
        self._sweeps = sweeps
        self._measure = measure
        self._defaults = defaults
        self._pairs = pairs
        self.by_table = all(is_listed(tried, measure, allows) for tried in sweeps)
        self.splits_seeds = self.by_table or all(tried.splits_seeds for tried in sweeps)
        scored = scored_by_all(sweeps, measure)
        self.unknown = without_choice(scored, measure)
        self._allows = _covering(scored, allows)
        run = np.concatenate([tried.cells for tried in sweeps])
        self._anywhere = anywhere_of(measure, run, self._allows)

    def answer(self, seed: int) -> list[Found]:
        """Answer for every sweep, each with the same random numbers, so their order is nothing."""
        dealt = [self._dealt(tried, np.random.default_rng(seed)) for tried in self._sweeps]
        whole = self._around([model for _, model in dealt])
        n_splits = min(len(splits) for splits, _ in dealt)
        figures = [self._figures([splits[r] for splits, _ in dealt]) for r in range(n_splits)]
        return [
            Found(
                candidates,
                scores,
                np.stack([each[s] for each in figures]),
                np.array([halves.agreement for halves in dealt[s][0][:n_splits]]),
            )
            for s, (candidates, scores) in enumerate(whole)
        ]

    def _dealt(self, tried: Tried, rng: np.random.Generator) -> tuple[list[Halves], Predict]:
        """Give the splits of a sweep, and what has seen all of it."""
        if self.by_table:
            halves = table_halves(tried, self._measure, rng)
            return halves, table_of(tried.cells, tried.table, self._measure)
        return surface_halves(tried, self._measure, rng, splits_seeds=self.splits_seeds)

    def _figures(self, split: Sequence[Halves]) -> list[Floats]:
        """Give the figures of each sweep, shape `(n_halves, n_halves, n_terms, 2)`."""
        n_configs, n_seeds = split[0].shape
        found: list[list[Floats]] = [[] for _ in split]
        for i in range(n_configs):
            for j in range(n_seeds):
                around = self._around([halves.opposite(i, j) for halves in split])
                for s, (candidates, choosing) in enumerate(around):
                    valuing = candidates.scores(split[s].predict[i][j])
                    found[s].append(figures_of(candidates, choosing, valuing))
        return [np.stack(each).reshape(n_configs, n_seeds, *each[0].shape) for each in found]

    def _around(self, models: Sequence[Predict]) -> list[tuple[Candidates, Floats]]:
        """Give the candidates around the defaults, with what each model says of them."""
        defaults = self._defaults
        if defaults is None:
            mean = np.mean([predict(self._anywhere) for predict in models], axis=0)
            defaults = self._anywhere[int(np.argmax(np.where(np.isnan(mean), -np.inf, mean)))]
        candidates = candidates_of(
            self._measure, defaults, self._anywhere, pairs=self._pairs, allows=self._allows
        )
        return [(candidates, candidates.scores(predict)) for predict in models]


def scored_by_all(sweeps: Sequence[Tried], measure: Measure) -> tuple[Booleans, ...]:
    """Say which cells of each hyperparameter the scores of every sweep cover."""
    each = [scored_cells(tried.cells, measure) for tried in sweeps]
    return tuple(np.all(flags, axis=0) for flags in zip(*each, strict=True))


def _covering(scored: Sequence[Booleans], allows: Allows | None) -> Allows | None:
    """Give what allows only that which scores cover as well; None where all is allowed."""
    if all(flags.all() for flags in scored):
        return allows

    def is_allowed(cells: Integers) -> Booleans:
        found = is_covered(cells, scored)
        if allows is not None:
            found[found] = allows(cells[found])
        return found

    return is_allowed
