"""What every sampler offers to the planner, and what it is shown."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sweeps.planner.event import Config


class NoProposal(Enum):
    """Why a sampler has no configuration to offer at a position."""

    FORBIDDEN = auto()  # this position is illegal, the next one may not be
    EXHAUSTED = auto()  # there is nothing at this position or after it
    WAIT = auto()  # not before results of pending runs have come


class Seen(Protocol):
    """What is known of every configuration proposed so far; arrays have one entry for each.

    Only runs of role `race` count. Reading an array takes time in proportion to the table, so a
    sampler that does not learn reads none.
    """

    @property
    def configs(self) -> Sequence[Config]:
        """Configurations in the order of their proposal."""

    @property
    def is_maximised(self) -> bool:
        """Whether higher scores are better."""

    def means(self) -> NDArray[np.float64]:
        """Mean score over finished seeds, sign as reported; NaN where none has finished."""

    def n_finished(self) -> NDArray[np.int64]:
        """Seeds that finished with a finite score."""

    def n_failed(self) -> NDArray[np.int64]:
        """Seeds that failed, diverged, timed out or were lost."""

    def n_pending(self) -> NDArray[np.int64]:
        """Seeds that are handed out and not over."""

    def stopped_at(self) -> NDArray[np.int64]:
        """Last step of a configuration whose first seed was stopped early; 0 where it was not."""

    def stopped_scores(self) -> NDArray[np.float64]:
        """Score at that step; NaN where it was not stopped or not finite."""


class Sampler(Protocol):
    """Which configuration comes next."""

    @property
    def name(self) -> str:
        """Give the name as in a definition."""

    @property
    def n_proposals(self) -> int | None:
        """Count the positions; None where there is no end."""

    @property
    def is_model(self) -> bool:
        """Whether proposals depend on what was seen: then they are asked for one by one."""

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:
        """Give the active values at position `k`, from 0.

        A pure function of `k` and of `seen`. The planner asks for 0, 1, 2 … in turn, and drops a
        configuration that it already has.
        """


@runtime_checkable
class Designed(Sampler, Protocol):
    """A sampler whose positions are rows of a design: one that comes again is a row as well."""

    def place(self, k: int) -> Mapping[str, object]:
        """Give the place of row `k` in the design, as plain data that is recorded."""


@runtime_checkable
class Remembering(Sampler, Protocol):
    """A sampler that keeps what it has learnt to itself, so that resuming takes its state."""

    @property
    def n_untold(self) -> int:
        """Count the configurations that came from elsewhere and that it cannot be told of."""

    def save(self) -> bytes | None:
        """Give its state; None where it cannot be saved."""

    def restore(self, state: bytes | None) -> None:
        """Go on from a state that `save` gave; None where there is none."""
