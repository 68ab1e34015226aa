"""Lets any searcher of Ray Tune propose configurations.

Searchers take one value for each configuration and no correction, know no conditions and no
forbidden combinations, and keep their state to themselves; `docs/plugins.md` says what follows.
"""

from __future__ import annotations

import pickle
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from ray.tune.search import ConcurrencyLimiter, Repeater, Searcher

from sweeps.errors import PluginError, Problem, SpecError
from sweeps.planner.samplers.base import NoProposal
from sweeps.space import config_id
from sweeps.tune.foreign.loading import Plugin, accepts, options_of, seeded
from sweeps.tune.foreign.search_space import from_suggestion, search_space, to_suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from sweeps.planner.samplers.base import Seen
    from sweeps.space import Space
    from sweeps.spec import Sweep

PLACE: Final = "search.sampler"

MOST_FORBIDDEN: Final = 20
"""Forbidden suggestions in a row before a position counts as forbidden."""

SEED_OPTIONS: Final = ("seed", "random_state_seed", "random_state", "random_seed")
"""Names that searchers give to their seed."""

SEEDING: Final = 3
"""First word of the key of the random streams of searchers, beside those of other uses."""


class RaySearcher:
    """A searcher of Ray Tune, as a sampler.

    Args:
        plugin: The user's class.
        searcher: An instance of it that has its space already.
        space: The sweep's space.
        metric: Target metric.
        master_seed: The sweep's seed.
    """

    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = True

    def __init__(
        self, plugin: Plugin, searcher: Searcher, space: Space, metric: str, master_seed: int
    ) -> None:
        self.name = plugin.path
        self._plugin = plugin
        self._searcher = searcher
        self._space = space
        self._metric = metric
        self._master_seed = master_seed
        self._n_asked = 0
        self._worst: float | None = None
        # Trials of the searcher that it waits for, and configurations that it knows.
        self._waiting: dict[str, str] = {}
        self._known: set[str] = set()
        self.n_untold = 0
        """Configurations that came from elsewhere, and that it cannot be told of."""
        self._unread: bytes | None = None
        self._is_lost = False

    @property
    def can_be_told(self) -> bool:
        """Whether it takes results of configurations that it has not proposed itself."""
        return type(self._searcher).add_evaluated_point is not Searcher.add_evaluated_point

    @property
    def can_save(self) -> bool:
        """Whether its class says how to save its state."""
        return type(self._searcher).save is not Searcher.save

    def propose(self, k: int, seen: Seen) -> Mapping[str, object] | NoProposal:  # noqa: ARG002 - it counts itself
        """Tell the searcher what is new, and take its next suggestion.

        Not a function of its arguments: a searcher remembers.

        Raises:
            PluginError: The searcher raised, or cannot go on from what is stored.
        """
        self._recover()
        self._tell(seen)
        for _ in range(MOST_FORBIDDEN):
            trial_id = f"{self._n_asked:06d}"
            with self._plugin.guarded("suggest"), seeded(SEEDING, self._master_seed, self._n_asked):
                suggestion: Any = self._searcher.suggest(trial_id)
            if suggestion is None:
                is_waiting = bool(np.any(seen.n_pending() > 0))
                return NoProposal.WAIT if is_waiting else NoProposal.FORBIDDEN
            if suggestion == Searcher.FINISHED:
                return NoProposal.EXHAUSTED
            self._n_asked += 1
            with self._plugin.guarded("suggest"):
                values = from_suggestion(self._space, suggestion)
            if values is not None:
                name = config_id(values)
                self._waiting[trial_id] = name
                self._known.add(name)
                return values
            self._complete(trial_id, None)
        return NoProposal.FORBIDDEN

    def save(self) -> bytes | None:
        """Give its state; None where its class cannot save it."""
        if self._unread is not None:
            return self._unread
        try:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "searcher"
                self._searcher.save(str(path))
                state = path.read_bytes()
        except Exception:  # noqa: BLE001 - whatever it is, there is no state
            return None
        ours = (self._n_asked, self._worst, self._waiting, self._known)
        return pickle.dumps((state, ours))

    def restore(self, state: bytes | None) -> None:
        """Go on from a state that `save` gave, at the next proposal.

        Not before, since a sweep that has nothing left to propose does without. Configurations
        that were proposed after the state was stored are told through `add_evaluated_point` as
        soon as their results are in, where the class has that; else `n_untold` counts them.

        Args:
            state: What `save` gave. None, for a sweep that ended before its first state was
                stored, starts anew: the same seed gives mostly the same configurations, which are
                told when they come again. A class that cannot save its state then cannot propose.
        """
        self._unread = state
        self._is_lost = state is None and not self.can_save

    def _recover(self) -> None:
        if self._is_lost:
            message = (
                f"`{self.name}` ({PLACE}) cannot save its state, so this sweep cannot be resumed. "
                "Start it again with `--fresh`, or under another name."
            )
            raise PluginError(message)
        if self._unread is None:
            return
        with self._plugin.guarded("restore"), tempfile.TemporaryDirectory() as folder:
            theirs, ours = pickle.loads(self._unread)  # noqa: S301 - from our own store
            path = Path(folder) / "searcher"
            path.write_bytes(theirs)
            self._searcher.restore(str(path))
        self._n_asked, self._worst, self._waiting, self._known = ours
        self._unread = None

    # ------------------------------------------------------------------ what it is told

    def _tell(self, seen: Seen) -> None:
        outcomes = _outcomes(seen)
        for value in outcomes.values():
            if value is not None:
                self._note_worst(value, is_maximised=seen.is_maximised)
        for trial_id, name in list(self._waiting.items()):
            if name in outcomes:
                self._complete(trial_id, outcomes[name])
                del self._waiting[trial_id]
        self._tell_others(seen, outcomes)

    def _note_worst(self, value: float, *, is_maximised: bool) -> None:
        worse = min if is_maximised else max
        self._worst = value if self._worst is None else worse(self._worst, value)

    def _complete(self, trial_id: str, value: float | None) -> None:
        """Tell one value; a configuration without one has the worst value so far.

        Searchers forget what they are told to be an error, and would propose it again.
        """
        value = self._worst if value is None else value
        with self._plugin.guarded("on_trial_complete"), self._seeded_by(trial_id):
            if value is None:
                self._searcher.on_trial_complete(trial_id, error=True)
            else:
                result = {self._metric: value, "training_iteration": 1, "done": True}
                self._searcher.on_trial_complete(trial_id, result)

    def _tell_others(self, seen: Seen, outcomes: Mapping[str, float | None]) -> None:
        """Tell configurations of the pilot, the defaults, and those that it has forgotten."""
        others = [config for config in seen.configs if config.config_id not in self._known]
        if not self.can_be_told:
            self.n_untold = len(others)
            return
        for config in others:
            value = outcomes.get(config.config_id, self._worst)
            value = self._worst if value is None else value
            if config.config_id not in outcomes or value is None:
                continue
            self._known.add(config.config_id)
            parameters = to_suggestion(self._space, config.values)
            with self._plugin.guarded("add_evaluated_point"):
                self._searcher.add_evaluated_point(parameters, value)

    def _seeded_by(self, trial_id: str) -> AbstractContextManager[None]:
        return seeded(SEEDING, self._master_seed, int(trial_id), 1)


