"""Columns that are read when one of them is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

if TYPE_CHECKING:
    from sweeps.analysis.array import Integers

Column = NDArray[Any]


class Later(Mapping[str, Column]):
    """Columns by name, of which few are at hand and the others are read on demand, together.

    Most of what is stored of a run is no part of comparing configurations, and would be most of
    the time that it takes to open a large sweep.

    Args:
        names: All names in order.
        read: Gives the columns that are not at hand; called once at most.
        known: Columns that are at hand.

    Example:
        >>> import numpy as np
        >>> known = {"score": np.array([0.5, 0.75])}
        >>> columns = Later(("score", "node"), lambda: {"node": np.array(["a", "b"])}, known)
        >>> columns.taken(np.array([1]))["node"].tolist()
        ['b']
    """

    def __init__(
        self,
        names: tuple[str, ...],
        read: Callable[[], Mapping[str, Column]],
        known: Mapping[str, Column],
    ) -> None:
        self._names = names
        self._read = read
        self._known = dict(known)
        self._is_read = False

    def __getitem__(self, name: str) -> Column:
        if name not in self._known and not self._is_read:
            self._known = {**self._read(), **self._known}
            self._is_read = True
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def taken(self, places: Integers) -> Later:
        """Give the entries at some places, in that order; what is not read yet stays so."""
        return Later(
            self._names,
            lambda: {name: self[name][places] for name in self._names},
            {name: values[places] for name, values in self._known.items()},
        )


def taken(columns: Mapping[str, Column], places: Integers) -> Mapping[str, Column]:
    """Give the entries of columns at some places, in that order."""
    if isinstance(columns, Later):
        return columns.taken(places)
    return {name: values[places] for name, values in columns.items()}
