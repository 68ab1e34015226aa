"""How much of what one seed a configuration shows is chance, as neighbours tell.

Configurations that lie close score alike, up to what their seeds do. How fast scores drift apart
with distance, and what is left at distance 0, is fitted by maximum likelihood.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.importance.dimension import Dimension

MOST = 500
"""Configurations that are looked at: the work grows with their cube."""
SPREAD = 1.5
"""Prior standard deviation of the logarithm of a length; the range of each dimension is 1."""
MOST_STEPS = 30
TOLERANCE = 1e-4
LENGTHS, SIGNAL, NOISE = (-3.0, 4.0), (-5.0, 4.0), (math.log(1e-3), 1.0)
"""Where the logarithms of lengths and of variances are searched; 0 is the variance at hand."""
POWER = (-4.0, 4.0)
"""Where the log odds of the power less 1 are searched; they are standard normal beforehand."""
NEAR = 1e-14
"""Squared distances are at least this, since they have a logarithm."""


def noise_variance(
    cells: Integers,
    scores: Floats,
    dimensions: Sequence[Dimension],
    *,
    rng: np.random.Generator,
) -> float:
    """Estimate the variance that seeds cause from one score a configuration.

    The score is taken to be a Gaussian process over the position in the prior plus independent
    noise. Its covariance is a powered exponential of the distance: each dimension has a length of
    its own, and all share a power from 1, for cliffs, to 2, for smooth slopes. What no such
    process can follow, such as single odd configurations, counts as noise.

    Args:
        cells: Cell of each configuration in each dimension, shape `(n_configs, n_dimensions)`.
        scores: Score of each configuration, not all equal.
        dimensions: What the cells are. Cells of a choice are all equally far from each other.
        rng: Which configurations are looked at where there are more than `MOST`.

    Returns:
        The variance, in squared units of the score; not below a thousandth of that of `scores`.

    References:
        Rasmussen and Williams, "Gaussian Processes for Machine Learning" (2006), equations 5.8
        and 5.9, for the likelihood and its slope.

    Example:
        >>> from sweeps.analysis.importance.dimension import Dimension
        >>> rng = np.random.default_rng(0)
        >>> u, noise = rng.random((200, 1)), rng.normal(size=200)
        >>> line = Dimension.continuous()
        >>> found = noise_variance(line.cells_of(u), 5 * u[:, 0] + noise, [line], rng=rng)
        >>> 0.8 < found < 1.2
        True
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - takes 0.3 s

    rows = np.arange(len(scores))
    if len(rows) > MOST:
        rows = np.sort(rng.choice(len(rows), MOST, replace=False))
    variance = float(scores[rows].var())
    if not variance > 0:
        return 0.0
    process = _Process(
        np.stack([_squares(cells[rows, j], each) for j, each in enumerate(dimensions)]),
        (scores[rows] - scores[rows].mean()) / math.sqrt(variance),
    )
    start = np.array([0.0] * (len(dimensions) + 1) + [math.log(0.1), 0.0])
    bounds = [LENGTHS] * len(dimensions) + [SIGNAL, NOISE, POWER]
    options = {"maxiter": MOST_STEPS, "ftol": TOLERANCE}
    found = minimize(
        process.surprise, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    return math.exp(found.x[-2]) * variance


def _squares(cells: Integers, dimension: Dimension) -> Floats:
    """Give the squared distance of each pair, in one row."""
    if dimension.is_ordered:
        edges = dimension.edges
        at = ((edges[:-1] + edges[1:]) / 2)[cells]
        return np.asarray((at[:, None] - at) ** 2).ravel()
    return np.asarray(cells[:, None] != cells, dtype=np.float64).ravel()


@dataclass(frozen=True, slots=True, eq=False)
class _Process:
    """Scores as a Gaussian process plus noise.

    Attributes:
        squares: Squared distance of each pair in each dimension, shape `(n_dimensions, n * n)`.
        scores: Scores with mean 0 and variance 1.
    """

    squares: Floats
    scores: Floats

    def surprise(self, at: Floats) -> tuple[float, Floats]:
        """Give minus the logarithm of the posterior density, and its slope.

        Args:
            at: Logarithms of the lengths, of the variance of the process and of the noise, and
                the log odds of the power less 1.
        """
        from scipy.linalg import cho_solve, cholesky  # noqa: PLC0415 - loaded with the optimiser

        n, lengths, odds = len(self.scores), at[:-3], at[-1]
        signal, noise = np.exp(at[-3:-1])
        part = 1 / (1 + math.exp(-odds))
        shrink = np.exp(-2 * lengths)
        distance = np.maximum(shrink @ self.squares, NEAR)
        logarithm = np.log(distance)
        decay = np.exp((1 + part) / 2 * logarithm)
        kernel = signal * np.exp(-decay)
        covariance = kernel.reshape(n, n) + noise * np.eye(n)
        root = cholesky(covariance, lower=True, check_finite=False)
        inverse = cho_solve((root, True), np.eye(n), check_finite=False)
        pull = inverse @ self.scores
        push = (inverse - np.outer(pull, pull)).ravel()
        steep = push * kernel * decay
        slope = np.concatenate(
            [
                (1 + part) / 2 * shrink * (self.squares @ (steep / distance)) + lengths / SPREAD**2,
                [0.5 * (push @ kernel), 0.5 * noise * push[:: n + 1].sum()],
                [odds - part * (1 - part) / 4 * (steep @ logarithm)],
            ]
        )
        fit = 0.5 * float(self.scores @ pull) + float(np.log(np.diag(root)).sum())
        return fit + 0.5 * float(((lengths / SPREAD) ** 2).sum() + odds**2), slope
