"""What is split among hyperparameters: a figure of each configuration, and how much is chance."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from sweeps.analysis.moments import group_moments
from sweeps.analysis.scaled import Scaled, rounded
from sweeps.analysis.unit import UnitScores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.analysis.array import Booleans, Floats, Integers
    from sweeps.analysis.scores import Scores
    from sweeps.analysis.variance.components import Components

CONFIGURATION = "configuration"


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A figure of each configuration, such as its mean score.

    Attributes:
        figure: What the forests are fitted to, shape `(n_configs,)`; NaN leaves one out.
        weight: Weight of each figure, such as the number of seeds behind it.
        judge: What the forests are judged by: a figure that nobody looked at when deciding how
            many seeds to run; NaN for a configuration that was not drawn from the space.
        n_judged: Number of seeds behind `judge`.
        within: Variance of one run by its seed, as each configuration says; 0 where none does.
        between: Variance of configurations without the seeds' part; NaN where one seed each
            leaves that open.
        sources: Variance of one run by each source of randomness; none where that is open.
        errors: Standard error of each source's variance, as far as `within` does not tell it:
            what a source does to all configurations alike rests on its few levels.
        noise: Variance of `judge` by the seeds of single configurations.
        noise_error: Standard error of that noise, where it is not the same seeds that tell it.
        ceiling: Share of the variance of `judge` that is due to the configurations; NaN if open.
        density: Weight of each configuration among those that judge, where regimes hold more or
            fewer of them than their masses say; mean 1.
        is_even: Whether the configurations that judge were drawn evenly from each regime.
        open_reason: Why the seeds' part is open, where it is not for having one seed each.
    """

    figure: Floats
    weight: Floats
    judge: Floats
    n_judged: Floats
    within: Floats
    between: float
    sources: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, float] = field(default_factory=dict)
    noise: float = 0.0
    noise_error: float = 0.0
    ceiling: float = math.nan
    density: Floats = field(default_factory=lambda: np.ones(0))
    is_even: bool = True
    open_reason: str = ""

    def __post_init__(self) -> None:
        if not self.density.size:
            object.__setattr__(self, "density", np.ones(len(self.figure)))

    @classmethod
    def of(cls, scores: Scores, components: Components) -> Self:
        """Take the mean score of each configuration, over seeds that all of them were to run on.

        Args:
            scores: Finite scores; groups are configurations.
            components: Split of the variance of the same scores.
        """
        moments = group_moments(scores.score, scores.groups, scores.n_groups)
        n, mean = moments.n, moments.mean
        within = np.where(n > 1, np.nan_to_num(moments.sd) ** 2 * (n - 1) / np.maximum(n, 1), 0.0)
        between, sources = sources_of(components)
        if not sources:
            return cls(mean, n, mean, n, np.zeros(len(n)), math.nan)
        return cls(
            mean,
            n,
            mean,
            n,
            within,
            between,
            sources,
            errors_of(components),
            noise_of(components, n),
            ceiling=components.reliability.value,
        )

    @property
    def n_configs(self) -> int:
        """How many configurations there are."""
        return len(self.figure)

    @property
    def is_split(self) -> bool:
        """Whether the seeds' part is known."""
        return not math.isnan(self.between)

    @property
    def is_judging(self) -> Booleans:
        """Which configurations the forests are judged by."""
        return np.isfinite(self.judge) & np.isfinite(self.figure)

    @property
    def noise_of_one(self) -> float:
        """Variance of one run by its seed, apart from what the seed does to all alike."""
        return self.noise / float((1 / self.n_judged[self.is_judging]).mean())

    def taken(self, rows: Integers) -> Response:
        """Give the same for some configurations, in that order."""
        names = ("figure", "weight", "judge", "n_judged", "within", "density")
        return replace(self, **{name: getattr(self, name)[rows] for name in names})

    def on_unit_scale(self) -> tuple[Response, int]:
        """Give the same with figures from 0 to 1, and the power of two that they were divided by.

        Figures are rounded to 36 bits, so that what a shift of all scores rounds off cannot turn
        a tie between two splits of a tree.
        """
        unit = UnitScores.of(self.figure)
        spread = Scaled.of(unit.values)
        exponent = unit.exponent + spread.exponent
        judge = np.ldexp(np.ldexp(self.judge, -unit.exponent) - unit.offset, -spread.exponent)

        def squared(variance: Floats | float) -> Floats:
            return np.asarray(np.ldexp(variance, -2 * exponent))

        scaled = replace(
            self,
            figure=rounded(spread.values),
            judge=rounded(judge),
            within=squared(self.within),
            between=float(squared(self.between)),
            sources={name: float(squared(variance)) for name, variance in self.sources.items()},
            noise=float(squared(self.noise)),
            noise_error=float(squared(self.noise_error)),
            errors={name: float(np.ldexp(e, -2 * exponent)) for name, e in self.errors.items()},
        )
        return scaled, exponent


def sources_of(components: Components) -> tuple[float, dict[str, float]]:
    """Give the variance of the configurations, and that of each source of randomness.

    What a source does to all configurations and what it does to single ones is added up.

    Returns:
        NaN and no sources where a component is unknown.
    """
    between, sources = math.nan, dict[str, float]()
    for component in components.components:
        if component.source == CONFIGURATION:
            between = component.variance
            continue
        name = component.source.removeprefix(f"{CONFIGURATION}:")
        sources[name] = sources.get(name, 0.0) + component.variance
    if not all(map(math.isfinite, (between, *sources.values()))):
        return math.nan, {}
    return between, sources


def errors_of(components: Components, *, of_configurations: bool = False) -> dict[str, float]:
    """Give the standard error of what each source does to all configurations alike.

    A variance estimated on few levels is a multiple of a chi-square: to first order its relative
    error is the root of 2 over the degrees of freedom.

    Args:
        components: The split of the variance.
        of_configurations: Whether to count what a source does to single configurations too.
    """
    squares: dict[str, float] = {}
    for component in components.components:
        name = component.source.removeprefix(f"{CONFIGURATION}:")
        is_alike = name == component.source
        if name == CONFIGURATION or not (is_alike or of_configurations):
            continue
        square = 2 / max(component.df, 1) * max(component.variance, 0.0) ** 2
        squares[name] = squares.get(name, 0.0) + square
    return {name: math.sqrt(square) for name, square in squares.items()}


def noise_of(components: Components, n: Floats) -> float:
    """Give the mean variance that seeds leave in a configuration's mean, and in no other's.

    Args:
        components: The split of the variance.
        n: Number of seeds of each configuration; 0 where it has none.
    """
    return components.components[-1].variance * float((1 / n[n > 0]).mean())
