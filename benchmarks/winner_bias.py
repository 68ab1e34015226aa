"""How far the leader's value lies from the truth: `python -m benchmarks.winner_bias`.

Prints Markdown tables. Many sweeps are simulated, each with a leader chosen by its mean over seeds
that all configurations share. A seed shifts all of them by half the noise of one run. Seeds of the
simulation are fixed, so the tables come out the same each time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.shrinkage import shrunken
from sweeps.analysis.choosing.winner import leave_one_seed_out, naive
from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sweeps.analysis.array import Floats
    from sweeps.analysis.estimate import Estimate

    Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]

LEVEL = 0.95
N_SWEEPS = 2_000
SHIFT = 0.5
"""Standard deviation of what a seed does to all configurations; that of the noise is 1."""

ESTIMATES = ("naive", "shrunken", "leave_one_seed_out", "validated")

SKILLS: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "long tail of bad ones": lambda rng, shape: -rng.exponential(size=shape),
}
NOISES: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "t, 3 degrees of freedom": lambda rng, shape: rng.standard_t(3, shape) / math.sqrt(3),
    "skewed to the bad": lambda rng, shape: (
        (math.exp(0.125) - rng.lognormal(0.0, 0.5, shape))
        / math.sqrt(math.exp(0.5) - math.exp(0.25))
    ),
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A kind of sweep.

    Attributes:
        n_configs: Number of configurations.
        n_seeds: Number of seeds, shared; as many are kept for validation.
        sd: Standard deviation of the configurations' true means.
        skills: One of `SKILLS`.
        noise: One of `NOISES`.
    """

    n_configs: int
    n_seeds: int
    sd: float
    skills: str = "normal"
    noise: str = "normal"


def errors_of(setting: Setting, *, n_sweeps: int = N_SWEEPS) -> tuple[Floats, Floats]:
    """Simulate sweeps and compare what is said of the leader with its true mean.

    Args:
        setting: The kind of sweep.
        n_sweeps: How many to simulate.

    Returns:
        Mean errors of `ESTIMATES`, in standard deviations of the noise, and the shares of intervals
        that hold the truth.
    """
    rng = np.random.default_rng([setting.n_configs, setting.n_seeds, int(10 * setting.sd)])
    found = np.array([_one(setting, rng) for _ in range(n_sweeps)])
    errors, covers = found.mean(axis=0).T
    return errors, covers


def _one(setting: Setting, rng: np.random.Generator) -> list[tuple[float, bool]]:
    """Simulate one sweep; higher is better."""
    noise, shape = NOISES[setting.noise], (setting.n_configs, setting.n_seeds)
    skill = setting.sd * SKILLS[setting.skills](rng, shape[:1])
    runs = skill[:, None] + SHIFT * rng.normal(size=shape[1]) + noise(rng, shape)
    leader = int(runs.mean(axis=1).argmax())
    true = float(skill[leader])
    fresh = true + SHIFT * rng.normal(size=shape[1]) + noise(rng, shape[1:])
    scores = _scores(runs)
    return [
        _against(true, naive(leader, scores, level=LEVEL)),
        _against(true, shrunken(leader, scores, paired=True, level=LEVEL)),
        _against(true, leave_one_seed_out(Table(runs), mode="max", level=LEVEL)),
        _against(true, naive(0, _scores(fresh[None]), level=LEVEL)),
    ]


def _against(true: float, estimate: Estimate) -> tuple[float, bool]:
    return estimate.value - true, estimate.low <= true <= estimate.high


def _scores(runs: Floats) -> Scores:
    groups, seeds = np.divmod(np.arange(runs.size), runs.shape[1])
    return Scores(runs.ravel(), groups, seeds, len(runs))


def _table(title: str, rows: Iterable[tuple[str, Setting]]) -> str:
    heads = ["", "`naive` is off by", *(f"`{name}`, % of that" for name in ESTIMATES[1:])]
    heads += [f"`{name}` covers, %" for name in ESTIMATES]
    lines = [f"**{title}**", "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for label, setting in rows:
        errors, covers = errors_of(setting)
        cells = [label, f"{errors[0]:.2f}"]
        cells += [f"{round(100 * error / errors[0])}" for error in errors[1:]]
        cells += [f"{100 * share:.1f}" for share in covers]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print all tables."""
    for sd in (0.0, 0.5, 1.0, 2.0):
        seeds = ((f"{n} seeds", Setting(64, n, sd)) for n in (2, 3, 4, 5, 10, 30))
        print(_table(f"64 normal configurations, spread {sd:g}, normal noise", seeds))
    for skills in SKILLS:
        for noise in NOISES:
            rows = ((f"{n} seeds", Setting(64, n, 1.0, skills, noise)) for n in (4, 10))
            print(_table(f"64 configurations, {skills}, spread 1; noise: {noise}", rows))


if __name__ == "__main__":
    main()
