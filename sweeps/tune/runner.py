"""Builds the `Tuner` of a sweep and runs it to its end."""

from __future__ import annotations

import contextlib
import logging
import sys
import tempfile
import uuid
from typing import TYPE_CHECKING, Any

import ray.tune.experimental.output as tune_output
from ray import cloudpickle, tune
from ray._private import worker

from sweeps.errors import ExecutionError
from sweeps.tune.callback import BatchCallback
from sweeps.tune.capacity import growth
from sweeps.tune.checkpoint import Checkpoints, path_for
from sweeps.tune.conditions import conditions_of
from sweeps.tune.data import box
from sweeps.tune.driver import Driver
from sweeps.tune.keeper import Pruner
from sweeps.tune.local import environment
from sweeps.tune.scheduler import BatchScheduler
from sweeps.tune.search_algorithm import BatchSearch
from sweeps.tune.session import Session, stop_signals
from sweeps.tune.slots import Slots
from sweeps.tune.survey import Survey
from sweeps.tune.trainable import BatchTrainable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sweeps.objective import Objective
    from sweeps.planner.planner import Planner
    from sweeps.planner.progress import Observer
    from sweeps.spec import Sweep
    from sweeps.store import Writer
    from sweeps.tune.conditions import Conditions

MANY = 1_000_000


def execute(
    sweep: Sweep,
    planner: Planner,
    writer: Writer,
    observer: Observer,
    *,
    slots: int,
    data: Any,
    token: str,
    earlier_s: float = 0.0,
) -> None:
    """Run every batch that the planner gives, on the Ray that this process is connected to.

    Args:
        sweep: What is asked for.
        planner: Decides; knows what was stored earlier.
        writer: Records; flushed whatever happens.
        observer: Watches.
        slots: Runs that fit into the cluster at the start, from `slots_for`.
        data: What the objective's `load_data` gave, None where it takes none.
        token: Names the stored sweep among all that may save checkpoints to one place.
        earlier_s: Wall-clock seconds of earlier sessions.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM; everything that was reported is stored.
        MetricError: The first report lacks the metric.
        StoreError: The store cannot be written any more.
        ExecutionError: Ray Tune ended for a reason that is no run's fault.
    """
    path = path_for(sweep, token)
    rule = planner.plan.stopping
    milestones = None if rule is None else rule.milestones
    conditions = conditions_of(sweep, milestones=milestones, checkpoint_path=path)
    is_saved = conditions.checkpoint_path is not None
    with Pruner(Checkpoints(path) if is_saved else None) as pruner:
        driver = Driver(
            sweep.name,
            planner,
            writer,
            observer,
            slots=slots,
            prune=pruner.prune,
            earlier_s=earlier_s,
        )
        observer.start(driver.progress())
        try:
            with Survey(sweep.resources.reserved(), growth()) as survey:
                key = uuid.uuid4().hex
                session = Session(
                    driver,
                    key=key,
                    slots=Slots(slots),
                    survey=survey,
                    at_once=sweep.resources.at_once or sys.maxsize,
                )
                _fit(sweep, session, conditions, data)
        finally:
            driver.gather()
            observer.update(driver.progress())
        driver.note_untold()
        if not planner.is_done():
            message = "Ray Tune ended before all runs were over. Run the command again to go on."
            raise ExecutionError(message)
        driver.flush()
        pruner.remove_all()


def _fit(sweep: Sweep, session: Session, conditions: Conditions, data: Any) -> None:
    with (
        # as many as `Slots` lets be emitted, however large the cluster becomes
        environment({"TUNE_MAX_PENDING_TRIALS_PG": str(MANY)}),
        tempfile.TemporaryDirectory(prefix="sweeps-") as folder,
        silence(),
        stop_signals(session),
    ):
        try:
            _tuner(sweep, session, conditions, data, folder).fit()
        except Exception as error:
            if session.cause is not None:
                raise session.cause from None
            message = f"Ray Tune ended the sweep: {error}. Run the same command again to go on."
            raise ExecutionError(message) from error


def _tuner(
    sweep: Sweep, session: Session, conditions: Conditions, data: Any, folder: str
) -> tune.Tuner:
    with _by_value(sweep.objective):
        trainable = tune.with_parameters(
            BatchTrainable,
            shipment=sweep.objective.shipment,
            conditions=conditions,
            data=None if data is None else box(data),
            session=session.key,
        )
    return tune.Tuner(
        tune.with_resources(trainable, sweep.resources.reserved()),
        tune_config=tune.TuneConfig(
            search_alg=BatchSearch(session),
            scheduler=BatchScheduler(session),
            reuse_actors=not sweep.isolate,
        ),
        run_config=tune.RunConfig(
            name="sweep",
            storage_path=folder,
            verbose=0,
            callbacks=[BatchCallback(session)],
            checkpoint_config=tune.CheckpointConfig(checkpoint_at_end=False),
            failure_config=tune.FailureConfig(max_failures=0),
        ),
    )


@contextlib.contextmanager
def _by_value(objective: Objective) -> Iterator[None]:
    """Let data carry the classes of a loose file along: no worker can import that file by name."""
    if objective.shipment.file is None:
        yield
        return
    module = sys.modules[objective.function.__module__]
    cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        cloudpickle.unregister_pickle_by_value(module)


class _Silent(tune_output.ProgressReporter):
    """Ray Tune's reporter, saying nothing: `verbose=0` still prints a table and every error."""

    _heartbeat_threshold: Any = 99
    _start_end_verbosity: Any = 99
    _intermediate_result_verbosity: Any = 99

    def experiment_started(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing."""

    def on_trial_error(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keep Ray Tune from printing: the display is ours."""
    detect = tune_output._detect_reporter  # noqa: SLF001 - the only place to hook in
    print_line = worker.print_to_stdstream
    worker.print_to_stdstream = _unless_of_raylet(print_line)
    tune_output._detect_reporter = lambda *_args, **_kwargs: _Silent(  # noqa: SLF001
        tune_output.AirVerbosity.SILENT
    )
    loggers = [logging.getLogger(name) for name in ("ray", "ray.tune", "ray.train", "ray.data")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        tune_output._detect_reporter = detect  # noqa: SLF001
        worker.print_to_stdstream = print_line
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _unless_of_raylet(print_line: Callable[..., None]) -> Callable[..., None]:
    """Keep Ray's own words on dead workers to itself: the planner finds them out and says so."""

    def print_others(data: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        if data.get("pid") != "raylet":
            print_line(data, *args, **kwargs)

    return print_others
