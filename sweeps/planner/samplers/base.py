"""What every sampler offers to the planner."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class NoProposal(Enum):
    """Why a sampler has no configuration to offer at a position."""

    FORBIDDEN = auto()  # this position is illegal, the next one may not be
    EXHAUSTED = auto()  # there is nothing at this position or after it


class Sampler(Protocol):
    """Which configuration comes next."""

    @property
    def name(self) -> str:
        """Give the name as in a definition."""

    @property
    def n_proposals(self) -> int | None:
        """Count the positions; None where there is no end."""

    def propose(self, k: int) -> Mapping[str, object] | NoProposal:
        """Give the active values at position `k`, from 0; a pure function of `k`.

        The planner asks for 0, 1, 2 … in turn, and drops a configuration that it already has.
        """
