"""A table to show to a sampler: what a contract of samplers is played with."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.planner.event import Config
from sweeps.planner.samplers import NoProposal
from sweeps.space import Space, config_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sweeps.planner.samplers import Sampler

NAN, INF = math.nan, math.inf

PLAIN = Space.from_mapping({"x": {"float": [0, 1]}, "y": {"float": [0, 1]}})
MIXED = Space.from_mapping(
    {
        "C": {"float": [1e-3, 1e3], "log": True},
        "kernel": {"choice": ["rbf", "poly", None]},
        "gamma": {"float": [1e-12, 10], "log": True, "when": {"kernel": ["rbf", "poly"]}},
        "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
        "batch": {"int": [1, 300], "log": True},
        "size": {"ordinal": ["small", "medium", "large"]},
        "layers": {"choice": [[64], [64, 32], True, 1]},
        "tol": 1e-3,
    },
    [{"kernel": "poly", "degree": 5}, {"kernel": "rbf", "C": {"below": 0.01}}],
)
LEVELS = Space.from_mapping(
    {name: {"ordinal": [1, 2, 4, 8]} for name in ("a", "b")} | {"c": {"int": [1, 3]}}
)


@dataclass
class Known:
    """A table that a test fills by hand.

    Attributes:
        origin: Who is said to have proposed the configurations.
    """

    origin: str = "random"
    is_maximised: bool = True
    configs: list[Config] = field(default_factory=list)
    rows: list[tuple[float, int, int, int, int, float]] = field(default_factory=list)

    def add(
        self, values: Mapping[str, object], mean=NAN, finished=0, failed=0, pending=0, stopped=0
    ):
        """Add a configuration; `mean` is the score at the stop where it was stopped."""
        index = len(self.configs)
        self.configs.append(Config(config_id(values), values, index, self.origin))
        scores = (NAN, mean) if stopped else (mean, NAN)
        self.rows.append((scores[0], finished, failed, pending, stopped, scores[1]))

    def finish(self, values: Mapping[str, object], score: float):
        """Add a configuration whose one seed finished."""
        self.add(values, score, finished=1)

    def means(self):
        return self._column(0).astype(float)

    def n_finished(self):
        return self._column(1).astype(np.int64)

    def n_failed(self):
        return self._column(2).astype(np.int64)

    def n_pending(self):
        return self._column(3).astype(np.int64)

    def stopped_at(self):
        return self._column(4).astype(np.int64)

    def stopped_scores(self):
        return self._column(5).astype(float)

    def _column(self, i: int):
        return np.array([row[i] for row in self.rows], dtype=float)


def proposal(sampler: Sampler, k: int, known: Known) -> dict[str, Any]:
    """Give the proposal at a position that has one."""
    found = sampler.propose(k, known)
    assert not isinstance(found, NoProposal), found
    return dict(found)


def random_table(space: Space, n: int, origin: str, score: Callable[[int], float]) -> Known:
    """Give a table of random configurations, scored by their position."""
    known = Known(origin)
    for k in range(n):
        known.finish(space.propose(123, k), score(k))
    return known


def play(sampler: Sampler, n: int, score: Callable[[Mapping[str, object]], float]) -> Known:
    """Let a sampler propose one after the other, and evaluate at once."""
    known = Known(sampler.name)
    k = 0
    while len(known.configs) < n:
        values = sampler.propose(k, known)
        k += 1
        if not isinstance(values, NoProposal):
            known.finish(values, score(values))
    return known
