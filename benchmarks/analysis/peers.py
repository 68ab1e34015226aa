"""Intervals by resampling, beside rliable: the same scores, the same number of resamples.

rliable 1.2.0 asks for an `arch` below 8, whose argument `random_state` later became `seed`. With
that one argument renamed it runs on the `arch` that works with today's numpy and pandas.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from sweeps.analysis.comparing.improvement import probability_of_improvement
from sweeps.analysis.describing.tasks import aggregate

if TYPE_CHECKING:
    from collections.abc import Callable


def interquartile_mean(
    n_draws: int, repeats: int, n_runs: int, n_tasks: int
) -> dict[str, list[float]]:
    """Time the interquartile mean with its interval."""
    estimates, metrics = _rliable()
    scores = _scores(0, n_runs, n_tasks)

    def theirs() -> object:
        return estimates(
            {"a": scores}, lambda x: np.array([metrics.aggregate_iqm(x)]), reps=n_draws
        )

    def ours() -> object:
        return aggregate(scores, "iqm", rng=np.random.default_rng(0), n_draws=n_draws)

    return _timed(ours, theirs, repeats)


def improvement(n_draws: int, repeats: int, n_runs: int, n_tasks: int) -> dict[str, list[float]]:
    """Time the probability of improvement with its interval."""
    estimates, metrics = _rliable()
    pair = _scores(0, n_runs, n_tasks), _scores(1, n_runs, n_tasks)

    def theirs() -> object:
        return estimates(
            {"a": pair},
            lambda x, y: np.array([metrics.probability_of_improvement(x, y)]),
            reps=n_draws,
        )

    def ours() -> object:
        rng = np.random.default_rng(0)
        return probability_of_improvement(*pair, mode="max", rng=rng, n_draws=n_draws)

    return _timed(ours, theirs, repeats)


def _scores(seed: int, n_runs: int, n_tasks: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.random.default_rng(seed).lognormal(size=(n_runs, n_tasks))


def _timed(
    ours: Callable[[], object], theirs: Callable[[], object], repeats: int
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"ours_s": [], "theirs_s": []}
    ours()
    for _ in range(repeats):
        for name, measured in (("theirs_s", theirs), ("ours_s", ours)):
            start_s = time.perf_counter()
            measured()
            found[name].append(time.perf_counter() - start_s)
    return found


def _rliable() -> tuple[Callable[..., object], Any]:
    """Give rliable's intervals and metrics, able to run on a new `arch`."""
    from arch.bootstrap import IIDBootstrap, IndependentSamplesBootstrap  # noqa: PLC0415
    from rliable import library, metrics  # noqa: PLC0415 - only this measurement has them

    for kind in (IIDBootstrap, IndependentSamplesBootstrap):
        kind.__init__ = _renaming(kind.__init__)
    return library.get_interval_estimates, metrics


def _renaming(begin: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(begin)
    def renamed(self: object, *args: object, random_state: object = None, **kwargs: object) -> None:
        begin(self, *args, **{"seed": random_state, **kwargs})

    return renamed
