"""Morris's design: walks through the space that change one hyperparameter at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from sweeps.planner.samplers.base import NoProposal
from sweeps.planner.samplers.stream import Use, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space


class MorrisSampler:
    """Position `k` is row `k` of the design, from which elementary effects follow.

    Each trajectory starts at a random point of a grid of the unit cube and changes every
    hyperparameter once, in random order, by half of its range. A larger `n` has the rows of a
    smaller one first.

    Args:
        space: The space; without conditions, clauses, and choices of more than two values, since
            a step needs a direction.
        master_seed: The sweep's seed.
        n: Number of trajectories, of `n_dimensions` + 1 rows each.
        levels: Points of the grid on each axis, an even number; they stand in the middle of as
            many equal shares of the range.

    References:
        Morris (1991), Factorial sampling plans for preliminary computational experiments,
        Technometrics 33, 161-174, by way of SALib.
    """

    name: ClassVar[str] = "morris"
    is_model: ClassVar[bool] = False

    def __init__(self, space: Space, master_seed: int, n: int, levels: int = 4) -> None:
        self._space = space
        self._master_seed = master_seed
        self._n = n
        self._levels = levels
        self._length = space.n_dimensions + 1
        self._points: list[list[float]] = []

    @property
    def n_proposals(self) -> int:
        """Number of rows."""
        return self._n * self._length

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:  # noqa: ARG002 - it does not learn
        """Give row `k`; the same configuration may stand in several rows."""
        if k >= self.n_proposals:
            return NoProposal.EXHAUSTED
        values = self._space.from_unit(self._drawn()[k])
        return NoProposal.FORBIDDEN if values is None else values

    def place(self, k: int) -> Mapping[str, object]:
        """Give the place of row `k`: its trajectory, and the step that led there.

        The step is that of the grid, as a share of the range: 0.5 or -0.5. A value that was
        rounded may have moved by another one.
        """
        trajectory, i = divmod(k, self._length)
        here: dict[str, object] = {"row": k, "trajectory": trajectory, "changed": None, "step": 0.0}
        if i:
            points = self._drawn()
            steps = [b - a for a, b in zip(points[k - 1], points[k], strict=True)]
            j = max(range(len(steps)), key=lambda axis: abs(steps[axis]))
            here |= {"changed": self._space.varied[j].name, "step": round(steps[j], 12)}
        return here

    def _drawn(self) -> list[list[float]]:
        if not self._points:
            self._points = self._draw()
        return self._points

    def _draw(self) -> list[list[float]]:
        from SALib.sample import morris  # noqa: PLC0415 - 1.4 s that other samplers need not pay

        d = self._space.n_dimensions
        if d == 0:
            return [[] for _ in range(self.n_proposals)]
        names = [each.name for each in self._space.varied]
        problem = {"num_vars": d, "names": names, "bounds": [[0.0, 1.0]] * d}
        rng = stream(Use.MORRIS, 0, self._master_seed)
        points = morris.sample(problem, self._n, num_levels=self._levels, seed=rng)
        # from a grid with both ends to the middle of shares, where no rounding is in doubt
        middles = (np.rint(points * (self._levels - 1)) + 0.5) / self._levels
        rows: list[list[float]] = middles.tolist()
        return rows
