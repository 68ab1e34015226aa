"""Hyperparameters with bounds: floats and integers, both bounds included."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from ConfigSpace.hyperparameters import UniformFloatHyperparameter, UniformIntegerHyperparameter

from sweeps.space.hyperparameter import Fault, Hyperparameter
from sweeps.space.value import finite_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ConfigSpace.hyperparameters import Hyperparameter as Handle

    from sweeps.space.value import Value

GRID_DIGITS = 12
"""Significant digits of the inner points of a float's grid, so that they read 0.01, not 0.0099…"""


@dataclass(frozen=True)
class Float(Hyperparameter):
    """A float from `low` to `high`: uniform, or uniform in its logarithm.

    Attributes:
        low: Lowest value.
        high: Highest value.
        log: Whether the logarithm is uniform.
        grid: Number of points in a grid, None where it has none.
    """

    low: float
    high: float
    log: bool = False
    grid: int | None = None

    @property
    def every(self) -> None:
        """There is no end to the values of a float."""
        return

    @property
    def grid_points(self) -> tuple[float, ...] | None:
        """Its `grid` evenly spaced points, with few digits where that keeps them apart."""
        if self.grid is None:
            return None
        exact = [self.decode(i / (self.grid - 1)) for i in range(self.grid)]
        short = [float(f"{point:.{GRID_DIGITS}g}") for point in exact[1:-1]]
        points = (self.low, *short, self.high)
        ascends = all(left < right for left, right in pairwise(points))
        return points if ascends else tuple(dict.fromkeys(exact))

    def decode(self, u: float) -> float:
        """Give the value at a unit position; 0 and 1 give the bounds exactly."""
        if u <= 0:
            return self.low
        if u >= 1:
            return self.high
        if self.log:
            log_low = math.log(self.low)
            value = math.exp(log_low + u * (math.log(self.high) - log_low))
        else:
            value = self.low + u * (self.high - self.low)
        return min(max(value, self.low), self.high)

    def encode(self, value: Value) -> float:
        """Give the unit position of a value, never outside [0, 1]."""
        return min(max(self.hold(value), 0.0), 1.0)

    def hold(self, value: Value) -> float:
        """Give the unit position of a value."""
        x = cast("float", value)
        if self.log:
            log_low = math.log(self.low)
            return (math.log(x) - log_low) / (math.log(self.high) - log_low)
        return (x - self.low) / (self.high - self.low)

    def accept(self, value: object) -> float | Fault:
        """Give a number as a float, or say why it does not fit."""
        number = _number(value)
        if isinstance(number, Fault):
            return number
        return float(number) if self.low <= number <= self.high else _outside(self.low, self.high)

    def handle(self, default: float | None = None) -> Handle[Any, Any]:
        """Make a float from 0 to 1 in ConfigSpace, which rounds to 13 decimals."""
        return UniformFloatHyperparameter(self.name, 0.0, 1.0, default_value=default)

    def entry(self) -> object:
        """Give it the way it is written in a definition."""
        return self.with_condition({"float": [self.low, self.high], **_options(self)})

    def covers(self, other: Hyperparameter) -> bool:
        """Say whether the other is a float on the same scale, within these bounds."""
        return isinstance(other, Float) and _spans(self, other)


@dataclass(frozen=True)
class Integer(Hyperparameter):
    """A whole number from `low` to `high`: uniform, or uniform in its logarithm.

    Attributes:
        low: Lowest value.
        high: Highest value.
        log: Whether the logarithm is uniform.
        grid: Number of points in a grid, None for all values.
    """

    low: int
    high: int
    log: bool = False
    grid: int | None = None

    @property
    def every(self) -> range:
        """All whole numbers between the bounds."""
        return range(self.low, self.high + 1)

    @property
    def grid_points(self) -> Sequence[int]:
        """All values, or `grid` evenly spaced ones; fewer where rounding makes points meet."""
        if self.grid is None:
            return self.every
        line = Float(self.name, (), self.low, self.high, self.log)
        points = (round(line.decode(i / (self.grid - 1))) for i in range(self.grid))
        return tuple(dict.fromkeys(points))

    def decode(self, u: float) -> int:
        """Give the value at a unit position; 0 and 1 give the bounds exactly."""
        if u <= 0:
            return self.low
        if u >= 1:
            return self.high
        if self.log:
            # Half a unit beyond each bound, so that rounding gives the bounds their full share.
            log_low, log_high = math.log(self.low - 0.5), math.log(self.high + 0.5)
            value = round(math.exp(log_low + u * (log_high - log_low)))
        else:
            value = self.low + int(u * (self.high - self.low + 1))
        return min(max(value, self.low), self.high)

    def encode(self, value: Value) -> float:
        """Give the middle of a value's share, on a log scale the value's own logarithm."""
        x = cast("int", value)
        if self.log:
            log_low, log_high = math.log(self.low - 0.5), math.log(self.high + 0.5)
            return (math.log(x) - log_low) / (log_high - log_low)
        return (x - self.low + 0.5) / (self.high - self.low + 1)

    def hold(self, value: Value) -> float:
        """Give the whole number itself."""
        return cast("int", value)

    def accept(self, value: object) -> int | Fault:
        """Give a number as an integer, or say why it does not fit."""
        number = _number(value)
        if isinstance(number, Fault):
            return number
        if isinstance(number, float) and not number.is_integer():
            return Fault("the value must be a whole number", f"Write {round(number)}.")
        return int(number) if self.low <= number <= self.high else _outside(self.low, self.high)

    def handle(self, default: float | None = None) -> Handle[Any, Any]:
        """Make an integer with the same bounds and scale in ConfigSpace."""
        return UniformIntegerHyperparameter(
            self.name, self.low, self.high, default_value=default, log=self.log
        )

    def entry(self) -> object:
        """Give it the way it is written in a definition."""
        return self.with_condition({"int": [self.low, self.high], **_options(self)})

    def covers(self, other: Hyperparameter) -> bool:
        """Say whether the other is an integer on the same scale, within these bounds."""
        return isinstance(other, Integer) and _spans(self, other)


def _number(value: object) -> int | float | Fault:
    number = finite_number(value)
    if number is not None:
        return number
    remedy = "Remove the quotes." if isinstance(value, str) else "Write a number."
    return Fault("the value must be a finite number", remedy)


def _outside(low: float, high: float) -> Fault:
    rule = f"the value must lie between {low!r} and {high!r}"
    return Fault(rule, "Change it, or widen the bounds.")


def _options(number: Float | Integer) -> dict[str, object]:
    log = {"log": True} if number.log else {}
    return log | ({"grid": number.grid} if number.grid is not None else {})


def _spans(wide: Float | Integer, narrow: Float | Integer) -> bool:
    same_scale = wide.log == narrow.log
    return same_scale and wide.low <= narrow.low and wide.high >= narrow.high
