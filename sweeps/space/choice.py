"""Hyperparameters with listed values: choices, ordinals, and constants with a single one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ConfigSpace import hyperparameters as configspace

from sweeps.errors import nearest
from sweeps.space.hyperparameter import Fault, Hyperparameter
from sweeps.space.value import as_document, canonical_text, plain

if TYPE_CHECKING:
    from ConfigSpace.hyperparameters import Hyperparameter as Handle

    from sweeps.space.value import Value


@dataclass(frozen=True)
class Choice(Hyperparameter):
    """One of several values.

    Attributes:
        values: The values, all different.
        is_ordered: Whether their order carries meaning.
    """

    values: tuple[Value, ...]
    is_ordered: bool = False

    @property
    def every(self) -> tuple[Value, ...]:
        """The values, as they were listed."""
        return self.values

    @property
    def grid_points(self) -> tuple[Value, ...]:
        """The values, as they were listed."""
        return self.values

    def decode(self, u: float) -> Value:
        """Give the value at a unit position; each value has an equal share."""
        return self.values[min(int(u * len(self.values)), len(self.values) - 1)]

    def encode(self, value: Value) -> float:
        """Give the middle of a value's share."""
        return (self.hold(value) + 0.5) / len(self.values)

    def hold(self, value: Value) -> float:
        """Give the index of a value."""
        return self._index_of[canonical_text(value)]

    def accept(self, value: object) -> Value | Fault:
        """Give the listed value that equals this one, or say that there is none."""
        try:
            return self.values[self._index_of[canonical_text(plain(value))]]
        except (KeyError, TypeError):
            known = [str(as_document(item)) for item in self.values]
            return Fault("the value must be one of those listed", nearest(str(value), known))

    def handle(self, default: float | None = None) -> Handle[Any, Any]:
        """Make a choice among indices in ConfigSpace, which compares values by `==`."""
        indices = list(range(len(self.values)))
        index = 0 if default is None else int(default)
        if self.is_ordered:
            return configspace.OrdinalHyperparameter(self.name, indices, default_value=index)
        return configspace.CategoricalHyperparameter(self.name, indices, default_value=index)

    def entry(self) -> object:
        """Give it the way it is written in a definition."""
        word = "ordinal" if self.is_ordered else "choice"
        return self.with_condition({word: [as_document(value) for value in self.values]})

    def covers(self, other: Hyperparameter) -> bool:
        """Say whether every value of the other is here too, an ordinal's in the same order."""
        if not isinstance(other, Choice) or self.is_ordered != other.is_ordered:
            return False
        theirs = [canonical_text(value) for value in other.values]
        kept = [text for text in self._index_of if text in theirs]
        return kept == theirs if self.is_ordered else set(kept) == set(theirs)

    @cached_property
    def _index_of(self) -> dict[str, int]:
        # By text, because `1 == True` in Python and they are different values here.
        return {canonical_text(value): i for i, value in enumerate(self.values)}


@dataclass(frozen=True)
class Constant(Hyperparameter):
    """One fixed value, carried by every configuration in which it is active.

    Attributes:
        value: The value.
    """

    value: Value

    @property
    def every(self) -> tuple[Value, ...]:
        """The one value."""
        return (self.value,)

    @property
    def grid_points(self) -> tuple[Value, ...]:
        """The one value."""
        return (self.value,)

    def decode(self, u: float) -> Value:  # noqa: ARG002 - every position gives the same
        """Give the one value."""
        return self.value

    def encode(self, value: Value) -> float:  # noqa: ARG002 - there is only one
        """Give the middle."""
        return 0.5

    def hold(self, value: Value) -> float:  # noqa: ARG002 - there is only one
        """Give the index of the one value."""
        return 0

    def accept(self, value: object) -> Value | Fault:
        """Give the one value where this equals it, or say that it does not."""
        try:
            if canonical_text(plain(value)) == canonical_text(self.value):
                return self.value
        except TypeError:
            pass
        remedy = "Leave it out, or make it a hyperparameter with several values."
        return Fault(f"a constant has one value, {as_document(self.value)!r}", remedy)

    def handle(self, default: float | None = None) -> Handle[Any, Any]:  # noqa: ARG002 - there is only one
        """Make a constant in ConfigSpace that holds index 0."""
        return configspace.Constant(self.name, 0)

    def entry(self) -> object:
        """Give it the way it is written in a definition."""
        if not self.when and not isinstance(self.value, tuple):
            return self.value
        return self.with_condition({"constant": as_document(self.value)})

    def covers(self, other: Hyperparameter) -> bool:
        """Say whether the other is the same constant."""
        return isinstance(other, Constant) and not isinstance(self.accept(other.value), Fault)
