"""A scrambled Sobol sequence: covers the space more evenly than independent draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sweeps.planner.samplers.base import NoProposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space

LOG2_BLOCK = 6  # points are drawn 64 at a time, a power of two as the sequence wants it


class SobolSampler:
    """Position `k` is point `k` of one sequence, scrambled by the master seed.

    References:
        Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, by way of `scipy.stats.qmc`.
    """

    name: ClassVar[str] = "sobol"
    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = False

    def __init__(self, space: Space, master_seed: int) -> None:
        self._space = space
        self._master_seed = master_seed
        self._points: list[list[float]] = []
        self._first = 0

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:  # noqa: ARG002 - it does not learn
        """Give point `k`, or `FORBIDDEN` where a clause forbids it."""
        if not self._first <= k < self._first + len(self._points):
            self._draw_block(k >> LOG2_BLOCK)
        values = self._space.from_unit(self._points[k - self._first])
        return NoProposal.FORBIDDEN if values is None else values

    def _draw_block(self, block: int) -> None:
        from scipy.stats.qmc import Sobol  # noqa: PLC0415 - 0.7 s that other samplers need not pay

        size = 1 << LOG2_BLOCK
        sequence = Sobol(max(self._space.n_dimensions, 1), rng=self._master_seed)
        if block:
            sequence.fast_forward(block * size)
        self._first = block * size
        points = sequence.random(size)[:, : self._space.n_dimensions]
        self._points = points.tolist()
