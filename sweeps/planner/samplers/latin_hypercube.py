"""Latin hypercubes: every hyperparameter by itself is covered evenly."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sweeps.planner.samplers.base import NoProposal
from sweeps.planner.samplers.stream import Use, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space


class LatinHypercubeSampler:
    """Position `k` is point `k` of a hypercube; after the last comes a hypercube anew.

    Each axis is cut into as many strata as there are configurations, and each stratum holds one
    of them. Where clauses forbid points or points coincide, those of the next hypercube stand in
    for them, and the strata are no longer exactly even.

    Args:
        space: The space.
        master_seed: The sweep's seed.
        n_configs: Number of configurations of the sweep, 1 or more.

    References:
        McKay, Beckman and Conover (1979), A comparison of three methods for selecting values of
        input variables, by way of `scipy.stats.qmc`.
    """

    name: ClassVar[str] = "latin_hypercube"
    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = False

    def __init__(self, space: Space, master_seed: int, n_configs: int) -> None:
        self._space = space
        self._master_seed = master_seed
        self._n_configs = n_configs
        self._block = -1
        self._points: list[list[float]] = []

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:  # noqa: ARG002 - it does not learn
        """Give point `k`, or `FORBIDDEN` where a clause forbids it."""
        block, i = divmod(k, self._n_configs)
        if block != self._block:
            self._points = self._draw(block)
            self._block = block
        values = self._space.from_unit(self._points[i])
        return NoProposal.FORBIDDEN if values is None else values

    def _draw(self, block: int) -> list[list[float]]:
        from scipy.stats.qmc import LatinHypercube  # noqa: PLC0415 - 0.7 s that others need not pay

        n_dimensions = self._space.n_dimensions
        rng = stream(Use.LATIN_HYPERCUBE, block, self._master_seed)
        points = LatinHypercube(max(n_dimensions, 1), rng=rng).random(self._n_configs)
        rows: list[list[float]] = points[:, :n_dimensions].tolist()
        return rows
