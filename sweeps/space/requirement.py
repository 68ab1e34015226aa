"""What conditions and forbidden clauses are made of: requirements on single hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.space.value import as_document

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sweeps.space.value import Value


@dataclass(frozen=True)
class Requirement:
    """That one hyperparameter is active and its value lies where it should.

    Attributes:
        name: The hyperparameter.
        values: Values that will do; None where bounds say it.
        above: The value must be greater than this, or later in an ordinal of words.
        below: The value must be less than this, or earlier in an ordinal of words.
    """

    name: str
    values: tuple[Value, ...] | None = None
    above: Value = None
    below: Value = None

    def document(self) -> object:
        """Give it the way it is written in a definition."""
        if self.values is None:
            bounds = {"above": self.above, "below": self.below}
            return {word: bound for word, bound in bounds.items() if bound is not None}
        if len(self.values) == 1 and not isinstance(self.values[0], tuple):
            return self.values[0]
        return [as_document(value) for value in self.values]


@dataclass(frozen=True)
class Clause:
    """A combination that is forbidden: all of its requirements at once."""

    requirements: tuple[Requirement, ...]

    def document(self) -> dict[str, object]:
        """Give it the way it is written in a definition."""
        return as_mapping(self.requirements)


def as_mapping(requirements: Iterable[Requirement]) -> dict[str, object]:
    """Write requirements the way a definition does: one key a hyperparameter."""
    return {requirement.name: requirement.document() for requirement in requirements}
