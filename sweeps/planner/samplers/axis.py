"""The axes of the unit cube as a model sees them: continuous, ordered levels, or kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sweeps.space.choice import Choice
from sweeps.space.number import Integer

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from optuna.distributions import BaseDistribution

    from sweeps.space import Space
    from sweeps.space.hyperparameter import Hyperparameter

MOST_LEVELS: Final = 1000
"""Integers with more values than this are continuous to a model."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One coordinate of the unit cube.

    Attributes:
        name: Of the hyperparameter.
        n_levels: Number of equal shares of [0, 1], None where it is continuous.
        is_ordered: Whether neighbouring values are alike.
        is_always_active: Whether it has no condition.
    """

    name: str
    n_levels: int | None
    is_ordered: bool
    is_always_active: bool

    def distribution(self) -> BaseDistribution:
        """Give its counterpart in Optuna."""
        from optuna import distributions  # noqa: PLC0415 - 0.3 s that other samplers need not pay

        if self.n_levels is None:
            return distributions.FloatDistribution(0.0, 1.0)
        if self.is_ordered:
            return distributions.IntDistribution(0, self.n_levels - 1)
        return distributions.CategoricalDistribution(range(self.n_levels))

    def to_model(self, units: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the numbers that Optuna holds at unit positions: indices of levels, or the same."""
        if self.n_levels is None:
            return units
        return np.minimum(np.floor(units * self.n_levels), self.n_levels - 1)

    def to_unit(self, held: NDArray[np.float64]) -> NDArray[np.float64]:
        """Give the unit positions of numbers that Optuna holds."""
        units = held if self.n_levels is None else (held + 0.5) / self.n_levels
        return np.clip(units, 0.0, 1.0)


def axes_of(space: Space) -> tuple[Axis, ...]:
    """Give the axes of a space in the order of its unit points."""
    return tuple(_axis(each) for each in space.varied)


def groups_of(space: Space) -> tuple[tuple[int, ...], ...]:
    """Give the axes, by position, that are always active together: those of equal conditions."""
    groups: dict[object, list[int]] = {}
    for i, each in enumerate(space.varied):
        groups.setdefault(each.when, []).append(i)
    return tuple(map(tuple, groups.values()))


def _axis(each: Hyperparameter) -> Axis:
    is_ordered = not isinstance(each, Choice) or each.is_ordered
    n_levels = None if each.every is None else len(each.every)
    if isinstance(each, Integer) and (each.log or len(each.every) > MOST_LEVELS):
        # Shares of the unit interval are unequal on a log scale, so it is the better model.
        n_levels = None
    return Axis(each.name, n_levels, is_ordered, not each.when)
