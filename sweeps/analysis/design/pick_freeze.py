"""Which configuration stands where in a design of the sampler `saltelli`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sweeps.analysis.array import Integers


@dataclass(frozen=True, slots=True, eq=False)
class PickFreeze:
    """Blocks of configurations: one configuration may stand in several places.

    Attributes:
        names: Hyperparameters, in the order of the columns.
        rows: Number of the configuration at each place, shape `(n_blocks, n_places)`, -1 where
            there is none. Places are A; A with one value from B, for each hyperparameter; B with
            one value from A, for each of them or for none; B.
    """

    names: tuple[str, ...]
    rows: Integers

    @classmethod
    def of(
        cls, places: Sequence[Mapping[str, Any]], configs: Sequence[int], names: Sequence[str]
    ) -> Self:
        """Put configurations into their places.

        Args:
            places: The place of each row as recorded: `block` from 0, `part` (`A`, `AB`, `BA` or
                `B`) and, for the middle two, the hyperparameter `changed`.
            configs: Number of each row's configuration, from 0.
            names: The hyperparameters that vary.

        Example:
            >>> places = [
            ...     {"block": 0, "part": "A"},
            ...     {"block": 0, "part": "AB", "changed": "x"},
            ...     {"block": 0, "part": "B"},
            ... ]
            >>> PickFreeze.of(places, [0, 1, 1], ["x"]).rows.tolist()
            [[0, 1, 1]]
        """
        d = len(names)
        has_pairs = any(place["part"] == "BA" for place in places)
        width = 2 * d + 2 if has_pairs else d + 2
        column: dict[tuple[str, str | None], int] = {("A", None): 0, ("B", None): width - 1}
        column |= {("AB", name): 1 + j for j, name in enumerate(names)}
        column |= {("BA", name): 1 + d + j for j, name in enumerate(names)}
        n_blocks = 1 + max((place["block"] for place in places), default=-1)
        rows = np.full((n_blocks, width), -1, dtype=np.int64)
        for place, config in zip(places, configs, strict=True):
            rows[place["block"], column[place["part"], place.get("changed")]] = config
        return cls(tuple(names), rows)

    @property
    def has_pairs(self) -> bool:
        """Whether the design tells interactions of pairs."""
        return int(self.rows.shape[1]) == 2 * len(self.names) + 2

    def sharing(self, *shared: int) -> tuple[tuple[int, int], ...]:
        """Give pairs of places whose configurations have these hyperparameters in common only.

        Args:
            shared: One position of a hyperparameter, or two where the design has pairs.
        """
        d, last = len(self.names), self.rows.shape[1] - 1
        if len(shared) == 2:
            i, j = shared
            return (1 + i, 1 + d + j), (1 + j, 1 + d + i)
        (j,) = shared
        return ((last, 1 + j), (0, 1 + d + j)) if self.has_pairs else ((last, 1 + j),)

    def sharing_all_but(self, j: int) -> tuple[tuple[int, int], ...]:
        """Give pairs of places whose configurations differ in one hyperparameter alone."""
        d, last = len(self.names), self.rows.shape[1] - 1
        return ((0, 1 + j), (last, 1 + d + j)) if self.has_pairs else ((0, 1 + j),)
