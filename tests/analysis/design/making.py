"""Designs over functions that are known exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sweeps.analysis.design.pick_freeze import PickFreeze
from sweeps.analysis.design.trajectories import Trajectories
from sweeps.analysis.scores import Scores

if TYPE_CHECKING:
    from collections.abc import Callable

    from sweeps.analysis.array import Floats, Integers

ISHIGAMI_VARIANCE = 13.844588
ISHIGAMI_FIRST = (0.313905, 0.442411, 0.0)
ISHIGAMI_TOTAL = (0.557589, 0.442411, 0.243684)


def ishigami(unit: Floats) -> Floats:
    """Give Ishigami's function (a = 7, b = 0.1) at points of the unit cube."""
    x, y, z = np.moveaxis((2 * unit - 1) * np.pi, -1, 0)
    score: Floats = np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)
    return score


class Made(NamedTuple):
    """A design with its points, shape `(n_blocks, n_places, n_hyperparameters)`."""

    design: PickFreeze
    points: Floats


def saltelli(
    n: int,
    d: int,
    rng: np.random.Generator,
    *,
    has_pairs: bool = False,
    n_levels: int | None = None,
) -> Made:
    """Make a pick-freeze design of independent draws; equal points are one configuration."""
    a, b = rng.random((2, n, d))
    if n_levels is not None:
        a, b = ((np.floor(each * n_levels) + 0.5) / n_levels for each in (a, b))
    own = np.eye(d, dtype=bool)
    parts = [a, *(np.where(own[j], b, a) for j in range(d))]
    if has_pairs:
        parts += [np.where(own[j], a, b) for j in range(d)]
    points = np.stack([*parts, b], axis=1)
    names = tuple(f"x{j + 1}" for j in range(d))
    return Made(PickFreeze(names, numbered(points)), points)


def numbered(points: Floats) -> Integers:
    """Give equal points equal numbers."""
    flat = points.reshape(-1, points.shape[-1])
    _, numbers = np.unique(flat, axis=0, return_inverse=True)
    return numbers.reshape(points.shape[:-1]).astype(np.int64)


def runs(
    rows: Integers, truth: Floats, noise: Floats | float, rng: np.random.Generator, n_seeds: int = 2
) -> Scores:
    """Run each configuration once under seeds of its own.

    Args:
        rows: Numbers of the configurations.
        truth: Expected scores, of the same shape.
        noise: Standard deviation by the seed there.
        rng: Where the luck comes from.
        n_seeds: Seeds of each configuration.
    """
    n = int(rows.max()) + 1
    expected, spread = np.zeros(n), np.zeros(n)
    expected[rows.ravel()] = truth.ravel()
    spread[rows.ravel()] = np.broadcast_to(noise, rows.shape).ravel()
    scores = expected[:, None] + spread[:, None] * rng.normal(size=(n, n_seeds))
    groups, seeds = np.divmod(np.arange(n * n_seeds), n_seeds)
    return Scores(scores.ravel(), groups, seeds, n)


def walks(
    n: int, d: int, rng: np.random.Generator, *, n_levels: int = 4
) -> tuple[Trajectories, Callable[[Callable[[Floats], Floats]], tuple[Integers, Floats]]]:
    """Make Morris's walks, and a function that gives numbers and values of their points."""
    points = np.empty((n, d + 1, d))
    column, step = np.empty((n, d), dtype=np.int64), np.empty((n, d))
    for i in range(n):
        points[i, 0] = (rng.integers(0, n_levels, d) + 0.5) / n_levels
        for place, j in enumerate(rng.permutation(d)):
            points[i, place + 1] = points[i, place]
            size = 0.5 if points[i, place, j] < 0.5 else -0.5
            points[i, place + 1, j] += size
            column[i, place], step[i, place] = j, size
    rows = numbered(points)
    before, after, sized = (np.empty((n, d), dtype=kind) for kind in (np.int64, np.int64, float))
    for i in range(n):
        before[i, column[i]], after[i, column[i]] = rows[i, :-1], rows[i, 1:]
        sized[i, column[i]] = step[i]
    design = Trajectories(tuple(f"x{j + 1}" for j in range(d)), before, after, sized)
    return design, lambda function: (rows, function(points))
