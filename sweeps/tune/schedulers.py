"""Lets any scheduler of Ray Tune that stops or pauses be a sweep's stopping rule.

It is told of the first seed of every configuration, as of one trial; `docs/plugins.md` says what
follows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from ray.tune.experiment import Trial
from ray.tune.schedulers import (
    HyperBandScheduler,
    MedianStoppingRule,
    PopulationBasedTraining,
    PopulationBasedTrainingReplay,
    ResourceChangingScheduler,
    TrialScheduler,
)

from sweeps.errors import PluginError, Problem, SpecError
from sweeps.planner.stopping.base import Milestones, Pause, Stop
from sweeps.planner.stopping.wording import diverged
from sweeps.tune.foreign.loading import Plugin, accepts, options_of, seeded
from sweeps.tune.foreign.trial import ProxyController, ProxyTrial, stop

if TYPE_CHECKING:
    from sweeps.spec import Sweep

PLACE: Final = "stopping.rule"
TIME: Final = "training_iteration"

MOST_AHEAD: Final = 1000
"""Configurations that a pausing scheduler is told to expect."""

SCHEDULING: Final = 4
"""First word of the key of the random streams of schedulers, beside those of other uses."""


class RayStopping:
    """A scheduler of Ray Tune, as a stopping rule.

    Args:
        plugin: The user's class.
        scheduler: An instance of it that knows metric and mode.
        sweep: The sweep.
        max_steps: Last step of a run, None where nobody has said: nobody is stopped there.
    """

    def __init__(
        self, plugin: Plugin, scheduler: TrialScheduler, sweep: Sweep, max_steps: int | None
    ) -> None:
        self.name = plugin.path
        self.milestones = Milestones(first=sweep.stopping.grace, every=sweep.stopping.every)
        self._plugin = plugin
        self._scheduler: Any = scheduler
        self._metric = sweep.metric
        self._master_seed = sweep.master_seed
        self._max_steps = max_steps
        self._can_pause = sweep.saves_runs
        self._tc = ProxyController(scheduler, self.name)
        # HyperBand fills its brackets with trials that wait, as Ray's grid and random search do.
        for row in range(min(sweep.search.configs or 0, MOST_AHEAD) if self._can_pause else 0):
            self._trial(row)

    def judge(self, row: int, column: int, step: int, score: float) -> Stop | Pause | None:
        """Tell the scheduler a result of a configuration's first seed, and take its verdict.

        Whatever is not finite is stopped without asking: Ray's ASHA lets NaN live.

        Raises:
            PluginError: The scheduler raised, or wants to pause what cannot be paused.
        """
        is_last = self._max_steps is not None and step >= self._max_steps
        if is_last or not self.milestones.includes(step):
            return None
        if not math.isfinite(score):
            return diverged(self.name, step, score)
        if column != 0:
            return None
        trial = self._trial(row)
        last_step, last_verdict = trial.told
        if step <= last_step or isinstance(last_verdict, Stop):
            return last_verdict if step >= last_step else None
        # A paused run that goes on unasked was let go, because nothing else was left to do.
        trial.is_free |= trial.waits
        trial.waits = False
        verdict = self._verdict(trial, step, score)
        if isinstance(verdict, Pause):
            verdict = self._paused(trial)
        trial.told = (step, verdict)
        return verdict

    def released(self) -> list[tuple[int, Stop | None]]:
        """Give paused configurations that go on (None) or end.

        Each is given until the planner has acted on it: the run may still be saving its state.

        Raises:
            PluginError: The scheduler raised.
        """
        self._let_go()
        return [
            (trial.row, trial.order if isinstance(trial.order, Stop) else None)
            for trial in self._tc.get_trials()
            if isinstance(trial.told[1], Pause)
            and (isinstance(trial.order, Stop) or (not trial.waits and not trial.is_free))
        ]

    def finished(self, row: int, step: int, score: float) -> None:
        """Tell the scheduler that a configuration's first run is over.

        Raises:
            PluginError: The scheduler raised.
        """
        trial = self._trial(row)
        if not math.isfinite(score):
            self.failed(row)
        elif self._ends(trial):
            result = self._result(step, score, done=True)
            trial.status = Trial.RUNNING
            with self._asked("on_trial_complete", row, step, 1):
                self._scheduler.on_trial_complete(self._tc, trial, result)
            trial.status, trial.last_result = Trial.TERMINATED, result

    def failed(self, row: int) -> None:
        """Tell the scheduler that a configuration's first run was lost, or diverged.

        Raises:
            PluginError: The scheduler raised.
        """
        trial = self._trial(row)
        if self._ends(trial):
            trial.status = Trial.RUNNING
            with self._asked("on_trial_error", row, trial.told[0], 2):
                self._scheduler.on_trial_error(self._tc, trial)
            trial.status = Trial.ERROR

    # ------------------------------------------------------------------ one trial

    def _trial(self, row: int) -> ProxyTrial:
        trial = self._tc.trials.get(row)
        if trial is None:
            trial = self._tc.trials[row] = ProxyTrial(row)
            with self._asked("on_trial_add", row, 0, 0):
                self._scheduler.on_trial_add(self._tc, trial)
        return trial

    def _verdict(self, trial: ProxyTrial, step: int, score: float) -> Stop | Pause | None:
        order, trial.order = trial.order, None
        if order is not None:
            return order
        trial.status = Trial.RUNNING
        trial.last_result = result = self._result(step, score)
        with self._asked("on_trial_result", trial.row, step, 0):
            action = self._scheduler.on_trial_result(self._tc, trial, dict(result))
        if action == TrialScheduler.STOP:
            return stop(self.name, step, {"score": score})
        return Pause() if action == TrialScheduler.PAUSE else None

    def _paused(self, trial: ProxyTrial) -> Pause | None:
        if not self._can_pause:
            message = (
                f"`{self.name}` ({PLACE}) wants to pause a run, and only class objectives with "
                "`save` and `load` can be paused. Write the objective as a class, or choose a "
                "scheduler that only stops."
            )
            raise PluginError(message)
        if trial.is_free:
            return None
        trial.status, trial.waits = Trial.PAUSED, True
        return Pause()

    def _let_go(self) -> None:
        """Ask whom the scheduler would start now; configurations not begun yet come first."""
        while True:
            with self._asked("choose_trial_to_run", 0, 0, 3):
                trial = self._scheduler.choose_trial_to_run(self._tc)
            if trial is None or trial.status != Trial.PAUSED:
                break
            trial.status = Trial.RUNNING
        for trial in self._tc.get_trials():
            trial.waits &= trial.status == Trial.PAUSED

    def _ends(self, trial: ProxyTrial) -> bool:
        trial.waits, trial.order, trial.told = False, None, (trial.told[0], None)
        return not trial.is_finished()

    def _result(self, step: int, score: float, *, done: bool = False) -> dict[str, Any]:
        return {self._metric: score, TIME: step, "score": score, "done": done}

    def _asked(self, doing: str, *key: int) -> Any:
        return _Asked(self._plugin, doing, (SCHEDULING, self._master_seed, *key))


class _Asked:
    """The scheduler is asked something: its errors are ours, and so are its random numbers."""

    def __init__(self, plugin: Plugin, doing: str, key: tuple[int, ...]) -> None:
        self._guarded = plugin.guarded(doing)
        self._seeded = seeded(*key)

    def __enter__(self) -> None:
        self._guarded.__enter__()
        self._seeded.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._seeded.__exit__(None, None, None)
        self._guarded.__exit__(*error)


def scheduler_of(sweep: Sweep) -> RayStopping:
    """Make the scheduler that a sweep asks for.

    Args:
        sweep: Its stopping rule is an import path.

    Returns:
        The rule, before it was told anything.

    Raises:
        SpecError: The path cannot be imported, is no scheduler, is one that this package cannot
            drive, or rejects the options.
    """
    plugin = Plugin(sweep.stopping.rule, PLACE, TrialScheduler)
    cls = plugin.load()
    options = options_of(sweep.stopping.options, plugin.options_place)
    reason = refusal(cls, options, is_pausable=sweep.saves_runs)
    if reason is not None:
        remedy = "Choose another rule, such as `asha`."
        raise SpecError([Problem(PLACE, reason, f"`{plugin.path}`", remedy)])
    max_steps = sweep.stopping.max_steps or sweep.objective.steps
    _set_times(plugin, cls, options, max_steps)
    with seeded(SCHEDULING, sweep.master_seed):
        scheduler = plugin.make(cls, options)
        try:
            scheduler.set_search_properties(sweep.metric, sweep.mode)
        except Exception as error:
            raise plugin.refused(error) from error
    return RayStopping(plugin, scheduler, sweep, max_steps)


def refusal(cls: type, options: dict[str, Any], *, is_pausable: bool) -> str | None:
    """Decide whether a scheduler can be driven.

    Population-based ones would need runs that change their configuration: a run that remembers
    which configuration it had from which step on, copies of checkpoints between runs, and results
    that attribute a score to a schedule of configurations instead of one.

    Args:
        cls: The scheduler's class.
        options: Its options.
        is_pausable: Whether runs of the objective can be paused.

    Returns:
        The rule that it breaks, None where it can be driven.
    """
    if issubclass(cls, (PopulationBasedTraining, PopulationBasedTrainingReplay)):
        return (
            "population-based schedulers change a configuration in mid-run, so that a score "
            "belongs to no configuration; they are not supported"
        )
    if issubclass(cls, ResourceChangingScheduler):
        return "the resources of a run are those of `resources` and cannot change while it runs"
    pauses = issubclass(cls, HyperBandScheduler) or (
        issubclass(cls, MedianStoppingRule) and options.get("hard_stop") is False
    )
    if pauses and not is_pausable:
        return "this scheduler pauses runs, which needs a class objective with `save` and `load`"
    return None


def _set_times(plugin: Plugin, cls: type, options: dict[str, Any], max_steps: int | None) -> None:
    """Let the scheduler count our steps, and as many of them as a run has."""
    place = plugin.options_place
    if accepts(cls, "time_attr") and options.setdefault("time_attr", TIME) != TIME:
        rule = f"a scheduler sees steps alone, so `time_attr` must be `{TIME}`"
        got = repr(options["time_attr"])
        raise SpecError([Problem(f"{place}.time_attr", rule, got, "Remove it.")])
    if not accepts(cls, "max_t"):
        return
    if max_steps is None:
        rule = f"`{plugin.path}` needs the number of steps of a run"
        remedy = "Add `max_steps` to `stopping`, or `STEPS` to the objective."
        raise SpecError([Problem("stopping.max_steps", rule, "", remedy)])
    if options.setdefault("max_t", max_steps) != max_steps:
        rule = f"`max_t` must be the number of steps of a run, {max_steps}"
        remedy = "Remove it, or change `max_steps`."
        raise SpecError([Problem(f"{place}.max_t", rule, repr(options["max_t"]), remedy)])
