"""What a scheduler of Ray Tune is shown in the place of Ray's own trials and controller."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ray.tune.experiment import Trial

from sweeps.planner.stopping.base import Pause, Stop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ray.tune.schedulers import TrialScheduler


@dataclass(eq=False)
class ProxyTrial:
    """One configuration, as the scheduler knows it.

    Attributes:
        row: Number of the configuration.
        status: Ray's word for where it stands.
        last_result: What was last told of it.
        waits: Whether the planner was told to pause its run, and nothing was heard since.
        order: What the scheduler decided on it while it was told of another one.
        is_free: Whether it went on without the scheduler's leave, and is paused no more.
        told: Last step that was told, and the verdict.
    """

    row: int
    status: str = Trial.PENDING
    last_result: dict[str, Any] = field(default_factory=dict)
    waits: bool = False
    order: Stop | Pause | None = None
    is_free: bool = False
    told: tuple[int, Stop | Pause | None] = (0, None)
    is_saving: bool = False
    checkpoint: None = None

    @property
    def trial_id(self) -> str:
        """Give an identifier that is the same after a resume."""
        return f"c{self.row:06d}"

    @property
    def config(self) -> dict[str, Any]:
        """Give nothing: schedulers that look at hyperparameters are those that change them."""
        return {}

    @property
    def run_metadata(self) -> SimpleNamespace:
        """Give the last result where newer code looks for it."""
        return SimpleNamespace(last_result=self.last_result)

    def is_finished(self) -> bool:
        """Say whether it is over."""
        return self.status in (Trial.TERMINATED, Trial.ERROR)

    def __str__(self) -> str:
        return self.trial_id


class _NoSearcher:
    """Takes what `HyperBandForBOHB` tells its searcher."""

    def on_pause(self, trial_id: str) -> None:
        """Do nothing: our slots are not the searcher's."""

    def on_unpause(self, trial_id: str) -> None:
        """Do nothing."""


class ProxyController:
    """What schedulers ask of Ray's controller.

    Args:
        scheduler: Told when it stops a trial, as the controller does.
        name: What to call it in reasons.
    """

    def __init__(self, scheduler: TrialScheduler, name: str) -> None:
        self.trials: dict[int, ProxyTrial] = {}
        self.search_alg = SimpleNamespace(searcher=_NoSearcher())
        self.trial_executor = self
        self._scheduler: Any = scheduler
        self._name = name

    def get_trials(self) -> list[ProxyTrial]:
        """Give all trials."""
        return list(self.trials.values())

    def get_live_trials(self) -> list[ProxyTrial]:
        """Give those that are not over."""
        return [trial for trial in self.trials.values() if not trial.is_finished()]

    def get_trial(self, trial_id: str) -> ProxyTrial | None:
        """Find a trial."""
        return next((each for each in self.trials.values() if each.trial_id == trial_id), None)

    def stop_trial(self, trial: ProxyTrial, *_args: object, **_kwargs: object) -> None:
        """End another trial than the one that the scheduler was told of."""
        if trial.is_finished():
            return
        if trial.status == Trial.RUNNING:
            self._scheduler.on_trial_complete(self, trial, trial.last_result)
        else:
            self._scheduler.on_trial_remove(self, trial)
        trial.status = Trial.TERMINATED
        step = trial.last_result.get("training_iteration", 0)
        trial.order = stop(self._name, step, trial.last_result)

    def pause_trial(self, trial: ProxyTrial, *_args: object, **_kwargs: object) -> None:
        """Pause another trial at its next step."""
        if trial.status == Trial.RUNNING:
            trial.order = Pause()
            trial.status = Trial.PAUSED

    def _set_trial_status(self, trial: ProxyTrial, status: str) -> None:
        trial.status = status

    def _schedule_trial_save(self, *_args: object, **_kwargs: object) -> None:
        """Do nothing: a paused run is saved by the process that trains it."""


def stop(name: str, step: int, result: Mapping[str, Any]) -> Stop:
    """Say that the scheduler stopped a configuration, and on which numbers."""
    score = result.get("score")
    said = f" on a score of {score:.6g}" if score is not None else ""
    return Stop(f"`{name}` said stop at step {step}{said}", {"rule": name, "step": step})
