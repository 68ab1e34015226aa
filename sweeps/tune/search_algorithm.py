"""Our search algorithm: emits one Ray Tune trial a batch, as the planner says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ray.tune.experiment import Trial
from ray.tune.search.search_algorithm import SearchAlgorithm

from sweeps.planner.batch import Batch, Idle
from sweeps.tune.session import trial_id_of
from sweeps.tune.wire import pack_batch

if TYPE_CHECKING:
    from sweeps.tune.session import Session


class BatchSearch(SearchAlgorithm):
    """Emits one trial a batch, never more than there are slots."""

    metric = None

    def __init__(self, session: Session) -> None:
        self._session = session
        self._experiment: Any = None

    @property
    def total_samples(self) -> int:
        """Say that the number of trials is not known."""
        return 0

    def set_search_properties(self, *_args: Any, **_kwargs: Any) -> bool:
        """Take no search space from Ray: ours is the planner's."""
        return True

    def add_configurations(self, experiments: Any) -> None:
        """Remember the experiment that trials belong to."""
        self._experiment = next(
            iter(experiments.values() if isinstance(experiments, dict) else experiments)
        )

    def next_trial(self) -> Trial | None:
        """Make a trial of the next batch; None where there is none now."""
        session = self._session
        if session.losses and not session.trials:
            # Ray asks again and again now, and does nothing else until there is a trial
            session.check_stop()
            with session.aborting():
                session.settle()
        if session.is_done or not session.slots.has_room(time.monotonic()):
            return None
        with self._session.aborting():
            batch = session.driver.next_batch()
        if not isinstance(batch, Batch):
            session.is_done = batch is Idle.DONE
            return None
        trial = self._trial(batch)
        session.emit(trial, batch)
        return trial

    def _trial(self, batch: Batch) -> Trial:
        spec = self._experiment.spec
        return Trial(
            spec["run"],
            config={"batch": pack_batch(batch), "batch_id": batch.batch_id},
            trial_id=trial_id_of(batch.batch_id),
            storage=self._experiment.storage,
            placement_group_factory=spec.get("resources_per_trial"),
            checkpoint_config=spec.get("checkpoint_config"),
            max_failures=0,
        )

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        """Do nothing: the callback takes every result."""

    def on_trial_complete(
        self,
        trial_id: str,
        result: dict[str, Any] | None = None,  # noqa: ARG002 - Ray's signature
        error: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """Close the batch of a trial that ended well; lost ones are the callback's."""
        session = self._session
        if not error and (trial := session.trials.get(trial_id)) is not None:
            batch_id = session.drop(trial)
            with session.aborting():
                session.driver.close(batch_id)

    def is_finished(self) -> bool:
        """Tell whether every run is over."""
        session = self._session
        if session.trials or session.is_done:
            return not session.trials
        with session.aborting():  # a searcher may be asked whether there is more
            return session.driver.planner.is_done()

    def set_finished(self) -> None:
        """Stop emitting."""
        self._session.is_done = True

    def has_checkpoint(self, dirpath: str) -> bool:  # noqa: ARG002 - Ray's signature
        """Say no: the store is the only truth."""
        return False

    def save_to_dir(self, dirpath: str, **_kwargs: Any) -> None:
        """Save nothing: the store is the only truth."""

    def restore_from_dir(self, dirpath: str) -> None:
        """Restore nothing: a sweep resumes from the store."""
