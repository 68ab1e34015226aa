"""Made-up objectives whose shares follow from a formula.

A configuration is drawn from its space; a run's score is the configuration's mean plus normal
noise. Shares are worked out by hand and stand beside each case.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Config = Mapping[str, Any]

UNIT: dict[str, object] = {"float": [0.0, 1.0]}
ROOT_12 = math.sqrt(12)


@dataclass(frozen=True, eq=False)
class Simulated:
    """An objective with known shares.

    Attributes:
        name: Its name.
        space: Where configurations are drawn from.
        mean: Expected score of a configuration.
        truth: Shares of Var E[y | x], by hyperparameter and by pairs `a:b` that matter.
        variance: Var E[y | x].
        noise: Variance of a run around its configuration's mean, averaged over the space.
        sd: Standard deviation of a run of a configuration; None where it is the same for all.
    """

    name: str
    space: Space
    mean: Callable[[Config], float]
    truth: Mapping[str, float]
    variance: float
    noise: float = 0.0
    sd: Callable[[Config], float] | None = None

    @property
    def names(self) -> list[str]:
        """Names of the hyperparameters."""
        return list(self.space.names)

    @property
    def per_run(self) -> float:
        """Var E[y | x] over the variance of one run: turns an index into a share."""
        return self.variance / (self.variance + self.noise)

    def draw(self, rng: np.random.Generator, n_configs: int, n_seeds: int | None) -> pd.DataFrame:
        """Draw configurations from the space and simulate their runs.

        Args:
            rng: Where both come from.
            n_configs: How many configurations; where one comes twice it is left out.
            n_seeds: How many seeds each; None for five.

        Returns:
            A row a run: the hyperparameters, `seed` and `score`.
        """
        master_seed, n_each = int(rng.integers(2**31)), n_seeds or 5
        drawn = {}
        for k in range(n_configs):
            config = self.space.propose(master_seed, k)
            drawn[tuple(config.items())] = config
        configs = list(drawn.values())
        mean = np.array([self.mean(config) for config in configs])
        sd = np.full(len(configs), math.sqrt(self.noise))
        if self.sd is not None:
            sd = np.array([self.sd(config) for config in configs])
        score = mean[:, None] + sd[:, None] * rng.normal(size=(len(configs), n_each))
        rows = np.repeat(np.arange(len(configs)), n_each)
        columns = {
            name: pd.Series([config.get(name) for config in configs]).iloc[rows].array
            for name in self.names
        }
        seed = np.tile(np.arange(n_each), len(configs))
        return pd.DataFrame({**columns, "seed": seed, "score": score.ravel()})


def _even(u: float) -> float:
    """Give an effect of mean 0 and variance 1 of a position that is drawn evenly."""
    return ROOT_12 * (u - 0.5)


def _table(values: Mapping[Any, float], masses: Mapping[Any, float]) -> dict[Any, float]:
    """Shift and scale the effects of values to mean 0 and variance 1."""
    whole = sum(masses.values())
    mean = sum(masses[key] * value for key, value in values.items()) / whole
    variance = sum(masses[key] * (value - mean) ** 2 for key, value in values.items()) / whole
    return {key: (value - mean) / math.sqrt(variance) for key, value in values.items()}


def _of_exponent(value: float) -> float:
    """Give the even effect of a value between 1e-5 and 1 on a log scale."""
    return _even(1 + math.log10(value) / 5)


THIRDS = _table({1: 1.0, 2: 2.0, 3: 3.0}, dict.fromkeys((1, 2, 3), 1.0))
LOGS = _table(
    {n: math.log(n) for n in range(1, 17)},
    {n: math.log((n + 0.5) / (n - 0.5)) for n in range(1, 17)},
)
"""Effects of an integer on a log scale: each has the share that its rounding catches."""
LETTERS = _table(dict(zip("abcdef", (3, -1, 4, 1, -5, 2), strict=True)), dict.fromkeys("abcdef", 1))
SIZES = _table({16: 0.0, 64: 1.0, 128: 4.0, 1024: 5.0}, dict.fromkeys((16, 64, 128, 1024), 1.0))

LOG: dict[str, object] = {"float": [1e-5, 1.0], "log": True}
CHOICE: dict[str, object] = {"choice": list("abcdef")}
SCALES: dict[str, tuple[dict[str, object], Callable[[Any], float]]] = {
    "float": (UNIT, _even),
    "log float": (LOG, _of_exponent),
    "integer of 3": ({"int": [1, 3]}, THIRDS.__getitem__),
    "log integer": ({"int": [1, 16], "log": True}, LOGS.__getitem__),
    "choice of 6": (CHOICE, LETTERS.__getitem__),
    "ordinal of 4": ({"ordinal": [16, 64, 128, 1024]}, SIZES.__getitem__),
}


def halves(first: str, second: str) -> Simulated:
    """Give two hyperparameters with half of the variance each, on two of `SCALES`."""
    (entry_a, effect_a), (entry_b, effect_b) = SCALES[first], SCALES[second]
    return Simulated(
        f"{first}, {second}",
        Space.from_mapping({"a": entry_a, "b": entry_b}),
        lambda config: effect_a(config["a"]) + effect_b(config["b"]),
        {"a": 0.5, "b": 0.5},
        2.0,
    )


HALVES = (
    halves("float", "log float"),
    halves("log float", "log float"),
    halves("float", "integer of 3"),
    halves("float", "log integer"),
    halves("float", "choice of 6"),
    halves("float", "ordinal of 4"),
    halves("log float", "choice of 6"),
    halves("log float", "integer of 3"),
    halves("log integer", "choice of 6"),
)


def linear(*slopes: float) -> Simulated:
    """Give a sum of slopes times floats: shares are squared slopes over their sum."""
    squares = sum(slope**2 for slope in slopes)
    names = [f"x{i}" for i in range(1, len(slopes) + 1)]
    return Simulated(
        f"linear, slopes {', '.join(f'{slope:g}' for slope in slopes)}",
        Space.from_mapping(dict.fromkeys(names, UNIT)),
        lambda config: sum(
            slope * float(config[name]) for slope, name in zip(slopes, names, strict=True)
        ),
        {name: slope**2 / squares for slope, name in zip(slopes, names, strict=True)},
        squares / 12,
    )


def _ishigami(config: Config) -> float:
    x1, x2, x3 = (math.pi * (2 * float(config[name]) - 1) for name in ("x1", "x2", "x3"))
    return math.sin(x1) + 7 * math.sin(x2) ** 2 + 0.1 * x3**4 * math.sin(x1)


ISHIGAMI = Simulated(
    "Ishigami (7, 0.1) and as much noise",
    Space.from_mapping(dict.fromkeys(("x1", "x2", "x3"), UNIT)),
    _ishigami,
    {"x1": 0.313905, "x2": 0.442411, "x3": 0.0, "x1:x3": 0.243684},
    13.844588,
    noise=13.844588,
)
"""Ishigami, Homma, "An importance quantification technique in uncertainty analysis", ISUMA 1990."""

MULTIPLIED_NOISE = Simulated(
    "x1 + x2 z, z normal noise",
    Space.from_mapping({"x1": UNIT, "x2": UNIT}),
    lambda config: config["x1"],
    {"x1": 1.0, "x2": 0.0},
    1 / 12,
    noise=1 / 3,
    sd=lambda config: config["x2"],
)
"""x2 moves nothing but the noise."""


def noise(name: str, space: Mapping[str, object]) -> Simulated:
    """Give scores that no hyperparameter has to do with."""
    names = Space.from_mapping(space)
    return Simulated(
        name, names, lambda _: 0.0, dict.fromkeys(names.names, 0.0), variance=0.0, noise=1.0
    )


NOISE = (
    noise("five floats", dict.fromkeys("abcde", UNIT)),
    noise("mixed", {"a": UNIT, "b": LOG, "c": {"int": [1, 3]}, "d": CHOICE}),
    noise(
        "conditional",
        {
            "a": UNIT,
            "c": {"choice": ["p", "q"]},
            "d": {"int": [1, 9], "when": {"c": "p"}},
            "e": {"float": [1e-5, 1.0], "log": True, "when": {"c": "q"}},
        },
    ),
)
