"""Which configuration stands where in a design of the sampler `morris`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Trajectories:
    """Steps of walks through the space, each along one hyperparameter.

    Attributes:
        names: Hyperparameters, in the order of the columns.
        before: Number of the configuration before the step along each hyperparameter, shape
            `(n_trajectories, n_hyperparameters)`; -1 where there is none.
        after: Number of the configuration behind it.
        step: The step as a share of the range of the hyperparameter, with its sign.
    """

    names: tuple[str, ...]
    before: Integers
    after: Integers
    step: Floats

    @classmethod
    def of(
        cls, places: Sequence[Mapping[str, Any]], configs: Sequence[int], names: Sequence[str]
    ) -> Self:
        """Put configurations into their places.

        Args:
            places: The place of each row as recorded: `row` from 0, `trajectory` from 0, the
                hyperparameter `changed` since the row before (none in a first row) and its `step`.
            configs: Number of each row's configuration, from 0.
            names: The hyperparameters that vary.

        Example:
            >>> places = [
            ...     {"row": 0, "trajectory": 0, "changed": None, "step": 0.0},
            ...     {"row": 1, "trajectory": 0, "changed": "x", "step": -0.5},
            ... ]
            >>> walks = Trajectories.of(places, [0, 1], ["x"])
            >>> walks.before.tolist(), walks.after.tolist(), walks.step.tolist()
            ([[0]], [[1]], [[-0.5]])
        """
        column = {name: j for j, name in enumerate(names)}
        at = {place["row"]: config for place, config in zip(places, configs, strict=True)}
        n = 1 + max((place["trajectory"] for place in places), default=-1)
        before, after = (np.full((n, len(names)), -1, dtype=np.int64) for _ in range(2))
        step = np.full((n, len(names)), np.nan)
        for place in places:
            if place["changed"] is not None:
                cell = place["trajectory"], column[place["changed"]]
                before[cell] = at.get(place["row"] - 1, -1)
                after[cell] = at[place["row"]]
                step[cell] = place["step"]
        return cls(tuple(names), before, after, step)
