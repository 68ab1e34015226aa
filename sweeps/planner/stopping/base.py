"""What every stopping rule offers to the planner: when it wants to be asked, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Milestones:
    """The steps at which a run waits for a verdict.

    Attributes:
        steps: Given steps, increasing, from 1; used where `every` is None.
        first: First step of the regular ones.
        every: Distance of the regular ones, None where `steps` are given.
    """

    steps: tuple[int, ...] = ()
    first: int = 1
    every: int | None = None

    def includes(self, step: int) -> bool:
        """Tell whether a run waits after that step."""
        if self.every is None:
            return step in self.steps
        return step >= self.first and (step - self.first) % self.every == 0


@dataclass(frozen=True, slots=True)
class Stop:
    """The verdict that a run ends here.

    Attributes:
        reason: One sentence with the numbers behind it.
        detail: The same as plain JSON-able numbers and words.
    """

    reason: str
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pause:
    """The verdict that a run waits, its state saved, until the rule says how it goes on."""


class Stopping(Protocol):
    """Which runs end before their last step."""

    @property
    def name(self) -> str:
        """Give the name as in a definition."""

    @property
    def milestones(self) -> Milestones:
        """Say when runs wait for a verdict."""

    def judge(self, row: int, column: int, step: int, score: float) -> Stop | Pause | None:
        """Take the score of a run at a milestone, and say whether it goes on (None).

        Told the same point twice, the last one counts. Telling all points of stored curves, in
        any order, rebuilds the state of the rule.

        Args:
            row: Number of the configuration.
            column: Number of the race seed, 0 for the first one. Rules that compare
                configurations count column 0 alone.
            step: The milestone.
            score: Target metric there, sign as reported; NaN where it was not reported.
        """


@runtime_checkable
class Pausing(Stopping, Protocol):
    """A rule that keeps books of its own, and may let runs wait for one another."""

    def released(self) -> list[tuple[int, Stop | None]]:
        """Give configurations whose paused run goes on (None) or ends, each once."""

    def finished(self, row: int, step: int, score: float) -> None:
        """Take note that a configuration's first run is over, at that step with that score."""

    def failed(self, row: int) -> None:
        """Take note that a configuration's first run was lost."""
