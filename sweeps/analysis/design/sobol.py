"""Sobol' indices: the shares of the variance of the expected score, its seeds taken out."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.design.draws import Draws, Summary
from sweeps.analysis.design.indices import SobolIndices, n_indices
from sweeps.analysis.design.noise import NO_REPLICATES, SHARED, NoisyMeans, complete
from sweeps.analysis.design.pair import Blocks, Covariance
from sweeps.analysis.design.repeats import N_SHAKES, Repeats
from sweeps.analysis.estimate import Estimate
from sweeps.analysis.interval import LEVEL
from sweeps.analysis.level import check_level
from sweeps.analysis.resampling import N_DRAWS, draw_counts

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers
    from sweeps.analysis.design.pick_freeze import PickFreeze
    from sweeps.analysis.scores import Scores

LEAST_BLOCKS = 16
"""With fewer blocks neither the indices nor a bootstrap over them mean much."""

_CELLS = 4_000_000
"""Counts of the bootstrap that are in memory at a time."""


def sobol_indices(
    design: PickFreeze,
    scores: Scores,
    *,
    paired: bool,
    rng: np.random.Generator,
    level: float = LEVEL,
    n_draws: int = N_DRAWS,
) -> SobolIndices:
    """Give first-order, total and, where the design tells them, second-order indices.

    The covariance over configurations that share a hyperparameter alone is the variance that it
    explains, and independent seeds do not enter it. They do enter the denominator, from which
    their part is taken out by the seeds of each configuration. Indices are not cut off at 0 or 1,
    so that their mean over sweeps is right.

    Assumes hyperparameters that vary independently, seeds that are not shared, and failures that
    do not depend on the hyperparameters: a block with a failed row is left out.

    Args:
        design: Which configuration stands where; repeated ones are rows like others.
        scores: Finite scores; 2 seeds or more of some configurations.
        paired: Whether configurations shared their seeds; then nothing is given but the reason.
        rng: Where the randomness of the intervals comes from.
        level: Confidence level, between 0 and 1.
        n_draws: Resamples of blocks.

    Returns:
        Indices with intervals. As the blocks cover the space more evenly than independent draws,
        their bootstrap is rather too wide than too narrow for smooth scores. Where a configuration
        stands in several blocks, they are widened by its luck, which is the same in all of these.

    Raises:
        ResultsError: `level` is not between 0 and 1.

    Example:
        >>> from sweeps.analysis.design.pick_freeze import PickFreeze
        >>> from sweeps.analysis.scores import Scores
        >>> rng = np.random.default_rng(0)
        >>> x = rng.random((256, 4, 2))  # blocks, places, hyperparameters
        >>> x[:, 1] = np.stack([x[:, 3, 0], x[:, 0, 1]], axis=1)
        >>> x[:, 2] = np.stack([x[:, 0, 0], x[:, 3, 1]], axis=1)
        >>> design = PickFreeze(("x", "y"), np.arange(1024).reshape(256, 4))
        >>> runs = (2 * x[..., 0] + x[..., 1]).ravel()[:, None] + 0.1 * rng.normal(size=(1024, 2))
        >>> groups, seeds = np.divmod(np.arange(2048), 2)
        >>> found = sobol_indices(
        ...     design, Scores(runs.ravel(), groups, seeds, 1024), paired=False, rng=rng
        ... )
        >>> [round(index.value, 1) for index in found.first]  # 0.8 and 0.2 in truth
        [0.8, 0.2]

    References:
        Sobol' (1993); Janon, Klein, Lagnoux, Nodet, Prieur, "Asymptotic normality and efficiency
        of two Sobol index estimators", ESAIM: Probability and Statistics 18 (2014), equation 6;
        Saltelli (2002) for the pairs.
    """
    check_level(level)
    means = NoisyMeans.of(scores)
    kept = complete(means.at(design.rows)[0])
    n_blocks, n_left_out = int(kept.sum()), int((~kept).sum())
    reason = _refusal(means, n_blocks, n_left_out, paired=paired)
    if reason:
        unknown = Estimate.unknown(reason, n=n_blocks)
        indices = [unknown] * n_indices(design)
        return SobolIndices.of(design, indices, [unknown] * 3, n_left_out=n_left_out)
    rows = design.rows[kept]
    draws = _drawn(design, *_at(rows, means), rng, n_draws)
    summary = Summary(n_blocks, level, _shaken(design, rows, means, rng, min(n_draws, N_SHAKES)))
    return SobolIndices.of(
        design,
        summary.indices(draws),
        summary.variances(draws, means.unit),
        n_left_out=n_left_out,
        reasons=(_LEFT_OUT.format(n_left_out, len(kept)),) if n_left_out else (),
    )


_TOO_FEW = (
    "Indices need {} blocks of the design or more with a score in every row, got {}{}; raise "
    "`options.n`, or see why runs failed."
)
_LEFT_OUT = (
    "{} of {} blocks of the design are left out, since a row of theirs has no score; if failures "
    "go with the hyperparameters, the indices are those of the part of the space that runs."
)


def _refusal(means: NoisyMeans, n_blocks: int, n_left_out: int, *, paired: bool) -> str | None:
    """Say why there can be no indices, None where there can."""
    if paired:
        return SHARED
    if n_blocks < LEAST_BLOCKS:
        without = f" and {n_left_out} without" if n_left_out else ""
        return _TOO_FEW.format(LEAST_BLOCKS, n_blocks, without)
    return None if means.has_error else NO_REPLICATES


def _at(rows: Integers, means: NoisyMeans) -> tuple[Blocks, Floats]:
    """Lay means out by block, with the variance of one run in each block."""
    mean, error, single = means.at(rows)
    return Blocks(rows, mean, error), single.mean(axis=1)


def _shaken(
    design: PickFreeze, rows: Integers, means: NoisyMeans, rng: np.random.Generator, n_draws: int
) -> Draws | None:
    """Compute all figures under other luck of configurations that stand in several blocks."""
    repeats = Repeats.of(rows, len(means.mean))
    if not repeats.are_noisy(means):
        return None
    once = np.full((1, len(rows)), 1 / len(rows))
    shaken = repeats.shaken(means, rng, n_draws)
    parts = [_figures(design, *_at(rows, each), once) for each in shaken]
    return Draws(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def _drawn(
    design: PickFreeze, blocks: Blocks, seed: Floats, rng: np.random.Generator, n_draws: int
) -> Draws:
    """Compute all figures on the data first, then on resamples of the blocks."""
    n = len(blocks.rows)
    parts = [_figures(design, blocks, seed, np.full((1, n), 1 / n))]
    size = max(_CELLS // n, 1)
    for start in range(0, n_draws, size):
        counts = draw_counts(rng, min(size, n_draws - start), n)
        parts.append(_figures(design, blocks, seed, counts / n))
    return Draws(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def _figures(
    design: PickFreeze, blocks: Blocks, seed: Floats, weights: Floats
) -> tuple[Floats, Floats, Floats]:
    """Give the variance, that of the seed, and the indices; the last axis has the draws."""
    d = range(len(design.names))
    alone = [Covariance.of(blocks, design.sharing(j), weights) for j in d]
    others = [Covariance.of(blocks, design.sharing_all_but(j), weights) for j in d]
    first = [each.share for each in alone]
    indices = [*first, *(1 - each.share for each in others)]
    if design.has_pairs:
        for i, j in combinations(d, 2):
            both = Covariance.of(blocks, design.sharing(i, j), weights).share
            indices.append(both - first[i] - first[j])
    variance = np.mean([each.total for each in (*alone, *others)], axis=0)
    return variance, weights @ seed, np.array(indices)
