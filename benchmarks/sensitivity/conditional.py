"""Objectives on spaces with conditions, their shares worked out by hand.

Each combination of what parents switch on and off is a regime. The variance between the means of
regimes is the parents'; the variance within a regime, weighted by its probability, is that of the
hyperparameters that are active there. A float between 0 and 1 has the variance 1 / 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.sensitivity.simulated import UNIT, Simulated
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

AB = {"choice": ["a", "b"]}
IF_A = {**UNIT, "when": {"c": "a"}}
IF_B = {**UNIT, "when": {"c": "b"}}


def _case(
    name: str,
    space: Mapping[str, object],
    mean: Callable[[Any], float],
    variances: Mapping[str, float],
) -> Simulated:
    """Give a case from the variance that each hyperparameter explains."""
    whole = sum(variances.values())
    truth = {each: variance / whole for each, variance in variances.items()}
    return Simulated(name, Space.from_mapping(space), mean, truth, whole)


def _nested(config: Mapping[str, Any]) -> float:
    if config["c"] == "b":
        return 0.0
    return 1.0 + (2 * config["z"] if config["d"] == "p" else 0.0)


CHILD = _case(
    "a child: z if c is a",
    {"c": AB, "z": IF_A},
    lambda config: config.get("z", 0.0),
    # Means 1/2 and 0; z is there half of the time.
    {"c": 1 / 16, "z": 1 / 24},
)
IDLE = _case(
    "the same beside x, which does nothing",
    {"c": AB, "z": IF_A, "x": UNIT},
    lambda config: config.get("z", 0.0),
    {"c": 1 / 16, "z": 1 / 24, "x": 0.0},
)
TWO_CHILDREN = _case(
    "two children: z if c is a, else 3 w",
    {"c": AB, "z": IF_A, "w": IF_B},
    lambda config: config["z"] if config["c"] == "a" else 3 * config["w"],
    # Means 1/2 and 3/2.
    {"c": 1 / 4, "z": 1 / 24, "w": 9 / 24},
)
NESTED = _case(
    "a child's child: 1 + 2 z if c is a and d is p, 1 if only c is a",
    {
        "c": AB,
        "d": {"choice": ["p", "q"], "when": {"c": "a"}},
        "z": {**UNIT, "when": {"d": "p"}},
    },
    _nested,
    # Means 2, 1 and 0 with 1/4, 1/4 and 1/2: those of c are 3/2 and 0, d moves 2 and 1 half of
    # the time, z is there a quarter of it.
    {"c": 9 / 16, "d": 1 / 8, "z": 1 / 12},
)
ONE_REGIME = _case(
    "x matters only beside the child: z if c is a, else x",
    {"c": AB, "z": IF_A, "x": UNIT},
    lambda config: config["z"] if config["c"] == "a" else config["x"],
    # Both regimes have the mean 1/2.
    {"c": 0.0, "z": 1 / 24, "x": 1 / 24},
)
ABOVE = _case(
    "a float as parent: t, and z more if t is above a half",
    {"t": UNIT, "z": {**UNIT, "when": {"t": {"above": 0.5}}}},
    lambda config: config["t"] + config.get("z", 0.0),
    # Means 1/4 and 5/4; t moves by half of its range in either regime.
    {"t": 1 / 4 + 1 / 48, "z": 1 / 24},
)
RARE = _case(
    "a rare child: 4 z if k is the last of 5, and x everywhere",
    {"k": {"int": [1, 5]}, "z": {**UNIT, "when": {"k": {"above": 4}}}, "x": UNIT},
    lambda config: 4 * config.get("z", 0.0) + config["x"],
    # Means 2 and 0 with 1/5 and 4/5; z moves by 4 in a fifth of the space.
    {"k": 4 * 4 / 25, "z": 16 / 60, "x": 1 / 12},
)

CONDITIONAL = (CHILD, IDLE, TWO_CHILDREN, NESTED, ONE_REGIME, ABOVE, RARE)
