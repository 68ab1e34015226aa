"""CMA-ES: a normal distribution that moves and stretches towards the good configurations."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from sweeps.planner.samplers.axis import axes_of
from sweeps.planner.samplers.fallback import new_draw
from sweeps.planner.samplers.history import History
from sweeps.planner.samplers.outcome import outcomes_of
from sweeps.planner.samplers.stream import Use, legacy_seed, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cmaes import CMA
    from numpy.typing import NDArray

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space

MAX_TRIES: Final = 10
"""Points drawn at a position before it gets a random configuration."""


@dataclass(frozen=True)
class _State:
    """The distribution after some generations.

    Attributes:
        optimizer: What has been told so far.
        n_told: How many configurations that was, those before a new start included.
        n_restarts: How often it started anew.
    """

    optimizer: CMA
    n_told: int = 0
    n_restarts: int = 0


class CmaesSampler:
    """Draws from a multivariate normal distribution over the numbers of a space.

    The unit cube's axes that have an order and no condition are drawn together; choices and
    whatever has a condition are drawn uniformly and never learnt. Integers and ordinals are
    rounded, so on an axis with a handful of levels the distribution can stall. Configurations
    from elsewhere (defaults, other samplers) teach it nothing. Clauses are met by drawing again.

    Its state is the replay of its own configurations, in the order of their proposal: each
    consecutive `population` of them is told once all are over. A slow configuration holds up its
    generation, and the proposals meanwhile come from the distribution before it. It starts anew
    at a random place, with twice the population, where it has converged.

    Args:
        space: The space.
        master_seed: The sweep's seed.
        sigma: First standard deviation, as a share of each range.
        population: Configurations a generation; None for 4 + 3 log(number of axes).

    References:
        Hansen (2016), The CMA evolution strategy: a tutorial, arXiv 1604.00772; Auger and Hansen
        (2005), A restart CMA evolution strategy with increasing population size; code: `cmaes`.
    """

    name: ClassVar[str] = "cmaes"
    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = True

    def __init__(
        self,
        space: Space,
        master_seed: int,
        sigma: float = 1 / 4,
        population: int | None = None,
    ) -> None:
        self._space = space
        self._master_seed = master_seed
        self._sigma = sigma
        self._population = population
        axes = axes_of(space)
        self._axes = [i for i, axis in enumerate(axes) if axis.is_ordered and axis.is_always_active]
        self._history = History(space)
        self._table = np.empty((0, len(self._axes) + 1))
        self._states: list[_State] = []

    def propose(self, k: int, seen: Seen) -> Mapping[str, object]:
        """Give a new draw from the present distribution."""
        points = self._history.points(seen.configs)
        if self._axes:
            own = self._history.are_of(self.name)
            losses = outcomes_of(seen).losses
            optimizer = deepcopy(self._replay(points[own][:, self._axes], losses[own]).optimizer)
            optimizer.reseed_rng(legacy_seed(Use.CMAES, k, self._master_seed))
            rng = stream(Use.CMAES, k, self._master_seed)
            for _ in range(MAX_TRIES):
                point = rng.random(len(self._space.varied))
                point[self._axes] = np.clip(optimizer.ask()[: len(self._axes)], 0.0, 1.0)
                values = self._space.from_unit(point.tolist())
                if values is not None and not self._history.has(values):
                    return values
        return new_draw(self._space, self._history, k, self._master_seed)

    def _replay(self, points: NDArray[np.float64], losses: NDArray[np.float64]) -> _State:
        """Give the state after all generations that are over.

        Generations that are still what they were at the last call are not computed again.
        """
        table = np.column_stack([points, losses])
        n_same = _n_same(self._table, table)
        self._table = table
        if not self._states:
            self._states.append(_State(self._begin(0)))
        while len(self._states) > 1 and self._states[-1].n_told > n_same:
            self._states.pop()
        while True:
            state = self._states[-1]
            members = slice(state.n_told, state.n_told + state.optimizer.population_size)
            if members.stop > len(losses) or np.isnan(losses[members]).any():
                return state
            self._states.append(self._told(state, points[members], losses[members]))

    def _told(
        self, state: _State, points: NDArray[np.float64], losses: NDArray[np.float64]
    ) -> _State:
        optimizer = deepcopy(state.optimizer)
        n_pad = optimizer.dim - points.shape[1]
        rows = np.pad(points, ((0, 0), (0, n_pad)), constant_values=0.5)
        optimizer.tell(list(zip(rows, losses.tolist(), strict=True)))
        n_told = state.n_told + len(points)
        if optimizer.should_stop():
            n_restarts = state.n_restarts + 1
            return _State(self._begin(n_restarts), n_told, n_restarts)
        return _State(optimizer, n_told, state.n_restarts)

    def _begin(self, n_restarts: int) -> CMA:
        from cmaes import CMA  # noqa: PLC0415 - what other samplers need not pay

        # It refuses a single axis; a second one that changes nothing does no harm.
        n_axes = max(len(self._axes), 2)
        mean = np.full(n_axes, 0.5)
        if n_restarts:
            mean = stream(Use.CMAES_RESTART, n_restarts, self._master_seed).random(n_axes)
        population = self._population or 4 + int(3 * np.log(n_axes))
        return CMA(
            mean=mean,
            sigma=self._sigma,
            bounds=np.tile([0.0, 1.0], (n_axes, 1)),
            population_size=population << n_restarts,
            seed=0,
        )


def _n_same(old: NDArray[np.float64], new: NDArray[np.float64]) -> int:
    """Count the rows before the first that differs, NaN equal to NaN."""
    n = min(len(old), len(new))
    differs = ((old[:n] != new[:n]) & ~(np.isnan(old[:n]) & np.isnan(new[:n]))).any(axis=1)
    return int(differs.argmax()) if differs.any() else n
