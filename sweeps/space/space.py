"""The search space: which configurations there are, and how to draw, count and check them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np

from sweeps.errors import Problem, SpaceError
from sweeps.space.check import checked
from sweeps.space.choice import Constant
from sweeps.space.definition import read_definition
from sweeps.space.legality import Legality
from sweeps.space.requirement import as_mapping
from sweeps.space.translation import configuration_space
from sweeps.space.value import canonical_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import ConfigSpace

    from sweeps.space.hyperparameter import Hyperparameter
    from sweeps.space.requirement import Clause
    from sweeps.space.value import Value

MAX_TRIES: Final = 10_000
"""Forbidden points drawn in a row before a proposal is given up."""

PROPOSALS: Final = 1
"""First word of the key of the random streams of proposals, beside those of other uses."""


@dataclass(frozen=True, eq=False)
class Space:
    """A set of configurations: hyperparameters, their conditions, forbidden combinations.

    Immutable, hashable and picklable; two spaces are equal when their definitions say the same.
    Build one with `Space.from_mapping`.

    Attributes:
        hyperparameters: In the order of the definition, constants included.
        clauses: Combinations that are forbidden.

    Example:
        >>> space = Space.from_mapping(
        ...     {
        ...         "kernel": {"choice": ["rbf", "poly"]},
        ...         "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
        ...         "tol": 0.001,
        ...     }
        ... )
        >>> space.from_unit([0.9, 1.0])
        {'kernel': 'poly', 'degree': 5, 'tol': 0.001}
        >>> space.from_unit([0.0, 1.0])
        {'kernel': 'rbf', 'tol': 0.001}
        >>> space.size()
        5
    """

    hyperparameters: tuple[Hyperparameter, ...]
    clauses: tuple[Clause, ...] = ()

    @classmethod
    def from_mapping(
        cls, mapping: Mapping[str, object], forbid: Sequence[Mapping[str, object]] = ()
    ) -> Self:
        """Read a space from a definition.

        Args:
            mapping: Entry by name: `{"float": [low, high]}` or `{"int": [low, high]}` with
                `"log": True` and `"grid": n` where wanted, `{"choice": [...]}`,
                `{"ordinal": [...]}`, `{"constant": value}` or a bare scalar. Bounds are
                included. `"when": {other: wanted}` makes it conditional; `wanted` is a value, a
                list of values, `{"above": x}`, `{"below": x}` or both, and several keys mean
                "and". On an ordinal of words, above and below mean later and earlier.
            forbid: Clauses; a configuration that meets everything in one of them is forbidden.
                They are written like conditions and never met by inactive hyperparameters.

        Returns:
            The space; it has one legal configuration or more.

        Raises:
            SpaceError: The definition breaks rules, or no legal configuration was found; every
                problem is listed with its place.
        """
        space = cls(*read_definition(mapping, forbid))
        if space._default is None:
            rule = "`forbid` must leave some configuration over, and none was found"
            remedy = "Remove a clause, or add values that it leaves alone."
            raise SpaceError([Problem("forbid", rule, "", remedy)])
        return space

    @property
    def names(self) -> tuple[str, ...]:
        """All hyperparameters in the order of the definition, constants included."""
        return tuple(each.name for each in self.hyperparameters)

    @property
    def n_dimensions(self) -> int:
        """Number of hyperparameters that are no constants: coordinates of the unit cube."""
        return len(self.varied)

    def document(self) -> dict[str, Any]:
        """Give the definition as plain JSON-able data.

        Returns:
            `{"space": {...}, "forbid": [...]}`; `Space.from_mapping` of the two gives an equal
            space.
        """
        return {
            "space": {each.name: each.entry() for each in self.hyperparameters},
            "forbid": [clause.document() for clause in self.clauses],
        }

    def propose(self, master_seed: int, k: int) -> dict[str, object]:
        """Give the k-th random configuration, uniform over the legal part of the unit cube.

        A pure function of the space, `master_seed` and `k`: the same in every process and
        whatever was drawn before.

        Args:
            master_seed: The sweep's seed, 0 or more.
            k: Position in the sequence, from 0.

        Returns:
            Value by name of every active hyperparameter, in the order of the definition.

        Raises:
            SpaceError: 10,000 points in a row were forbidden.
        """
        sequence = np.random.SeedSequence([PROPOSALS, k, master_seed])
        rng = np.random.Generator(np.random.PCG64(sequence))
        for _ in range(MAX_TRIES):
            configuration = self.from_unit(rng.random(self.n_dimensions).tolist())
            if configuration is not None:
                return configuration
        rule = "at least one in a few thousand random configurations must be legal"
        got = f"{MAX_TRIES} forbidden ones in a row (proposal {k})"
        remedy = "Loosen `forbid`, narrow the space instead, or use `sampler: grid`."
        raise SpaceError([Problem("forbid", rule, got, remedy)])

    def from_unit(self, point: Sequence[float]) -> dict[str, object] | None:
        """Give the configuration at a point of the unit cube.

        Args:
            point: One coordinate in [0, 1] for every hyperparameter that is no constant, shape
                (n_dimensions,), in the order of the definition; those of inactive ones do not
                matter. 0 and 1 give the bounds exactly.

        Returns:
            Value by name of every active hyperparameter, None where it is forbidden.

        Raises:
            ValueError: The point has another number of coordinates, or one outside [0, 1].
        """
        if len(point) != self.n_dimensions or not all(0 <= u <= 1 for u in point):
            message = (
                f"`point` must have {self.n_dimensions} coordinates between 0 and 1, "
                f"got {list(point)}. Give one for each of {[each.name for each in self.varied]}."
            )
            raise ValueError(message)
        values = self._constants | {
            each.name: each.decode(float(u)) for each, u in zip(self.varied, point, strict=True)
        }
        return self._legality.configuration(values)  # type: ignore[return-value]

    def to_unit(self, values: Mapping[str, object]) -> list[float]:
        """Give a point of the unit cube at which `from_unit` gives a configuration.

        Args:
            values: Value by name of every active hyperparameter, as `check` gives them.

        Returns:
            One coordinate for every hyperparameter that is no constant, shape (n_dimensions,), in
            the order of the definition; NaN where it is inactive. Integers and choices stand in
            the middle of their share; floats come back to within rounding.
        """
        return [
            each.encode(values[each.name]) if each.name in values else math.nan  # type: ignore[arg-type]
            for each in self.varied
        ]

    def grid(self) -> Iterator[dict[str, object]]:
        """Give every legal configuration of the grid once, the last hyperparameter fastest.

        Floats contribute their `grid` points, integers theirs or all values, choices all values.

        Returns:
            An iterator over values by name of active hyperparameters.

        Raises:
            SpaceError: A float has no `grid`; raised at once, for all such floats.
        """
        rule = "a float needs `grid`, its number of points, in a grid"
        problems = [
            Problem(f"space.{each.name}.grid", rule, "none", "Add `grid: 5`, for example.")
            for each in self.hyperparameters
            if each.grid_points is None
        ]
        if problems:
            raise SpaceError(problems)
        points = {each.name: each.grid_points or () for each in self.hyperparameters}
        return self._legality.walk(points)  # type: ignore[return-value]

    def check(
        self, values: Mapping[str, object], where: str = "configuration"
    ) -> dict[str, object]:
        """Check a configuration that somebody gave.

        Args:
            values: Value by name; constants may be left out. NaN, and None for an inactive
                hyperparameter, count as left out, so that rows of a table can be given.
            where: What to call its place in messages, such as `search.from[3]`.

        Returns:
            Value by name of every active hyperparameter in the order of the definition, as plain
            Python data of each hyperparameter's own type, constants filled in.

        Raises:
            SpaceError: Unknown names, values that do not fit, active hyperparameters without a
                value, inactive ones with a value, or a forbidden combination: all of them listed.

        Example:
            >>> Space.from_mapping({"C": {"float": [1, 10]}, "tol": 0.1}).check({"C": 2})
            {'C': 2.0, 'tol': 0.1}
        """
        return checked(values, self.hyperparameters, self.clauses, self._legality, where)  # type: ignore[return-value]

    def size(self) -> int | None:
        """Count the distinct legal configurations.

        Returns:
            Their number; None where a float makes them infinite, where there are more than
            1,000,000, or where conditions and clauses make them long to count.
        """
        return self._legality.n_configurations

    def is_wider_than(self, other: Space) -> bool:
        """Say whether a sweep over `other` may go on in this space; equal spaces count as wider.

        Returns:
            True when both have the same hyperparameters under the same conditions and clauses,
            on the same scales, and every bound of `other` lies within the one here and every
            value of its choices is here too; the number of grid points does not matter.
        """
        theirs = {each.name: each for each in other.hyperparameters}
        mine = {each.name: each for each in self.hyperparameters}
        if set(mine) != set(theirs) or _rules(self) != _rules(other):
            return False
        return all(each.covers(theirs[name]) for name, each in mine.items())

    @cached_property
    def configspace(self) -> ConfigSpace.ConfigurationSpace:
        """The same space in ConfigSpace, for samplers.

        Floats are unit positions in [0, 1] there, choices and ordinals are indices, constants
        hold 0; integers keep their bounds and scale.
        """
        return configuration_space(self.hyperparameters, self.clauses, self._default)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __getstate__(self) -> dict[str, object]:
        # Without what is cached: it is large and quick to build again.
        return {"hyperparameters": self.hyperparameters, "clauses": self.clauses}

    @cached_property
    def _text(self) -> str:
        return canonical_text(self.document())

    @cached_property
    def _legality(self) -> Legality:
        return Legality(self.hyperparameters, self.clauses)

    @cached_property
    def _default(self) -> dict[str, float] | None:
        return self._legality.legal_default()

    @cached_property
    def varied(self) -> tuple[Hyperparameter, ...]:
        """The hyperparameters that are no constants: the axes of the unit cube, in order."""
        return tuple(each for each in self.hyperparameters if not isinstance(each, Constant))

    @cached_property
    def _constants(self) -> dict[str, Value]:
        return {
            each.name: each.value for each in self.hyperparameters if isinstance(each, Constant)
        }


def _rules(space: Space) -> tuple[dict[str, str], list[str]]:
    conditions = {each.name: as_mapping(each.when) for each in space.hyperparameters}
    clauses = [canonical_text(clause.document()) for clause in space.clauses]
    return {name: canonical_text(each) for name, each in conditions.items()}, sorted(clauses)
