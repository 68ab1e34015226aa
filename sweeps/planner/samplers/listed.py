"""Configurations that stand in a list: the user's own, or every point of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from sweeps.planner.samplers.base import NoProposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sweeps.planner.samplers.base import Seen


@dataclass(frozen=True)
class ListedSampler:
    """Position `k` is entry `k` of the list."""

    name: str
    entries: tuple[Mapping[str, object], ...]
    is_model: ClassVar[bool] = False

    @property
    def n_proposals(self) -> int:
        """Length of the list."""
        return len(self.entries)

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:  # noqa: ARG002 - it does not learn
        """Give entry `k`."""
        return self.entries[k] if k < len(self.entries) else NoProposal.EXHAUSTED
