"""Saves a run that goes step by step, and takes it up where an earlier attempt was left.

A checkpoint is a help: whatever goes wrong with one is noted in the run's output, and the run goes
on without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sweeps.tune.failure import one_line
from sweeps.tune.limits import random_states, restore_random_states
from sweeps.tune.stepping import Saved, check_saved

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sweeps.tune.checkpoint import Mark
    from sweeps.tune.conditions import Conditions
    from sweeps.tune.keeper import Keeper
    from sweeps.tune.stepping import Steps


class Saving:
    """The checkpoints of one run, as its execution sees them.

    Args:
        keeper: Keeps them.
        conditions: What all runs have in common.
        note: Says something in the run's output.
    """

    def __init__(self, keeper: Keeper, conditions: Conditions, note: Callable[[str], None]) -> None:
        self.has_checkpoint = False
        """Whether there is one, or half of one."""
        self._keeper = keeper
        self._conditions = conditions
        self._note = note

    def is_due(self) -> bool:
        """Tell whether it is time to save."""
        return self._keeper.is_due()

    def save(self, steps: Steps, points: Sequence[dict[str, float]], active_s: float) -> None:
        """Save the run.

        Args:
            steps: The run.
            points: What it has reported so far.
            active_s: Seconds that it was executed so far.
        """
        saved = Saved(tuple(points), active_s, random_states(), self._conditions.code)
        self.has_checkpoint = True
        try:
            self._keeper.save(saved, steps.instance.save)
        except Exception as error:  # noqa: BLE001 - whatever the user's code or a disk does
            self._note(f"the checkpoint of step {saved.step} was not saved: {one_line(error)}")

    def resume(self, begin: Callable[[], Steps]) -> tuple[Steps, Saved] | None:
        """Go on from the newest checkpoint that can be read.

        Args:
            begin: Begins the run from nothing.

        Returns:
            The run and what was saved of it; None where there is nothing to go on from.
        """
        tried: set[Mark] = set()
        # looked for anew each time: another attempt may remove them meanwhile
        while marks := [mark for mark in self._marks() if mark not in tried]:
            try:
                return self._load(marks[0], begin)
            except Exception as error:  # noqa: BLE001 - an older one, or none, does as well
                step = marks[0].step
                self._note(f"the checkpoint of step {step} is not used: {one_line(error)}")
            tried.add(marks[0])
        return None

    def _marks(self) -> list[Mark]:
        try:
            marks = self._keeper.marks()
        except Exception as error:  # noqa: BLE001 - a run needs no checkpoint
            self._note(f"checkpoints cannot be looked for: {one_line(error)}")
            return []
        self.has_checkpoint |= bool(marks)
        return marks

    def _load(self, mark: Mark, begin: Callable[[], Steps]) -> tuple[Steps, Saved]:
        saved = self._keeper.load(mark)
        check_saved(saved, self._conditions.code, self._conditions.max_steps)
        steps = begin()
        with self._keeper.files(mark) as folder:
            steps.instance.load(folder)
        restore_random_states(saved.states)
        return steps, saved
