"""Cases from `objectives.synthetic`: known optimum, any amount of noise, and learning curves.

The standard deviation between configurations is 0.1. Seed noise of `noise` times that is half
luck, shared by all configurations under one seed, and half (of the variance) anew for every run.
Curves rise as those of `train_steps` do; on top comes noise from step to step that dies out, so
that the last step gives the run's score exactly. `objectives.synthetic` itself is not asked for
scores, since its noise depends on the sweep's seeds; its expected scores are used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.search.draw import normal
from objectives.synthetic import SPACE, VARIANCES, expected_score, optimum
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

NOISES = (0.0, 0.1, 0.5, 1.0, 2.0)
SPREAD = math.sqrt(math.fsum(VARIANCES.values()))
N_STEPS = 27
STEP_NOISE = 0.2
"""Standard deviation of the noise at the start of a curve, in spreads; it falls linearly to 0."""

CURVE_RATE = 4.0
N_RANDOM = 4001
LOG10_LR = (-4.0, 0.0)


@dataclass(frozen=True, eq=False)
class SyntheticCase:
    """The made-up objective with some noise.

    Attributes:
        noise: Standard deviation of the noise, in standard deviations between configurations.
        failing_above: Position of `lr` on its log scale, 0 to 1, above which each run fails.
    """

    noise: float
    failing_above: float | None = None
    listed: None = None

    @property
    def name(self) -> str:
        """Give its name."""
        return f"synthetic-{self.noise:g}" if self.failing_above is None else "failing"

    @cached_property
    def space(self) -> Space:
        """Give the objective's space without the constants."""
        return Space.from_mapping({k: v for k, v in SPACE.items() if isinstance(v, dict)})

    @property
    def n_steps(self) -> int:
        """Give the steps of a curve."""
        return N_STEPS

    @cached_property
    def best(self) -> float:
        """Give the optimum, which lies outside the region that fails."""
        return optimum().score

    @cached_property
    def median_random(self) -> float:
        """Give the median of many random configurations that do not fail."""
        drawn = (self.space.propose(0, k) for k in range(N_RANDOM))
        return float(np.median([expected_score(one) for one in drawn if not self.fails(one)]))

    def fails(self, config: Mapping[str, Any]) -> bool:
        """Tell whether it lies in the region that fails."""
        if self.failing_above is None:
            return False
        low, high = LOG10_LR
        return bool((math.log10(config["lr"]) - low) / (high - low) > self.failing_above)

    def truth(self, config: Mapping[str, object]) -> float:
        """Give the expected score."""
        return expected_score(config)

    def score(self, config: Mapping[str, object], seed: int, rep: int) -> float:
        """Give the expected score plus luck plus noise; NaN where the run fails."""
        if self.fails(config):
            return math.nan
        sd = self.noise * SPREAD / math.sqrt(2)
        luck = normal("luck", seed, rep) if sd else 0.0
        noise = normal("noise", seed, rep, *config.values()) if sd else 0.0
        return expected_score(config) + sd * (luck + noise)

    def curve(self, config: Mapping[str, object], seed: int, rep: int) -> list[float]:
        """Give the rising curve with noise from step to step."""
        final = self.score(config, seed, rep)
        shares = [step / N_STEPS for step in range(1, N_STEPS + 1)]
        return [
            final * (1 - math.exp(-CURVE_RATE * share)) / (1 - math.exp(-CURVE_RATE))
            + STEP_NOISE * SPREAD * (1 - share) * normal("step", share, seed, rep, *config.values())
            for share in shares
        ]
