"""What every hyperparameter can do: move one value between its three forms.

A *value* is plain Python data, as the objective sees it. A *unit position* in [0, 1] is what
samplers draw. What ConfigSpace *holds* is a number that survives its rounding to 13 decimals and
its comparisons: the unit position of a float, an integer itself, the index of a choice.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sweeps.space.requirement import as_mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ConfigSpace.hyperparameters import Hyperparameter as Handle

    from sweeps.space.requirement import Requirement
    from sweeps.space.value import Value


@dataclass(frozen=True)
class Fault:
    """Why a value does not fit a hyperparameter, and what to do; two parts of a problem."""

    rule: str
    remedy: str


@dataclass(frozen=True)
class Hyperparameter(ABC):
    """What all kinds have in common.

    Attributes:
        name: Its name.
        when: Requirements on other hyperparameters; it is active where all of them hold.
    """

    name: str
    when: tuple[Requirement, ...]

    @property
    @abstractmethod
    def every(self) -> Sequence[Value] | None:
        """All its values in order, None where there is no end to them."""

    @property
    @abstractmethod
    def grid_points(self) -> Sequence[Value] | None:
        """Its values in a grid, None where the definition does not say."""

    @abstractmethod
    def decode(self, u: float) -> Value:
        """Give the value at a unit position; 0 and 1 give the bounds exactly."""

    @abstractmethod
    def encode(self, value: Value) -> float:
        """Give a unit position at which `decode` gives the value; bounds of floats are 0 and 1."""

    @abstractmethod
    def hold(self, value: Value) -> float:
        """Give the number that ConfigSpace holds for one of its values."""

    @abstractmethod
    def accept(self, value: object) -> Value | Fault:
        """Give a value its own type, or say why it does not fit."""

    @abstractmethod
    def handle(self, default: float | None = None) -> Handle[Any, Any]:
        """Make its counterpart in ConfigSpace, with a held number as default value."""

    @abstractmethod
    def entry(self) -> object:
        """Give it the way it is written in a definition."""

    @abstractmethod
    def covers(self, other: Hyperparameter) -> bool:
        """Say whether it is of the other's kind and has every value that the other has."""

    def with_condition(self, entry: dict[str, object]) -> dict[str, object]:
        """Add its condition, where it has one, to its entry in a definition."""
        return entry | {"when": as_mapping(self.when)} if self.when else entry
