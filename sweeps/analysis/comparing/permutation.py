"""Exact tests: how often chance alone would separate two configurations as far as the data do.

Every arrangement of the data that chance could have produced as well is counted, all of them
where they are few enough and a random sample of them otherwise. Nothing is assumed of the
scores' distribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sweeps.analysis.scaled import Scaled
from sweeps.errors import ResultsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike

    from sweeps.analysis.array import Floats

MOST_FLIPPED = 20
"""Pairs up to which all 2 ** n patterns of signs are counted."""
MOST_SPLITS = 200_000
"""Splits into two samples up to which all of them are counted."""
N_DRAWS = 100_000
"""Arrangements drawn at random where there are too many to count."""

_CHUNK = 4_000_000
"""Random numbers held at a time."""
_SAME = 1e-9
"""Sums that differ by less, as a share of the largest there can be, differ by rounding only."""


@dataclass(frozen=True, slots=True)
class Exact:
    """Outcome of an exact test.

    Attributes:
        p_value: Two-sided p-value; NaN where there is nothing to arrange.
        smallest_p: The p-value that the farthest arrangement of these scores would have: no test
            of this kind can go below it.
        n_arrangements: Number of arrangements counted, or drawn; of mirror images one is counted.
        is_enumerated: Whether all arrangements were counted.
    """

    p_value: float
    smallest_p: float
    n_arrangements: int
    is_enumerated: bool


def sign_flip(differences: ArrayLike, *, rng: np.random.Generator) -> Exact:
    """Test whether paired differences are centred at 0, by flipping their signs.

    Assumes that the seeds are independent and that each difference, were there no effect, would
    have been as likely with the other sign. Pairs without a difference say nothing either way.

    Args:
        differences: Finite differences of pairs, shape `(n,)`, in any unit.
        rng: Where random arrangements come from, for more than `MOST_FLIPPED` pairs.

    Returns:
        The share of all patterns of signs whose mean is at least as far from 0. Where patterns are
        drawn, the data count as one more of them, so that the level is kept.

    Example:
        >>> sign_flip([1.0, 2.0, 3.0, 4.0], rng=np.random.default_rng(0)).p_value
        0.125

    References:
        Fisher, "The design of experiments" (1935), section 21. Phipson and Smyth, "Permutation
        p-values should never be zero", Statistical Applications in Genetics and Molecular Biology
        9 (2010), article 39, for drawn patterns.
    """
    values = _scaled(np.asarray(differences, dtype=np.float64).ravel())
    sizes = np.sort(np.abs(values))  # neither order nor direction changes what is drawn
    sizes = sizes[sizes > 0]
    if not len(values):
        return Exact(math.nan, math.nan, 0, is_enumerated=True)
    observed, farthest = abs(float(np.sort(values).sum())), float(sizes.sum())
    if len(sizes) <= MOST_FLIPPED:
        return _counted(flipped_sums(sizes), observed, farthest, farthest)
    sums = np.concatenate(list(_drawn_flips(sizes, rng)))
    return _drawn(sums, observed, farthest, farthest)


def permutation(a: ArrayLike, b: ArrayLike, *, rng: np.random.Generator) -> Exact:
    """Test whether two samples come from one distribution, by exchanging their members.

    The statistic is the difference of means. Where spreads differ, and the numbers of runs too, it
    is no exact test of equal means.

    Args:
        a: Finite scores, shape `(n_a,)`.
        b: Finite scores, shape `(n_b,)`, of runs independent of those of `a`.
        rng: Where random splits come from, where there are more than `MOST_SPLITS`.

    Returns:
        The share of all splits of the scores into samples of these sizes whose means differ at
        least as much. Where splits are drawn, the data count as one more of them.

    Example:
        >>> permutation([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], rng=np.random.default_rng(0)).p_value
        0.1

    References:
        Pitman, "Significance tests which may be applied to samples from any populations",
        Supplement to the Journal of the Royal Statistical Society 4 (1937), 119-130.
    """
    samples = [np.asarray(sample, dtype=np.float64).ravel() for sample in (a, b)]
    few, many = sorted(samples, key=len)
    if not len(few):
        return Exact(math.nan, math.nan, 0, is_enumerated=True)
    pooled = _scaled(np.concatenate([few, many]))
    # Within equal scores the sorted ones are alike, so the order of runs changes nothing.
    centred = np.sort(pooled) - np.sort(pooled).mean()
    own = pooled[: len(few)]
    observed = abs(float((np.sort(own) - np.sort(pooled).mean()).sum()))
    bound = float(np.abs(centred).sum())
    farthest = max(abs(float(end.sum())) for end in (centred[: len(few)], centred[-len(few) :]))
    if math.comb(len(pooled), len(few)) <= MOST_SPLITS:
        return _counted(split_sums(centred, len(few)), observed, farthest, bound)
    sums = np.concatenate(list(_drawn_splits(centred, len(few), rng)))
    return _drawn(sums, observed, farthest, bound)


def flipped_sums(values: Floats) -> Floats:
    """Give the sums under all patterns of signs, the first sign fixed: the rest is mirrored.

    Args:
        values: Values, shape `(..., n)` with n at least 0.

    Returns:
        Sums, shape `(..., 2 ** (n - 1))`, the sum of the values themselves first.

    Example:
        >>> flipped_sums(np.array([1.0, 2.0])).tolist()
        [3.0, -1.0]
    """
    sums = values[..., :1].copy() if values.shape[-1] else np.zeros((*values.shape[:-1], 1))
    for i in range(1, values.shape[-1]):
        value = values[..., i : i + 1]
        sums = np.concatenate([sums + value, sums - value], axis=-1)
    return sums


def split_sums(values: Floats, size: int) -> Floats:
    """Give the sums of all subsets of a size.

    Args:
        values: Values, shape `(..., n)`.
        size: Number of values in a subset, from 0 to n.

    Returns:
        Sums, shape `(..., C(n, size))`, the sum of the first `size` values last.

    Example:
        >>> split_sums(np.array([1.0, 2.0, 4.0]), 2).tolist()
        [6.0, 5.0, 3.0]
    """
    n = values.shape[-1]
    none = np.zeros((*values.shape[:-1], 1))
    sums = [none]  # the sums of the subsets of the values so far, by their size
    for i in range(n):
        value = values[..., i : i + 1]
        longer = [none]
        for k in range(1, min(size, i + 1) + 1):
            without = [sums[k]] if k < len(sums) else []
            longer.append(np.concatenate([*without, sums[k - 1] + value], axis=-1))
        sums = longer
    return sums[size][..., ::-1]


def _scaled(values: Floats) -> Floats:
    if not np.isfinite(values).all():
        message = "An exact test takes finite scores only. Leave failed runs out and count them."
        raise ResultsError(message)
    return Scaled.of(values).values


def _counted(sums: Floats, observed: float, farthest: float, bound: float) -> Exact:
    p_value, smallest = (_share(sums, level, bound) for level in (observed, farthest))
    return Exact(p_value, smallest, sums.size, is_enumerated=True)


def _drawn(sums: Floats, observed: float, farthest: float, bound: float) -> Exact:
    n = sums.size
    p_value, smallest = ((1 + n * _share(sums, x, bound)) / (1 + n) for x in (observed, farthest))
    return Exact(p_value, smallest, n, is_enumerated=False)


def _share(sums: Floats, level: float, bound: float) -> float:
    return float(np.mean(np.abs(sums) >= level - _SAME * bound))


def _drawn_flips(sizes: Floats, rng: np.random.Generator) -> Iterator[Floats]:
    """Draw sums of randomly signed sizes, a chunk at a time."""
    for n in _chunks(len(sizes)):
        signs = np.unpackbits(np.frombuffer(rng.bytes(-(-n * len(sizes) // 8)), np.uint8))
        chosen = signs[: n * len(sizes)].reshape(n, len(sizes)).astype(np.float64)
        yield 2 * (chosen @ sizes) - sizes.sum()


def _drawn_splits(values: Floats, size: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Draw sums of random subsets, a chunk at a time."""
    for n in _chunks(len(values)):
        keys = rng.random((n, len(values)))
        chosen = np.argpartition(keys, size - 1, axis=1)[:, :size]
        yield values[chosen].sum(axis=1)


def _chunks(n_values: int) -> Iterator[int]:
    """Divide `N_DRAWS` so that the numbers behind a chunk fit into memory."""
    most = max(_CHUNK // n_values, 1)
    for start in range(0, N_DRAWS, most):
        yield min(most, N_DRAWS - start)
