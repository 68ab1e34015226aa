"""A Gaussian process: the best model of few configurations, and the slowest."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from sweeps.planner.samplers.axis import axes_of
from sweeps.planner.samplers.fallback import new_draw
from sweeps.planner.samplers.history import History
from sweeps.planner.samplers.outcome import excerpt, outcomes_of
from sweeps.planner.samplers.stream import Use, legacy_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from sweeps.planner.samplers.base import Seen
    from sweeps.planner.samplers.outcome import Outcomes
    from sweeps.space import Space

MODEL_SIZE: Final = 128
"""Configurations that are over and enter the model; its time grows with their cube."""

N_BEST: Final = 64
"""Of these the best; the others are spread over the ranks below."""


class GpSampler:
    """Optuna's Gaussian process over the whole unit cube, with observation noise.

    A hyperparameter that is inactive stands in the middle of its range, so conditions blur the
    model; a proposal that is forbidden or exists already becomes a random one. Proposals take
    about a second, so it is for runs that take much longer. Needs torch, which comes with
    `pip install 'seed-sweeps[gp]'`.

    Args:
        space: The space.
        master_seed: The sweep's seed.
        n_startup: Configurations that must be over before it learns; random until then.

    References:
        Optuna 5, `optuna.samplers.GPSampler`: Matern 5/2 kernel with one length an axis, log
        expected improvement.
    """

    name: ClassVar[str] = "gp"
    n_proposals: ClassVar[None] = None
    is_model: ClassVar[bool] = True

    def __init__(self, space: Space, master_seed: int, n_startup: int = 10) -> None:
        self._space = space
        self._master_seed = master_seed
        self._n_startup = n_startup
        self._axes = axes_of(space)
        self._history = History(space)

    def propose(self, k: int, seen: Seen) -> Mapping[str, object]:
        """Give the configuration of highest expected improvement, if it is new."""
        points = self._history.points(seen.configs)
        outcomes = outcomes_of(seen)
        if not self._axes or len(outcomes.order) < self._n_startup:
            return self._space.propose(self._master_seed, k)
        values = self._space.from_unit(self._ask(k, points, outcomes))
        if values is not None and not self._history.has(values):
            return values
        return new_draw(self._space, self._history, k, self._master_seed)

    def _ask(self, k: int, points: NDArray[np.float64], outcomes: Outcomes) -> list[float]:
        import optuna  # noqa: PLC0415 - 0.4 s that other samplers need not pay

        chosen = np.sort(excerpt(outcomes.order, N_BEST, MODEL_SIZE))
        level = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        try:
            with warnings.catch_warnings():
                # It warns that it is experimental.
                warnings.simplefilter("ignore")
                seed = legacy_seed(Use.GP, k, self._master_seed)
                sampler = optuna.samplers.GPSampler(seed=seed, n_startup_trials=0)
                study = optuna.create_study(sampler=sampler)
                rows = np.where(np.isnan(points), 0.5, points)
                study.add_trials(self._trial(rows[i], outcomes.losses[i]) for i in chosen)
                study.add_trials(self._trial(rows[i], None) for i in outcomes.pending)
                trial = study.ask({axis.name: axis.distribution() for axis in self._axes})
        finally:
            optuna.logging.set_verbosity(level)
        held = np.array([trial.params[axis.name] for axis in self._axes], dtype=float)
        return [float(axis.to_unit(x)) for axis, x in zip(self._axes, held, strict=True)]

    def _trial(self, row: NDArray[np.float64], loss: float | None) -> Any:
        """Make a trial of Optuna, one that is running where there is no loss."""
        from optuna.trial import TrialState, create_trial  # noqa: PLC0415 - as above

        params = {
            axis.name: float(u) if axis.n_levels is None else int(axis.to_model(u))
            for axis, u in zip(self._axes, row, strict=True)
        }
        return create_trial(
            params=params,
            distributions={axis.name: axis.distribution() for axis in self._axes},
            value=None if loss is None else float(loss),
            state=TrialState.RUNNING if loss is None else TrialState.COMPLETE,
        )
