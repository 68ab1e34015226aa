"""Saltelli's design: configurations that share all hyperparameters but one, or only one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sweeps.planner.samplers.base import NoProposal
from sweeps.planner.samplers.stream import Use, stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space


class SaltelliSampler:
    """Position `k` is row `k` of the design, from which Sobol' indices follow.

    The base sample is a scrambled Sobol sequence of points `(A, B)`. Each of them gives a block of
    rows: `A`; for each hyperparameter `AB`, which is `A` with that value from `B`; with
    `second_order` also `BA`, which is `B` with that value from `A`; and `B`. A larger `n` has the
    rows of a smaller one first.

    Args:
        space: The space; without conditions and clauses, since the method needs hyperparameters
            that vary independently.
        master_seed: The sweep's seed.
        n: Size of the base sample, a power of two; `n` blocks of `n_dimensions` + 2 rows, or of
            2 `n_dimensions` + 2.
        second_order: Whether the design tells the interactions of pairs as well.

    References:
        Saltelli (2002), Making best use of model evaluations to compute sensitivity indices,
        Computer Physics Communications 145, 280-297, by way of SALib.
    """

    name: ClassVar[str] = "saltelli"
    is_model: ClassVar[bool] = False

    def __init__(
        self,
        space: Space,
        master_seed: int,
        n: int,
        second_order: bool = False,  # noqa: FBT001, FBT002 - options come by name
    ) -> None:
        self._space = space
        self._master_seed = master_seed
        self._n = n
        self._parts = _parts([each.name for each in space.varied], second_order=second_order)
        self._second_order = second_order
        self._points: list[list[float]] = []

    @property
    def n_proposals(self) -> int:
        """Number of rows."""
        return self._n * len(self._parts)

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:  # noqa: ARG002 - it does not learn
        """Give row `k`; the same configuration may stand in several rows."""
        if k >= self.n_proposals:
            return NoProposal.EXHAUSTED
        if not self._points:
            self._points = self._draw()
        values = self._space.from_unit(self._points[k])
        return NoProposal.FORBIDDEN if values is None else values

    def place(self, k: int) -> Mapping[str, object]:
        """Give the place of row `k`: its block, its part, and the hyperparameter exchanged."""
        block, i = divmod(k, len(self._parts))
        part, changed = self._parts[i]
        return {"row": k, "block": block, "part": part, "changed": changed}

    def _draw(self) -> list[list[float]]:
        from SALib.sample import sobol  # noqa: PLC0415 - 1.4 s that other samplers need not pay

        d = self._space.n_dimensions
        if d == 0:
            return [[] for _ in range(self.n_proposals)]
        problem = {"num_vars": d, "bounds": [[0.0, 1.0]] * d}
        rng = stream(Use.SALTELLI, 0, self._master_seed)
        points = sobol.sample(problem, self._n, calc_second_order=self._second_order, seed=rng)
        rows: list[list[float]] = points.tolist()
        return rows


def _parts(names: list[str], *, second_order: bool) -> list[tuple[str, str | None]]:
    """Name the rows of a block, in the order of SALib."""
    exchanged = ("AB", "BA") if second_order else ("AB",)
    return [("A", None), *((part, name) for part in exchanged for name in names), ("B", None)]
