"""Brings new configurations into the table: the defaults, those of the pilot, the sampler's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.planner.event import Config, Decision
from sweeps.planner.samplers import NoProposal
from sweeps.space import config_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sweeps.planner.samplers import Sampler
    from sweeps.planner.table import Table

PILOT = "pilot"
DEFAULTS = "defaults"

MOST_REPEATS = 1000
"""Proposals in a row without a new configuration after which a space counts as exhausted."""

MOST_MODEL_REPEATS = 50
"""The same for a sampler that learns, which has looked for a new one itself and takes longer."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where configurations come from, and how many.

    Attributes:
        sampler: Proposes them.
        n_configs: Configurations wanted; None for as many as the sampler has, or the budget pays.
        first: A configuration before all others, such as the objective's defaults.
        pilot: Draws configurations at random, whatever the sampler is; None without a pilot.
        n_pilot: How many of those.
        space_size: Number of legal configurations, None where it is infinite or unknown.
    """

    sampler: Sampler
    n_configs: int | None = None
    first: Mapping[str, object] | None = None
    pilot: Sampler | None = None
    n_pilot: int = 0
    space_size: int | None = None

    @property
    def n_wanted(self) -> int | None:
        """Configurations in all, None where nobody has said."""
        return self.n_configs if self.n_configs is not None else self.sampler.n_proposals


class Proposer:
    """Registers one configuration after the other.

    Args:
        source: Where they come from.
        table: Where they are registered.
        decisions: Stored earlier: they tell how far the sampler was.
    """

    def __init__(self, source: Source, table: Table, decisions: Iterable[Decision] = ()) -> None:
        self.new_configs: list[Config] = []
        self.new_decisions: list[Decision] = []
        self.n_wanted = source.n_wanted
        self._source = source
        self._table = table
        self._k = 0
        self._said: Mapping[str, object] = {}
        for decision in decisions:
            if decision.kind == "exhausted":
                self._said = decision.detail
            k = decision.detail.get("k")
            by_sampler = decision.detail.get("by") == source.sampler.name
            if decision.kind == "proposed" and by_sampler and isinstance(k, int):
                self._k = max(self._k, k)

    @property
    def has_room(self) -> bool:
        """Whether fewer configurations are registered than wanted."""
        return self.n_wanted is None or len(self._table.configs) < self.n_wanted

    @property
    def is_piloting(self) -> bool:
        """Whether the next configuration is one of the pilot, which costs two runs."""
        source, index = self._source, len(self._table.configs)
        n_first = int(source.first is not None)
        return source.pilot is not None and n_first <= index < n_first + source.n_pilot

    def propose(self) -> int | NoProposal | None:
        """Register one more configuration.

        Returns:
            Its row; `WAIT` where the sampler wants results first; None where there is none left.
        """
        if not self.has_room:
            return None
        index = len(self._table.configs)
        source = self._source
        if index == 0 and source.first is not None:
            return self._register(source.first, DEFAULTS)
        if source.pilot is not None and self.is_piloting:
            n_first = source.first is not None
            row = self._draw(source.pilot, index - n_first, PILOT)
            if isinstance(row, int):
                return row
        return self._ask_sampler(index)

    def _ask_sampler(self, index: int) -> int | NoProposal | None:
        source = self._source
        sampler = source.sampler
        for _ in range(MOST_MODEL_REPEATS if sampler.is_model else MOST_REPEATS):
            if source.space_size is not None and index >= source.space_size:
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