def searcher_of(sweep: Sweep) -> RaySearcher:
    """Make the searcher that a sweep asks for.

    Args:
        sweep: Its sampler is an import path.

    Returns:
        The searcher, with its space, before its first suggestion.

    Raises:
        SpecError: The path cannot be imported, is no searcher, misses its package, or rejects
            the options or the space.
    """
    plugin = Plugin(sweep.search.sampler, PLACE, Searcher)
    cls = plugin.load()
    _refuse_wrappers(plugin, cls)
    options = options_of(sweep.search.options, plugin.options_place)
    for name in SEED_OPTIONS:
        if accepts(cls, name):
            options.setdefault(name, sweep.master_seed % 2**32)
    points = options.get("points_to_evaluate")
    if points is not None:
        options["points_to_evaluate"] = [
            _point(sweep.space, row, i) for i, row in enumerate(points)
        ]
    with seeded(SEEDING, sweep.master_seed):
        searcher = plugin.make(cls, options)
        try:
            has_space = searcher.set_search_properties(
                sweep.metric, sweep.mode, search_space(sweep.space)
            )
        except Exception as error:
            raise plugin.refused(error) from error
    if not has_space:
        rule = f"`{plugin.path}` must take its space from the sweep (`set_search_properties`)"
        raise SpecError([Problem(PLACE, rule, "it did not", "Remove its space from the options.")])
    return RaySearcher(plugin, searcher, sweep.space, sweep.metric, sweep.master_seed)


def _refuse_wrappers(plugin: Plugin, cls: type) -> None:
    if issubclass(cls, Repeater):
        rule = "`Repeater` is not needed: a sweep runs every configuration under several seeds"
        remedy = "Name the searcher inside it, and set `seeds`."
    elif issubclass(cls, ConcurrencyLimiter):
        rule = "`ConcurrencyLimiter` is not needed: a sweep asks for as many as there are slots"
        remedy = "Name the searcher inside it."
    else:
        return
    raise SpecError([Problem(PLACE, rule, f"`{plugin.path}`", remedy)])


def _point(space: Space, row: Mapping[str, object], i: int) -> dict[str, Any]:
    return to_suggestion(space, space.check(row, f"search.options.points_to_evaluate[{i}]"))


def _outcomes(seen: Seen) -> dict[str, float | None]:
    """Give the value of every configuration whose first results are complete.

    Returns:
        By identifier: the mean, sign as reported, or the score where it was stopped; None where a
        run failed or diverged.
    """
    means, stopped = seen.means(), seen.stopped_scores()
    n_finished, n_failed = seen.n_finished(), seen.n_failed()
    is_stopped = seen.stopped_at() > 0
    is_over = (seen.n_pending() == 0) & ((n_finished + n_failed > 0) | is_stopped)
    values = np.where(n_finished > 0, means, np.where(is_stopped, stopped, np.nan))
    is_good = is_over & np.isfinite(values) & (n_failed == 0)
    return {
        seen.configs[i].config_id: float(values[i]) if is_good[i] else None
        for i in np.flatnonzero(is_over).tolist()
    }
