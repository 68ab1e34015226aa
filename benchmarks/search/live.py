"""Cases from real learners, trained here: 400 random configurations under 64 seeds each.

Evaluating them once, before the races, makes many repetitions affordable; the scores are kept in
`build/`, and a run that was interrupted goes on. Races replay seeds 0 to 31. The truth of a
configuration is its mean over the other 32, so choosing on the first half earns nothing there.
"""

from __future__ import annotations

import multiprocessing
import warnings
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.space import Space, config_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

N_CONFIGS = 400
N_SEEDS = 64
N_RACE = 32
FOLDER = Path(__file__).resolve().parents[2] / "build" / "search-quality"
CHUNK = 20

SVC_SPACE = {
    "C": {"float": [1e-1, 1e3], "log": True},
    "gamma": {"float": [1e-3, 1e0], "log": True},
    "kernel": {"choice": ["rbf", "poly"]},
    "tol": {"float": [1e-4, 1e-1], "log": True},
}
MLP_SPACE = {
    "learning_rate_init": {"float": [1e-4, 1e-1], "log": True},
    "width": {"int": [4, 64], "log": True},
    "activation": {"choice": ["relu", "tanh"]},
    "alpha": {"float": [1e-6, 1e0], "log": True},
    "batch_size": {"ordinal": [16, 32, 64]},
}


def _svc(config: Mapping[str, Any], seed: int) -> float:
    """Accuracy of a support vector machine: 300 digits to train on, 150 to test, by the seed."""
    from sklearn.svm import SVC  # noqa: PLC0415 - slow to import

    x_train, x_test, y_train, y_test = _split("digits", seed, 300, 150)
    return float(SVC(**config).fit(x_train, y_train).score(x_test, y_test))


def _mlp(config: Mapping[str, Any], seed: int) -> float:
    """Accuracy of a network after 10 epochs on the tumours: 200 to train on, 150 to test."""
    from sklearn.neural_network import MLPClassifier  # noqa: PLC0415 - slow to import

    x_train, x_test, y_train, y_test = _split("tumours", seed, 200, 150)
    others = {name: value for name, value in config.items() if name != "width"}
    model = MLPClassifier((config["width"],), max_iter=10, random_state=seed, **others)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not converged: that is what ten epochs are
        return float(model.fit(x_train, y_train).score(x_test, y_test))


LEARNERS: dict[str, tuple[Mapping[str, object], Callable[[Mapping[str, Any], int], float]]] = {
    "svc": (SVC_SPACE, _svc),
    "mlp": (MLP_SPACE, _mlp),
}


@dataclass(frozen=True, eq=False)
class LiveCase:
    """Scores of one learner, replayed.

    Attributes:
        name: Its name.
        space: Where its configurations were drawn from.
        listed: The configurations.
        scores: Shape (configurations, seeds).
    """

    name: str
    space: Space
    listed: tuple[Mapping[str, object], ...]
    scores: NDArray[np.float64]
    n_steps: int = 1

    @cached_property
    def best(self) -> float:
        """Give the highest truth."""
        return float(self._truths.max())

    @cached_property
    def median_random(self) -> float:
        """Give the median of the truths."""
        return float(np.median(self._truths))

    def fails(self, config: Mapping[str, object]) -> bool:  # noqa: ARG002 - none does
        """Give False."""
        return False

    def truth(self, config: Mapping[str, object]) -> float:
        """Give the mean over the seeds that no race sees."""
        return float(self._truths[self._row(config)])

    def score(self, config: Mapping[str, object], seed: int, rep: int) -> float:
        """Replay a run; each repetition has the seeds in another order.

        There are no fresh seeds for validation: beyond the 32 of a race they repeat.
        """
        order = _order(rep)
        return float(self.scores[self._row(config), order[seed % N_RACE]])

    def curve(self, config: Mapping[str, object], seed: int, rep: int) -> list[float]:
        """Give the score alone."""
        return [self.score(config, seed, rep)]

    @cached_property
    def _truths(self) -> NDArray[np.float64]:
        return np.asarray(self.scores[:, N_RACE:].mean(axis=1))

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {config_id(config): row for row, config in enumerate(self.listed)}

    def _row(self, config: Mapping[str, object]) -> int:
        return self._rows[config_id(config)]


def load_live(learner: str, n_processes: int = 1) -> LiveCase:
    """Give the case of one of `LEARNERS`, training what has not been trained yet.

    Args:
        learner: Its name.
        n_processes: How many train at the same time.
    """
    space = Space.from_mapping(LEARNERS[learner][0])
    listed = tuple(space.propose(0, k) for k in range(N_CONFIGS))
    starts = range(0, N_CONFIGS, CHUNK)
    todo = [(learner, start) for start in starts if not _path(learner, start).exists()]
    if todo and n_processes > 1:
        with multiprocessing.get_context("spawn").Pool(n_processes) as pool:
            pool.starmap(_train_chunk, todo, chunksize=1)
    else:
        for each in todo:
            _train_chunk(*each)
    scores = np.concatenate([np.load(_path(learner, start)) for start in starts])
    return LiveCase(f"live-{learner}", space, listed, scores)


def _train_chunk(learner: str, start: int) -> None:
    definition, train = LEARNERS[learner]
    space = Space.from_mapping(definition)
    configs = [space.propose(0, k) for k in range(start, start + CHUNK)]
    scores = np.array([[train(config, seed) for seed in range(N_SEEDS)] for config in configs])
    path = _path(learner, start)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npy")
    np.save(part, scores)
    part.replace(path)


def _path(learner: str, start: int) -> Path:
    return FOLDER / f"{learner}-{start:03d}.npy"


@lru_cache(maxsize=64)
def _order(rep: int) -> NDArray[np.int64]:
    return np.random.default_rng([2, rep]).permutation(N_RACE)


@lru_cache(maxsize=2)
def _data(name: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    from sklearn.datasets import load_breast_cancer, load_digits  # noqa: PLC0415 - slow
    from sklearn.preprocessing import scale  # noqa: PLC0415 - slow

    if name == "digits":
        x, y = load_digits(return_X_y=True)
        return x / 16, y
    x, y = load_breast_cancer(return_X_y=True)
    return scale(x), y


def _split(
    name: str, seed: int, n_train: int, n_test: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    x, y = _data(name)
    rows = np.random.default_rng([1, seed]).permutation(len(y))[: n_train + n_test]
    train, test = rows[:n_train], rows[n_train:]
    return x[train], x[test], y[train], y[test]
