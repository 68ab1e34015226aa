"""The problems of the search benchmark: simulators with one face, whose true answers are known.

Every score is better when higher. A run's score is a pure function of configuration, seed and
repetition, so that all methods play the same game. Seeds are indices: races use 0, 1, 2 …, fresh
ones for validation start at `FRESH`.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING, Protocol

from benchmarks.search import live, synthetic, table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sweeps.space import Space

FRESH = 1_000_000
"""Index of the first seed for validation."""


class Case(Protocol):
    """One problem."""

    @property
    def name(self) -> str:
        """Give its name in tables."""

    @property
    def space(self) -> Space:
        """Give the search space."""

    @property
    def listed(self) -> tuple[Mapping[str, object], ...] | None:
        """Give all configurations there are where they are listed, else None."""

    @property
    def best(self) -> float:
        """Give the highest expected score."""

    @property
    def median_random(self) -> float:
        """Give the median expected score of a random configuration that does not fail."""

    @property
    def n_steps(self) -> int:
        """Give the steps of a curve, 1 where there are no curves."""

    def fails(self, config: Mapping[str, object]) -> bool:
        """Tell whether each run of a configuration fails."""

    def truth(self, config: Mapping[str, object]) -> float:
        """Give the expected score."""

    def score(self, config: Mapping[str, object], seed: int, rep: int) -> float:
        """Give one run's score."""

    def curve(self, config: Mapping[str, object], seed: int, rep: int) -> list[float]:
        """Give one run's score after each step, the last one equal to `score`."""


def regret(case: Case, config: Mapping[str, object] | None) -> float:
    """Give the scaled regret: 0 for the best configuration, 1 for the median random one.

    A configuration that fails, and None, count as a random one.
    """
    if config is None or case.fails(config):
        return 1.0
    return (case.best - case.truth(config)) / (case.best - case.median_random)


@cache
def make_case(name: str) -> Case:
    """Make a case of `NAMES`; it is kept, since tables take half a second to load."""
    return _MAKERS[name]()


_MAKERS: dict[str, Callable[[], Case]] = {
    **{
        f"hpobench-{dataset}": (lambda dataset=dataset: table.load_hpobench(dataset))  # type: ignore[misc]
        for dataset in table.DATASETS
    },
    **{
        f"synthetic-{noise:g}": (lambda noise=noise: synthetic.SyntheticCase(noise))  # type: ignore[misc]
        for noise in synthetic.NOISES
    },
    "failing": lambda: synthetic.SyntheticCase(1.0, failing_above=0.75),
    **{
        f"live-{learner}": (lambda learner=learner: live.load_live(learner))  # type: ignore[misc]
        for learner in live.LEARNERS
    },
}
NAMES = tuple(_MAKERS)
HPOBENCH = tuple(name for name in NAMES if name.startswith("hpobench-"))
SYNTHETIC = tuple(name for name in NAMES if name.startswith("synthetic-"))
LIVE = tuple(name for name in NAMES if name.startswith("live-"))


def worse(score: float) -> float:
    """Give a score to sort by: NaN is the worst."""
    return score if math.isfinite(score) else -math.inf
