"""The configurations seen so far as points of the unit cube; each is converted once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sweeps.space import config_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sweeps.planner.event import Config
    from sweeps.space import Space

FIRST_ROWS = 256


class History:
    """Remembers conversions, which never change; what it says depends on `configs` alone.

    Args:
        space: The space that the configurations belong to.
    """

    def __init__(self, space: Space) -> None:
        self._space = space
        self._rows = np.empty((FIRST_ROWS, space.n_dimensions))
        self._origins = np.empty(FIRST_ROWS, dtype=object)
        self._ids: list[str] = []
        self._known: set[str] = set()

    def points(self, configs: Sequence[Config]) -> NDArray[np.float64]:
        """Give the unit points of configurations.

        Args:
            configs: As in `Seen.configs`; usually those of the last call and some more.

        Returns:
            Shape (n configurations, n_dimensions), NaN where a hyperparameter is inactive.
        """
        if not self._is_prefix_of(configs):
            self._forget()
        for config in configs[len(self._ids) :]:
            self._append(config)
        return self._rows[: len(configs)]

    def has(self, values: Mapping[str, object]) -> bool:
        """Say whether a configuration was among those last given to `points`."""
        return config_id(values) in self._known

    def are_of(self, origin: str) -> NDArray[np.bool_]:
        """Say which of the configurations last given to `points` came from one sampler."""
        result: NDArray[np.bool_] = self._origins[: len(self._ids)] == origin
        return result

    def _is_prefix_of(self, configs: Sequence[Config]) -> bool:
        n = len(self._ids)
        if n > len(configs):
            return False
        # First and last stand for all: the table of a sweep only ever grows at its end.
        return not n or (
            configs[0].config_id == self._ids[0] and configs[n - 1].config_id == self._ids[-1]
        )

    def _append(self, config: Config) -> None:
        n = len(self._ids)
        if n == len(self._rows):
            self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._origins = np.concatenate([self._origins, np.empty_like(self._origins)])
        self._rows[n] = self._space.to_unit(config.values)
        self._origins[n] = config.origin
        self._ids.append(config.config_id)
        self._known.add(config.config_id)

    def _forget(self) -> None:
        self._ids.clear()
        self._known.clear()
