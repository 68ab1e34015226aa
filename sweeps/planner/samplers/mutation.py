"""A good configuration with one hyperparameter drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sweeps.planner.samplers.history import History
    from sweeps.planner.samplers.outcome import Outcomes
    from sweeps.space import Space

MAX_DRAWS: Final = 32


def mutant(
    space: Space,
    history: History,
    points: NDArray[np.float64],
    outcomes: Outcomes,
    *,
    n_good: int,
    unordered: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Mapping[str, object] | None:
    """Change one hyperparameter of a good configuration.

    A density over all hyperparameters at once is a trap: where no good configuration has a
    certain value yet, hardly any candidate has it beside good values of the others. One step
    along one axis at a time finds it.

    Args:
        space: The space.
        history: Configurations that are known already.
        points: Unit points of all configurations, NaN where inactive; shape (n, n_dimensions).
        outcomes: What became of them.
        n_good: How many of them are good.
        unordered: Whether a hyperparameter's values have no order; shape (n_dimensions,).
        rng: Where randomness comes from.

    Returns:
        Values of a legal configuration that is new, and whose nearest neighbour has not failed;
        None where a few draws found none.
    """
    known = points[outcomes.order]
    failed = outcomes.has_failed[outcomes.order]
    for _ in range(MAX_DRAWS):
        point = known[rng.integers(n_good)].copy()
        active = np.flatnonzero(~np.isnan(point))
        if len(active) == 0:
            return None
        # values without an order are where a density overlooks most
        axes = active[unordered[active]] if rng.random() < 0.5 else active
        point[rng.choice(axes if len(axes) else active)] = rng.random()
        # what becomes active with the change has no value yet
        drawn = rng.random(len(point))
        values = space.from_unit(np.where(np.isnan(point), drawn, point).tolist())
        if values is None or history.has(values):
            continue
        if not failed[_nearest(known, point)]:
            return values
    return None


def _nearest(known: NDArray[np.float64], point: NDArray[np.float64]) -> int:
    """Give the nearest configuration over the hyperparameters that both have."""
    return int(np.nansum((known - point) ** 2, axis=1).argmin())
