"""Brings new configurations into the table: the defaults, those of the pilot, the sampler's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.planner.event import Config, Decision
from sweeps.planner.samplers import Designed, NoProposal
from sweeps.space import config_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sweeps.planner.plan import Plan
    from sweeps.planner.samplers import Sampler
    from sweeps.planner.table import Table

PILOT = "pilot"
DEFAULTS = "defaults"
DESIGN_ROW = "design_row"

MOST_REPEATS = 1000
"""Proposals in a row without a new configuration after which a space counts as exhausted."""

MOST_MODEL_REPEATS = 50
"""The same for a sampler that learns, which has looked for a new one itself and takes longer."""


class Proposer:
    """Registers one configuration after the other.

    Args:
        plan: Says where they come from.
        table: Where they are registered.
        decisions: Stored earlier: they tell how far the sampler was.
    """

    def __init__(self, plan: Plan, table: Table, decisions: Iterable[Decision] = ()) -> None:
        self.new_configs: list[Config] = []
        self.new_decisions: list[Decision] = []
        self.n_wanted = _n_wanted(plan, table)
        self._plan = plan
        self._table = table
        self._k = 0
        self._said: Mapping[str, object] = {}
        self._design = plan.sampler if isinstance(plan.sampler, Designed) else None
        for decision in decisions:
            if decision.kind == "exhausted":
                self._said = decision.detail
            k = decision.detail.get("k")
            by_sampler = decision.detail.get("by") == plan.sampler.name
            if decision.kind == "proposed" and by_sampler and isinstance(k, int):
                self._k = max(self._k, k)
            row = decision.detail.get("row")
            if decision.kind == DESIGN_ROW and by_sampler and isinstance(row, int):
                self._k = max(self._k, row + 1)

    @property
    def has_room(self) -> bool:
        """Whether fewer configurations are registered than wanted."""
        return self.n_wanted is None or len(self._table.configs) < self.n_wanted

    @property
    def is_piloting(self) -> bool:
        """Whether the next configuration is one of the pilot, which costs two runs."""
        return self._plan.pilot is not None and 0 <= self._place_in_pilot < self._plan.n_pilot

    @property
    def _place_in_pilot(self) -> int:
        return len(self._table.configs) - (self._plan.first is not None)

    def propose(self) -> int | NoProposal | None:
        """Register one more configuration.

        Returns:
            Its row; `WAIT` where the sampler wants results first; None where there is none left.
        """
        if not self.has_room:
            return None
        index, plan = len(self._table.configs), self._plan
        if index == 0 and plan.first is not None:
            return self._register(plan.first, DEFAULTS)
        if plan.pilot is not None and self.is_piloting:
            row = self._draw(plan.pilot, self._place_in_pilot, PILOT)
            if isinstance(row, int):
                return row
        if self._design is not None:
            return self._next_of_design(self._design)
        return self._ask_sampler(index)

    def _next_of_design(self, design: Designed) -> int | None:
        """Register the next configuration that is new; each row on the way is recorded."""
        while (values := design.propose(self._k, self._table)) is not NoProposal.EXHAUSTED:
            place = design.place(self._k)
            self._k += 1
            if isinstance(values, NoProposal):
                continue
            known = self._table.row_of(config_id(values))
            row = self._register(values, design.name) if known is None else known
            if known is None:
                self.new_decisions.append(self._proposed(row, design.name, self._k))
            detail = {"by": design.name, **place}
            name = self._table.configs[row].config_id
            self.new_decisions.append(Decision(DESIGN_ROW, name, detail))
            if known is None:
                return row
        self.n_wanted = len(self._table.configs)
        return None

    def _ask_sampler(self, index: int) -> int | NoProposal | None:
        sampler, space_size = self._plan.sampler, self._plan.space_size
        most = MOST_MODEL_REPEATS if sampler.is_model else MOST_REPEATS
        # before there are results, one that learns draws what the pilot drew: all of that again
        for _ in range(most + self._plan.n_pilot):
            if space_size is not None and index >= space_size:
                break
            row = self._draw(sampler, self._k, sampler.name)
            if row is NoProposal.WAIT:
                return row
            if row is NoProposal.EXHAUSTED:
                break
            self._k += 1
            if isinstance(row, int):
                self.new_decisions.append(self._proposed(row, sampler.name, self._k))
                return row
        self._exhaust(index)
        return None

    def _draw(self, sampler: Sampler, k: int, origin: str) -> int | NoProposal | None:
        values = sampler.propose(k, self._table)
        if isinstance(values, NoProposal):
            return values
        if self._table.row_of(config_id(values)) is not None:
            return None
        return self._register(values, origin)

    def _register(self, values: Mapping[str, object], origin: str) -> int:
        row = len(self._table.configs)
        config = Config(config_id(values), values, row, origin)
        self._table.register(config)
        self.new_configs.append(config)
        if origin in (DEFAULTS, PILOT):
            self.new_decisions.append(self._proposed(row, origin, row))
        return row

    def _proposed(self, row: int, by: str, k: int) -> Decision:
        return Decision("proposed", self._table.configs[row].config_id, {"by": by, "k": k})

    def _exhaust(self, n_found: int) -> None:
        detail = {"n_wanted": self.n_wanted, "n_found": n_found}
        if self.n_wanted != n_found and detail != self._said:
            self.new_decisions.append(Decision("exhausted", None, detail))
        self.n_wanted = n_found


def _n_wanted(plan: Plan, table: Table) -> int | None:
    """Count the configurations wanted; the first one stands beside a list that lacks it."""
    n = plan.n_wanted
    if n is None or plan.n_configs is not None or plan.first is None:
        return n
    return n + all(plan.sampler.propose(k, table) != plan.first for k in range(n))
