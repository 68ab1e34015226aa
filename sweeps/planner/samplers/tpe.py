"""Tree-structured Parzen estimators: where good configurations are dense and others are rare."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

import numpy as np

from sweeps.planner.samplers.axis import axes_of, groups_of
from sweeps.planner.samplers.fallback import new_draw
from sweeps.planner.samplers.history import History
from sweeps.planner.samplers.mutation import mutant
from sweeps.planner.samplers.outcome import excerpt, outcomes_of
from sweeps.planner.samplers.smoothing import smoothed_ranks
from sweeps.planner.samplers.stream import Use, legacy_seed, stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from sweeps.planner.samplers.base import Seen
    from sweeps.planner.samplers.outcome import Outcomes
    from sweeps.space import Space

MOST_GOOD: Final = 25
"""Configurations that count as good at most, as in Optuna and hyperopt."""

MODEL_SIZE: Final = 160
"""Configurations that are over and enter the model; more cost time and change little."""

N_BEST: Final = 64
"""Of these the best; the others are spread over the ranks below."""

MAX_BATCHES: Final = 4
"""Times that candidates are drawn anew because all were known or forbidden."""


class _Densities(NamedTuple):
    """Two densities over one group of axes."""

    axes: tuple[int, ...]
    good: Any
    rest: Any


class TpeSampler:
    """Draws candidates from the density of the good, takes the one most typical of them.

    The densities are Optuna's (mixtures of products over all hyperparameters of equal condition;
    `multivariate: false` models each alone). What is new is around them: they are rebuilt from
    the table for every proposal, ranks are smoothed so that luck does not decide what is good,
    pending configurations count among the rest, a configuration that exists already is never
    proposed while a candidate is left, hyperparameters under a condition learn from the
    configurations in which they are active, and now and then a good configuration is changed in
    one hyperparameter, so that no value is overlooked.

    Args:
        space: The space.
        master_seed: The sweep's seed.
        n_startup: Configurations that must be over before it learns, 2 or more; random until then.
        n_candidates: Candidates to choose among.
        gamma: Share of the configurations that count as good, at most `MOST_GOOD` of them.
        multivariate: Whether hyperparameters of equal condition are modelled together.
        mutate_every: Every how many positions a good configuration with one hyperparameter drawn
            anew comes instead of a candidate, 2 or more.

    References:
        Bergstra et al. (2011), Algorithms for hyper-parameter optimization, section 4; Falkner et
        al. (2018), BOHB, section 3.2; Watanabe (2023), arXiv 2304.11127; code: Optuna 5.
    """

    name: ClassVar[str] = "tpe"
    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = True

    def __init__(  # noqa: PLR0917 - one for each option
        self,
        space: Space,
        master_seed: int,
        n_startup: int = 10,
        n_candidates: int = 64,
        gamma: float = 0.1,
        multivariate: bool = True,  # noqa: FBT001, FBT002 - options come by name
        mutate_every: int = 5,
    ) -> None:
        self._space = space
        self._master_seed = master_seed
        self._n_startup = n_startup
        self._n_candidates = n_candidates
        self._gamma = gamma
        self._mutate_every = mutate_every
        self._axes = axes_of(space)
        self._unordered = np.array([not axis.is_ordered for axis in self._axes], bool)
        alone = tuple((i,) for i in range(len(self._axes)))
        self._groups = groups_of(space) if multivariate else alone
        self._history = History(space)

    def propose(self, k: int, seen: Seen) -> Mapping[str, object]:
        """Give the best new candidate at position `k`, a random draw where there is none."""
        points = self._history.points(seen.configs)
        outcomes = outcomes_of(seen)
        if not self._axes or len(outcomes.order) < self._n_startup:
            return self._space.propose(self._master_seed, k)
        if k % self._mutate_every == self._mutate_every - 1:
            changed = mutant(
                self._space,
                self._history,
                points,
                outcomes,
                n_good=self._n_good(outcomes),
                unordered=self._unordered,
                rng=stream(Use.MUTATION, k, self._master_seed),
            )
            if changed is not None:
                return changed
        for point in self._candidates(k, points, outcomes):
            values = self._space.from_unit(point)
            if values is not None and not self._history.has(values):
                return values
        return new_draw(self._space, self._history, k, self._master_seed)

    def _candidates(
        self, k: int, points: NDArray[np.float64], outcomes: Outcomes
    ) -> Iterator[list[float]]:
        """Give unit points, most promising first."""
        rng = np.random.RandomState(legacy_seed(Use.TPE, k, self._master_seed))
        chosen = excerpt(outcomes.order, N_BEST, MODEL_SIZE)
        ranks = smoothed_ranks(points[chosen], outcomes.n_seeds[chosen], self._axes)
        chosen = chosen[np.argsort(ranks, kind="stable")]
        n_good = self._n_good(outcomes)
        good, rest = chosen[:n_good], np.concatenate([chosen[n_good:], outcomes.pending])
        # By age, because the weights of the densities favour the latest.
        densities = self._densities(points[np.sort(good)], points[np.sort(rest)])
        for _ in range(MAX_BATCHES):
            batch = np.empty((self._n_candidates, len(self._axes)))
            for each in densities:
                batch[:, each.axes] = self._ranked(each, rng)
            yield from batch.tolist()

    def _n_good(self, outcomes: Outcomes) -> int:
        return min(math.ceil(self._gamma * len(outcomes.order)), MOST_GOOD)

    def _densities(self, good: NDArray[np.float64], rest: NDArray[np.float64]) -> list[_Densities]:
        from optuna.samplers._tpe import parzen_estimator as parzen  # noqa: PLC0415 - 0.4 s

        settings = parzen._ParzenEstimatorParameters(  # noqa: SLF001 - its only door to these
            prior_weight=1.0,
            consider_magic_clip=True,
            consider_endpoints=False,
            weights=_weights,
            multivariate=True,
        )
        result = []
        for axes in self._groups:
            space = {self._axes[i].name: self._axes[i].distribution() for i in axes}
            pair = [
                parzen._ParzenEstimator(self._observations(axes, rows), space, settings)  # noqa: SLF001 - as above
                for rows in (good, rest)
            ]
            result.append(_Densities(axes, *pair))
        return result

    def _observations(
        self, axes: tuple[int, ...], rows: NDArray[np.float64]
    ) -> dict[str, NDArray[np.float64]]:
        # All axes of a group are active together, so one tells for all.
        active = rows[~np.isnan(rows[:, axes[0]])]
        return {self._axes[i].name: self._axes[i].to_model(active[:, i]) for i in axes}

    def _ranked(self, densities: _Densities, rng: np.random.RandomState) -> NDArray[np.float64]:
        """Draw candidates for one group; shape (n candidates, axes), most promising first."""
        drawn = densities.good.sample(rng, self._n_candidates)
        ratio = densities.good.log_pdf(drawn) - densities.rest.log_pdf(drawn)
        ranks = np.argsort(-ratio, kind="stable")
        columns = [self._axes[i].to_unit(drawn[self._axes[i].name][ranks]) for i in densities.axes]
        return np.stack(columns, axis=1)


def _weights(n: int) -> NDArray[np.float64]:
    return np.ones(n)
