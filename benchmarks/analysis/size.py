"""How long each question takes at ten thousand configurations under a hundred seeds."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.choosing.stability import stability
from sweeps.analysis.comparing.multiple import best_set
from sweeps.analysis.describing.statistic import group_statistics
from sweeps.analysis.scores import Scores
from sweeps.analysis.table import Table
from sweeps.analysis.variance.crossed import crossed
from sweeps.analysis.variance.one_way import one_way

if TYPE_CHECKING:
    from collections.abc import Callable


def questions(n_configs: int, n_seeds: int, repeats: int) -> dict[str, list[float]]:
    """Time the answers, seconds by name."""
    rng = np.random.default_rng(0)
    score = rng.normal(size=(n_configs, 1)) + rng.normal(size=(n_configs, n_seeds))
    groups, seeds = np.indices(score.shape)
    scores = Scores(score.ravel(), groups.ravel(), seeds.ravel(), n_configs)
    table = Table.of(scores)
    leader = int(score.mean(axis=1).argmax())
    answers: dict[str, Callable[[], object]] = {
        "table of configurations and seeds": lambda: Table.of(scores),
        "compare everybody with the best": lambda: best_set(
            leader, scores, paired=True, mode="max"
        ),
        "variance components, crossed": lambda: crossed(table, rng=np.random.default_rng(0)),
        "variance components, one-way": lambda: one_way(scores, rng=np.random.default_rng(0)),
        "interquartile means with intervals": lambda: group_statistics(scores, "iqm", mode="max"),
        "would fewer seeds have fooled us": lambda: stability(
            table, mode="max", rng=np.random.default_rng(0)
        ),
    }
    found: dict[str, list[float]] = {}
    for name, answer in answers.items():
        found[name] = []
        for _ in range(repeats):
            start_s = time.perf_counter()
            answer()
            found[name].append(time.perf_counter() - start_s)
    return found
