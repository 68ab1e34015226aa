"""Which hyperparameters are active, and which combinations are forbidden: ConfigSpace's verdict.

Walks one vector at a time, parents before children, so that a configuration is never filled in
beyond what is active and is given up at the first forbidden clause that it meets.
"""

from __future__ import annotations

import math
from functools import cached_property
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Final

import numpy as np

from sweeps.space.choice import Choice
from sweeps.space.number import Float
from sweeps.space.translation import configuration_space, forbidden_clause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.requirement import Clause
    from sweeps.space.value import Value

DEFAULT_TRIES: Final = 10_000
"""Random points looked at for one that no clause forbids, before a space is called empty."""

MAX_SIZE: Final = 1_000_000
"""Largest number of configurations that is told."""

MAX_WALK: Final = 100_000
"""Combinations of values that are walked through to count them or to find a legal one."""

ROUND_PLACES: Final = 13
"""Decimals to which ConfigSpace rounds the default value of a float."""


class Legality:
    """The rules of one space, ready to be applied to many configurations."""

    def __init__(
        self, hyperparameters: Sequence[Hyperparameter], clauses: Sequence[Clause]
    ) -> None:
        known = {each.name: each for each in hyperparameters}
        parents = {each.name: [part.name for part in each.when] for each in hyperparameters}
        self.order = tuple(known[name] for name in TopologicalSorter(parents).static_order())
        self._names = tuple(known)
        space = configuration_space(hyperparameters)
        self._index = {name: int(space.index_of[name]) for name in known}
        self._conditions = {name: tuple(space.parent_conditions_of[name]) for name in known}
        self._to_vector: dict[str, Callable[[float], float]] = {
            name: space[name].to_vector for name, each in known.items() if not _is_direct(each)
        }
        self._clauses = tuple(forbidden_clause(space, known, clause) for clause in clauses)
        self._clauses_on: dict[str, list[int]] = {name: [] for name in known}
        for i, clause in enumerate(clauses):
            for requirement in clause.requirements:
                self._clauses_on[requirement.name].append(i)

    def blank(self) -> npt.NDArray[np.float64]:
        """Give the vector in which nothing is active yet."""
        return np.full(len(self._names), np.nan)

    def is_active(self, name: str, vector: npt.NDArray[np.float64]) -> bool:
        """Say whether a hyperparameter is active, given a vector that holds its parents."""
        return all(bool(each.satisfied_by_vector(vector)) for each in self._conditions[name])

    def put(self, vector: npt.NDArray[np.float64], name: str, held: float) -> int | None:
        """Fill in one hyperparameter.

        Args:
            vector: Changed in place.
            name: Which hyperparameter.
            held: The number that ConfigSpace holds for its value.

        Returns:
            Index of a forbidden clause that the vector now breaks, None where it breaks none.
        """
        to_vector = self._to_vector.get(name)
        vector[self._index[name]] = held if to_vector is None else to_vector(held)
        broken = (i for i in self._clauses_on[name] if self._clauses[i].is_forbidden_vector(vector))
        return next(broken, None)

    def remove(self, vector: npt.NDArray[np.float64], name: str) -> None:
        """Take one hyperparameter out of a vector, in place."""
        vector[self._index[name]] = np.nan

    def configuration(self, values: Mapping[str, Value]) -> dict[str, Value] | None:
        """Keep the active ones of a full set of values, None where the result is forbidden."""
        vector = self.blank()
        active = set()
        for each in self.order:
            if self.is_active(each.name, vector):
                active.add(each.name)
                if self.put(vector, each.name, each.hold(values[each.name])) is not None:
                    return None
        return {name: values[name] for name in self._names if name in active}

    def walk(self, points: Mapping[str, Sequence[Value]]) -> Iterator[dict[str, Value]]:
        """Give every legal configuration once that is made of the given values.

        Args:
            points: The values of every hyperparameter to walk through; those left out are
                treated as inactive.

        Yields:
            Configurations; the last hyperparameter changes fastest.
        """
        order = [each for each in self.order if each.name in points]
        vector = self.blank()
        chosen: dict[str, Value] = {}

        def descend(depth: int) -> Iterator[dict[str, Value]]:
            if depth == len(order):
                yield {name: chosen[name] for name in self._names if name in chosen}
                return
            each = order[depth]
            if not self.is_active(each.name, vector):
                yield from descend(depth + 1)
                return
            for value in points[each.name]:
                chosen[each.name] = value
                if self.put(vector, each.name, each.hold(value)) is None:
                    yield from descend(depth + 1)
            del chosen[each.name]
            self.remove(vector, each.name)

        return descend(0)

    @cached_property
    def n_configurations(self) -> int | None:
        """Number of distinct legal configurations; the promise is that of `Space.size`."""
        listed = {each.name: each.every for each in self.order if each.every is not None}
        if len(listed) < len(self.order):
            return None
        parents = {part.name for each in self.order for part in each.when}
        linked = {
            name: values
            for name, values in listed.items()
            if name in parents or self._conditions[name] or self._clauses_on[name]
        }
        n_free = math.prod(len(values) for name, values in listed.items() if name not in linked)
        if n_free > MAX_SIZE or math.prod(map(len, linked.values())) > MAX_WALK:
            return None
        total = n_free * sum(1 for _ in self.walk(linked))
        return total if total <= MAX_SIZE else None

    def legal_default(self) -> dict[str, float] | None:
        """Give the held numbers of a full set of values that is legal, the middle if it is.

        Returns:
            One number a hyperparameter, floats rounded as ConfigSpace does; None where neither
            `DEFAULT_TRIES` random points nor, in a small finite space, all of them are legal.
        """
        rng = np.random.default_rng(0)
        middle = [0.5] * len(self.order)
        for attempt in range(DEFAULT_TRIES):
            units = rng.random(len(self.order)).tolist() if attempt else middle
            held = {
                each.name: round(u, ROUND_PLACES)
                if isinstance(each, Float)
                else each.hold(each.decode(u))
                for each, u in zip(self.order, units, strict=True)
            }
            if self._is_legal(held):
                return held
            if not self._clauses:
                break
        return self._listed_default()

    def _is_legal(self, held: Mapping[str, float]) -> bool:
        vector = self.blank()
        active = (each for each in self.order if self.is_active(each.name, vector))
        return all(self.put(vector, each.name, held[each.name]) is None for each in active)

    def _listed_default(self) -> dict[str, float] | None:
        points = {each.name: each.every for each in self.order}
        listed = {name: values for name, values in points.items() if values is not None}
        if len(listed) < len(points) or math.prod(map(len, listed.values())) > MAX_WALK:
            return None
        first = next(self.walk(listed), None)
        if first is None:
            return None
        chosen = {name: first.get(name, values[0]) for name, values in listed.items()}
        return {each.name: each.hold(chosen[each.name]) for each in self.order}


def _is_direct(hyperparameter: Hyperparameter) -> bool:
    # ConfigSpace's vectors carry unit positions and indices as they are; it scales integers to
    # [0, 1] and counts constants from 1.
    return isinstance(hyperparameter, (Float, Choice))
