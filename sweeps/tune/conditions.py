"""What all runs of a sweep have in common, as the processes that execute them need it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.planner.event import Role
from sweeps.seeds import make_seed

if TYPE_CHECKING:
    from sweeps.planner.stopping import Milestones
    from sweeps.seeds import Seed, SeedDesign
    from sweeps.spec import Sweep


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all runs of a sweep have in common.

    Attributes:
        metric: Target metric.
        master_seed: Where every random number comes from.
        paired: Whether all configurations see the same seeds.
        listed: The seeds that the user listed, which are handed over as they are; None otherwise.
        sources: Sources of randomness that vary, None for all.
        design: Which level each of them has under each seed of the race; None where they vary
            together, as they always do in the validation.
        takes_data: Whether the objective has a third parameter.
        timeout_s: Seconds that a run may take, None for no limit. A run that goes on from a
            checkpoint has spent what it had spent then; what was lost after it does not count.
        n_threads: Threads of a numerical library.
        sees_gpus: Whether a run reserves a GPU or a part of one; others see none.
        max_steps: Steps after which a run is finished, None to let it end by itself.
        milestones: Steps at which a run of the race waits for a verdict, None for none.
        checkpoint_path: Folder, or address in an object store, where runs save themselves; None
            where the objective cannot.
        checkpoint_every_s: Seconds between two checkpoints of a run.
        code: Hash of the objective; a checkpoint of other code is not gone on from.
    """

    metric: str
    master_seed: int
    paired: bool = True
    listed: tuple[int, ...] | None = None
    sources: tuple[str, ...] | None = None
    design: SeedDesign | None = None
    takes_data: bool = False
    timeout_s: float | None = None
    n_threads: int = 1
    sees_gpus: bool = False
    max_steps: int | None = None
    milestones: Milestones | None = None
    checkpoint_path: str | None = None
    checkpoint_every_s: float = 60.0
    code: str = ""

    def seed(self, role: str, seed: int, config_id: str) -> Seed:
        """Make the seed of a run; listed seeds are those of the race alone."""
        listed = self.listed if role == Role.RACE else None
        return make_seed(
            self.master_seed,
            role,
            seed if listed is None else _place(seed, listed),
            config_id=None if self.paired else config_id,
            varied=self.sources,
            value=None if listed is None else seed,
            levels=self.design.levels_of(seed) if self.design and role == Role.RACE else None,
        )


def _place(seed: int, listed: tuple[int, ...]) -> int:
    """Give the position of a listed seed; one that is tried without being listed comes last."""
    return listed.index(seed) if seed in listed else len(listed)


def conditions_of(
    sweep: Sweep, *, milestones: Milestones | None = None, checkpoint_path: str | None = None
) -> Conditions:
    """Give what all runs of a sweep have in common.

    Args:
        sweep: What is asked for.
        milestones: Steps at which a run of the race waits for a verdict.
        checkpoint_path: Where runs save themselves; ignored where the objective cannot.
    """
    objective = sweep.objective
    max_steps = sweep.stopping.max_steps
    if max_steps is None and objective.kind == "class":
        max_steps = objective.steps
    return Conditions(
        metric=sweep.metric,
        master_seed=sweep.master_seed,
        paired=sweep.seeds.paired,
        listed=sweep.seeds.values,
        sources=sweep.seeds.varied,
        design=sweep.seeds.seed_design,
        takes_data=objective.takes_data,
        timeout_s=sweep.failures.timeout_s,
        n_threads=max(1, math.floor(sweep.resources.cpu)),
        sees_gpus=sweep.resources.gpu > 0,
        max_steps=max_steps,
        milestones=milestones,
        checkpoint_path=checkpoint_path if sweep.saves_runs else None,
        checkpoint_every_s=sweep.checkpoint.every_s,
        code=objective.code_hash,
    )
