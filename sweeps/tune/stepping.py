"""An objective that is a class, as the execution of a run sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Steps:
    """What an instance reports, one step after the other; it ends by raising `StopIteration`.

    Attributes:
        instance: Made and set up for one run.
    """

    def __init__(self, instance: Any) -> None:
        self.instance = instance

    def __iter__(self) -> Iterator[object]:
        """Give itself."""
        return self

    def __next__(self) -> object:
        """Take one step."""
        return self.instance.step()


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved of a run beside the objective's own files.

    Attributes:
        points: What was reported so far, one dict a step.
        active_s: Seconds that the run was executed so far, those of earlier attempts included.
        states: The states of the global random generators.
        code: Hash of the objective.
    """

    points: tuple[dict[str, float], ...]
    active_s: float
    states: Mapping[str, Any]
    code: str

    @property
    def step(self) -> int:
        """Give the number of steps done."""
        return len(self.points)


class CheckpointRefusedError(Exception):
    """A checkpoint can be read but not be gone on from; the message says why."""


def check_saved(saved: Saved, code: str, max_steps: int | None) -> None:
    """Refuse a checkpoint that this run cannot have left.

    Raises:
        CheckpointRefusedError: It is of other code, or of a longer run.
    """
    if saved.code != code:
        message = "the objective's code has changed since"
        raise CheckpointRefusedError(message)
    if max_steps is not None and saved.step >= max_steps:
        message = f"a run has only {max_steps} steps now"
        raise CheckpointRefusedError(message)
