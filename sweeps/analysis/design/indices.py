"""What a pick-freeze design tells: Sobol' indices, and the variances that they are shares of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sweeps.analysis.design.pick_freeze import PickFreeze
    from sweeps.analysis.estimate import Estimate


@dataclass(frozen=True, slots=True)
class Pair:
    """What two hyperparameters do together beyond what each does alone.

    Attributes:
        names: The two hyperparameters.
        index: Share of the variance of the expected score.
    """

    names: tuple[str, str]
    index: Estimate


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Shares of the variance of the expected score over the space.

    Attributes:
        names: Hyperparameters, in the order of the design.
        first: Share that each of them explains alone, S_i.
        total: Share that is gone when all others are known, T_i: alone and in interactions.
        second: Interactions of pairs, S_ij; empty where the design does not tell them.
        variance: Variance of the expected score, in the squared unit of the score.
        seed: Variance of one run by its seed, mean over the design, in the same unit.
        ceiling: Share of one run's variance that the hyperparameters explain together; the index
            of one run is this times the index of the expected score.
        n_blocks: Blocks of the design with a score in every row.
        n_left_out: Blocks without.
        reasons: What the figures cannot tell, in sentences.
    """

    names: tuple[str, ...]
    first: tuple[Estimate, ...]
    total: tuple[Estimate, ...]
    second: tuple[Pair, ...]
    variance: Estimate
    seed: Estimate
    ceiling: Estimate
    n_blocks: int
    n_left_out: int
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        design: PickFreeze,
        indices: Sequence[Estimate],
        variances: Sequence[Estimate],
        *,
        n_left_out: int,
        reasons: tuple[str, ...] = (),
    ) -> Self:
        """Lay figures out.

        Args:
            design: Where they come from.
            indices: Those of the first order, the total ones, those of pairs.
            variances: Variance of the expected score, variance by the seed, ceiling.
            n_left_out: Blocks of the design that were not used.
            reasons: What the figures cannot tell.
        """
        d, names = len(design.names), design.names
        pairs = [(names[i], names[j]) for i, j in combinations(range(d), 2)]
        variance, seed, ceiling = variances
        return cls(
            names=names,
            first=tuple(indices[:d]),
            total=tuple(indices[d : 2 * d]),
            second=tuple(Pair(*each) for each in zip(pairs, indices[2 * d :], strict=False)),
            variance=variance,
            seed=seed,
            ceiling=ceiling,
            n_blocks=len(design.rows) - n_left_out,
            n_left_out=n_left_out,
            reasons=reasons,
        )


def n_indices(design: PickFreeze) -> int:
    """Count the indices that a design tells."""
    d = len(design.names)
    return 2 * d + (math.comb(d, 2) if design.has_pairs else 0)
